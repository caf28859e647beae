"""The spec: everything a `monitoring.yml` may say, as frozen values.

A kind of target has one file here, of the same name as in every other layer.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from watchspec.kinds import KINDS
from watchspec.spec._target import Target
from watchspec.spec.alerts import AlertSetting, Level, Rule, Scalar, Settings
from watchspec.spec.base import LabelName, Model, Name, Secret
from watchspec.spec.channels import Channel, Slack, Smtp
from watchspec.spec.delivery import Maintenance, Route, Severity, Watchdog
from watchspec.spec.host import Host
from watchspec.spec.job import Job
from watchspec.spec.postgres import Postgres
from watchspec.spec.prometheus import Links, Prometheus, Versions
from watchspec.spec.redis import Redis
from watchspec.spec.service import Service

__all__ = [
    "KINDS",
    "AlertSetting",
    "Channel",
    "Host",
    "Job",
    "Level",
    "Postgres",
    "Prometheus",
    "Redis",
    "Rule",
    "Scalar",
    "Secret",
    "Service",
    "Severity",
    "Spec",
    "Target",
]

_DEFAULT_SEVERITIES: Final = ("critical", "warning", "info")


class Spec(Model):
    """One stack."""

    version: Literal[1]
    """Of this grammar; always 1."""
    name: Name
    """Of the stack: a label of everything that leaves Prometheus, and the title of dashboards."""
    labels: Mapping[LabelName, str] = {}
    """Labels on every alert, and on every series that leaves Prometheus."""
    hosts: tuple[Host, ...] = ()
    """Machines with an exporter on them."""
    services: tuple[Service, ...] = ()
    """What answers HTTP or TCP."""
    redis: tuple[Redis, ...] = ()
    """Redis and Valkey servers."""
    postgres: tuple[Postgres, ...] = ()
    """PostgreSQL servers."""
    jobs: tuple[Job, ...] = ()
    """Batch work that must have succeeded lately."""
    alerts: Settings = {}
    """Settings of alerts for all targets."""
    rules: tuple[Rule, ...] = ()
    """Your own alerts, in PromQL."""
    smtp: Smtp | None = None
    """The mail server; needed by channels with `email`."""
    slack: Slack | None = None
    """The Slack workspace; needed by channels with `slack`."""
    channels: Mapping[Name, Channel] = {}
    """Where messages go, by name."""
    severities: Mapping[Name, Severity] = {}
    """In order, the worst first; a worse one mutes a milder one of the same alert and target."""
    routes: tuple[Route, ...] = ()
    """Exceptions to the severities, for a team, a target or a severity."""
    maintenance: tuple[Maintenance, ...] = ()
    """When nobody is told."""
    watchdog: Watchdog | None = None
    """A dead man's switch: whom the stack tells that it lives; nobody by default."""
    secure: bool = False
    """TLS and a password between the parts of the compose stack."""
    prometheus: Prometheus = Prometheus.model_construct()
    """How often to look, and how much to keep."""
    versions: Versions = Versions.model_construct()
    """What the output is written for."""
    links: Links = Links.model_construct()
    """Where links in messages and dashboards lead."""

    def targets(self) -> Iterator[tuple[str, int, Target]]:
        """Every target as (kind, index in its section, target), in the order of `KINDS`."""
        for kind, section in KINDS.items():
            for index, target in enumerate(getattr(self, section)):
                yield kind, index, target

    def matrix(self) -> Mapping[str, Severity]:
        """The severities, or critical, warning and info to every channel where the spec names none."""
        return self.severities or {name: Severity(notify=tuple(self.channels)) for name in _DEFAULT_SEVERITIES}
