"""Why a probe failed: a closed set, finer than that of a scrape, so that it can be a label."""

import socket
import ssl
from collections.abc import Mapping
from typing import Final, Literal

from exporter.reasons import Reason, ScrapeError

Why = Literal[
    "dns", "refused", "unreachable", "reset", "timeout", "tls", "certificate", "protocol", "redirect", "status",
    "too_large", "header", "body", "missing_secret",
]  # fmt: skip
"""dns: the name has no address. refused: nothing listens. unreachable: no way there. reset: the connection was lost.
timeout: no whole answer in time. tls: the handshake failed. certificate: it could not be verified. protocol: the answer
makes no sense. redirect: too many, to no HTTP, or not to be followed. status, header, body: not what the spec expects.
too_large: more headers or body than allowed. missing_secret: a header's value cannot be had."""

_OF_SCRAPE: Final[Mapping[Why, Reason]] = {
    "dns": "dns", "refused": "refused", "unreachable": "refused", "reset": "refused", "timeout": "timeout",
    "tls": "tls", "certificate": "tls", "protocol": "protocol", "redirect": "protocol", "too_large": "protocol",
    "status": "status", "header": "status", "body": "status", "missing_secret": "missing_secret",
}  # fmt: skip
"""The reason of the scrape that failed so."""

_OF_NETWORK: Final[tuple[tuple[type[OSError], Why], ...]] = (
    (socket.gaierror, "dns"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "refused"),
    (ConnectionError, "reset"),
    (OSError, "unreachable"),
)
"""The first that fits."""


class ProbeError(ScrapeError):
    """A probe failed for the reason `why`."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(_OF_SCRAPE[why], detail)
        self.why = why


def of(error: OSError | ScrapeError) -> ProbeError:
    """`error` as the failure of a probe; what a scrape raises in a probe is that its time is over."""
    match error:
        case ProbeError():
            return error
        case ScrapeError():
            return ProbeError("timeout", str(error))
        case _:
            why = next(why for known, why in _OF_NETWORK if isinstance(error, known))
            return ProbeError(why, error.strerror or str(error))
