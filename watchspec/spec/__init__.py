"""The spec: everything a `monitoring.yml` may say, as frozen values.

A kind of target has one file here, of the same name as in every other layer.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from watchspec.spec._base import LabelName, Model, Name, Secret
from watchspec.spec._target import Target
from watchspec.spec.alerts import AlertSetting, Level, Rule, Scalar, Settings
from watchspec.spec.delivery import Channel, Maintenance, Route, Severity, Slack, Smtp
from watchspec.spec.host import Host
from watchspec.spec.job import Job
from watchspec.spec.postgres import Postgres
from watchspec.spec.prometheus import Links, Prometheus, Versions
from watchspec.spec.redis import Redis
from watchspec.spec.service import Service

__all__ = [
    "KINDS", "AlertSetting", "Channel", "Host", "Job", "Level", "Postgres", "Prometheus", "Redis", "Rule", "Scalar", "Secret",
    "Service", "Severity", "Spec", "Target",
]  # fmt: skip

KINDS: Final[Mapping[str, str]] = {
    "host": "hosts", "service": "services", "redis": "redis", "postgres": "postgres", "job": "jobs",
}  # fmt: skip
"""Kind of target → its section of the spec."""

_DEFAULT_SEVERITIES: Final = ("critical", "warning", "info")


class Spec(Model):
    """One stack."""

    version: Literal[1]
    name: Name
    labels: Mapping[LabelName, str] = {}
    """Labels on every alert, and on every series that leaves Prometheus."""
    hosts: tuple[Host, ...] = ()
    services: tuple[Service, ...] = ()
    redis: tuple[Redis, ...] = ()
    postgres: tuple[Postgres, ...] = ()
    jobs: tuple[Job, ...] = ()
    alerts: Settings = {}
    """Settings of alerts for all targets."""
    rules: tuple[Rule, ...] = ()
    smtp: Smtp | None = None
    slack: Slack | None = None
    channels: Mapping[Name, Channel] = {}
    severities: Mapping[Name, Severity] = {}
    """In order, the worst first; a worse one mutes a milder one of the same alert and target."""
    routes: tuple[Route, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    prometheus: Prometheus = Prometheus()
    versions: Versions = Versions()
    links: Links = Links()

    def targets(self) -> Iterator[tuple[str, int, Target]]:
        """Every target as (kind, index in its section, target), in the order of `KINDS`."""
        for kind, section in KINDS.items():
            for index, target in enumerate(getattr(self, section)):
                yield kind, index, target

    def matrix(self) -> Mapping[str, Severity]:
        """The severities, or critical, warning and info to every channel where the spec names none."""
        return self.severities or {name: Severity(notify=tuple(self.channels)) for name in _DEFAULT_SEVERITIES}
