"""What alerts are about: the targets of a spec and the monitoring itself, with what each has that an alert may need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from generator.catalogue import Need
from generator.exporters import exporters
from generator.instrumentation import Http, names
from watchspec.problems import Path
from watchspec.spec import KINDS, AlertSetting, Host, Postgres, Redis, Service, Spec, Target


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that alerts are about."""

    kind: str
    name: str
    has: frozenset[Need]
    """Which needs of alerts it meets."""
    path: Path = ()
    """Where it stands in the spec; empty for the monitoring, whose settings are the spec's own."""
    team: str | None = None
    alerts: Mapping[str, AlertSetting] = field(default_factory=dict)
    http: Http | None = None
    """Names of a service's own metrics."""
    queues: Mapping[str, AlertSetting] = field(default_factory=dict)


def subjects(spec: Spec) -> Iterator[Subject]:
    """The subjects of `spec`: its targets by kind, then the monitoring."""
    for kind, index, target in spec.targets():
        http = _http(target)
        yield Subject(
            kind=kind,
            name=target.name,
            has=frozenset(_has(target, http)),
            path=(KINDS[kind], index),
            team=target.team,
            alerts=target.alerts,
            http=http,
            queues=target.queues if isinstance(target, Redis) else {},
        )
    yield Subject("monitoring", spec.name, frozenset({"stack"}))
    yield Subject("monitoring", "prometheus", frozenset({"prometheus"}))
    yield Subject("monitoring", "alertmanager", frozenset({"alertmanager"}))
    for exporter in exporters(spec):
        if exporter.address is None:
            yield Subject("monitoring", exporter.target, frozenset({"exporter"}))


def _http(target: Target) -> Http | None:
    if isinstance(target, Service) and target.metrics is not None and target.instrumentation is not None:
        return names(target.instrumentation)
    return None


def _has(target: Target, http: Http | None) -> Iterator[Need]:
    match target:
        case Host(exporter=str()):
            yield "remote"
        case Redis(queues=queues) if queues:
            yield "queues"
        case Postgres(statements=statements) if statements:
            yield "statements"
        case Service():
            yield from _service(target, http)
        case _:
            pass


def _service(service: Service, http: Http | None) -> Iterator[Need]:
    if len(service.url) > 1:
        yield "replicas"
    if any(urlsplit(url).scheme == "https" for url in service.url):
        yield "https"
    if service.health is not None:
        yield "health"
    if service.metrics is not None:
        yield "metrics"
    if http and http.requests and http.errors:
        yield "requests"
    if http and http.duration:
        yield "duration"
