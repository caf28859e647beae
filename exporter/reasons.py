"""Why a scrape of a target failed: a closed set, so that it can be a label."""

import socket
import ssl
from collections.abc import Iterable
from typing import Literal

from exporter.families import Family

Reason = Literal[
    "timeout", "busy", "refused", "dns", "tls", "auth", "denied", "loading", "protocol", "status", "missing_secret",
    "internal",
]  # fmt: skip
"""timeout: no answer by the deadline. busy: the last attempt still hangs. refused: no connection, or a lost one.
dns: the name has no address. tls: the handshake failed. auth: wrong credentials. denied: credentials without the right.
loading: the server reads its data and answers nothing yet. protocol: an answer that makes no sense. status: the service
says that it is not well. missing_secret: its file or variable cannot be read. internal: a bug; the log has the
traceback."""


class ScrapeError(Exception):
    """An expected failure of one target; `families` is what is published all the same."""

    def __init__(self, reason: Reason, detail: str, families: Iterable[Family] = ()) -> None:
        """`detail` goes to the log; the caller has masked secrets in it."""
        super().__init__(detail)
        self.reason = reason
        self.families = tuple(families)


def of_os_error(error: OSError) -> Reason:
    """The reason for a failure of the network."""
    match error:
        case socket.gaierror():
            return "dns"
        case ssl.SSLError():
            return "tls"
        case TimeoutError():
            return "timeout"
        case _:
            return "refused"
