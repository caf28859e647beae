"""Let a running part read its files again, and make sure that it did: `POST /-/reload`, then its own metrics.

All three answer once they have the new files, or with their reason and go on with the old ones:
https://prometheus.io/docs/prometheus/latest/management_api/, https://prometheus.io/docs/alerting/latest/management_api/
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from watchspec.errors import EnvironmentFailure
from watchspec.remote import NOBODY, Login, Remote, RemoteFailure

PATIENCE_SECONDS: Final = 60.0
"""A thousand targets take some seconds."""


class Refused(EnvironmentFailure):
    """A part does not take the new files and runs with the old ones."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"{part}: does not take the change: {why}")


@dataclass(frozen=True, slots=True)
class Reloading:
    """What a part says about its last reload."""

    metrics: str
    """Path of its metrics."""
    success: str
    """A gauge: 1 if the last reload worked."""
    moment: str
    """A gauge: when the last one that worked was, in Unix seconds."""


RELOADING: Final = {
    "prometheus": Reloading(
        "/metrics", "prometheus_config_last_reload_successful",
        "prometheus_config_last_reload_success_timestamp_seconds",
    ),
    "alertmanager": Reloading(
        "/metrics", "alertmanager_config_last_reload_successful",
        "alertmanager_config_last_reload_success_timestamp_seconds",
    ),
    "exporter": Reloading(  # of one kind only: nobody is asked for the rest
        "/metrics?collect[]=job", "watchspec_config_last_reload_successful",
        "watchspec_config_last_reload_success_timestamp_seconds",
    ),
}  # fmt: skip
"""Part → how it tells. In this order a change is taken: the exporter, who reads the spec itself, comes last."""


def reload(part: str, url: str, log: Callable[[], str], login: Login = NOBODY) -> None:
    """Let the part at `url` take its files; raise `Refused` with its own reason.

    `log` is what it has logged since: Prometheus answers no more than that there are errors.
    """
    if not url:
        raise Refused(part, "its port is not published on this machine")
    remote = Remote(part, url, "of the stack that runs", login)
    try:
        _, before = last(part, remote)
        remote.ask("POST", "/-/reload", patience=PATIENCE_SECONDS)
        worked, after = last(part, remote)
    except RemoteFailure as error:
        raise Refused(part, error.what + complaint(log())) from None
    if not worked or after <= before:
        raise Refused(part, f"it answers that it did, but {RELOADING[part].success} and its time say otherwise")


def last(part: str, remote: Remote, patience: float = PATIENCE_SECONDS) -> tuple[bool, float]:
    """Whether the last reload of a part worked, and when the last one that did was; raise `RemoteFailure`."""
    asked = RELOADING[part]
    text = remote.ask("GET", asked.metrics, patience=patience)
    return gauge(text, asked.success) == 1, gauge(text, asked.moment)


def complaint(log: str) -> str:
    """The first error of a log with its cause, as what follows an answer; empty if there is none."""
    for line in log.splitlines():
        if re.search(r"level=error", line, re.IGNORECASE) and (found := re.search(r'err="((?:[^"\\]|\\.)*)"', line)):
            return f"; its log says: {' '.join(found[1].replace(chr(92) + 'n', ' ').split())}"
    return ""


def gauge(text: str, name: str) -> float:
    """The value of a gauge without labels in a page of metrics; NaN if it is not there."""
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else float("nan")
