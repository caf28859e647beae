"""What alerts are about: the targets of a spec and the monitoring itself, with what each has that an alert may need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from generator.catalogue import Need
from generator.exporters import exporters
from generator.instrumentation import Http, names
from generator.promql import Promql
from generator.remembered import remembered
from generator.slos import Measure, Objective, objectives
from watchspec.problems import Path
from watchspec.spec import KINDS, AlertSetting, Host, Job, Postgres, Redis, Service, Spec, Target
from watchspec.units import Duration

# A burn alert must not fire at a pace that the budget lasts for: 10 % of it in a day, or in three.
_WEEKS: Final = Duration(9 * 86_400_000)
_MONTH: Final = Duration(27 * 86_400_000)


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
    metric: Promql | None = None
    """The metric of a job that publishes its last success itself."""
    slo: Objective | None = None
    """What a service promises; such a subject is of kind `slo`."""
    measure: Measure | None = None
    """What that is counted from."""
    interval: Duration | None = None
    """How often the monitoring evaluates rules."""
    http: Http | None = None
    """Names of a service's own metrics."""
    queues: Mapping[str, AlertSetting] = field(default_factory=dict)
    replicas: int = 0
    """How many addresses a service has."""


@remembered
def subjects(spec: Spec) -> tuple[Subject, ...]:
    """The subjects of `spec`: its targets by kind, then the monitoring."""
    return tuple(_subjects(spec))


def _subjects(spec: Spec) -> Iterator[Subject]:
    for kind, index, target in spec.targets():
        http = _http(target)
        yield Subject(
            kind=kind,
            name=target.name,
            has=frozenset([*_has(target, http), *_promised(spec, target, http)]),
            path=(KINDS[kind], index),
            team=target.team,
            alerts=target.alerts,
            metric=Promql(target.metric) if isinstance(target, Job) and target.metric else None,
            http=http,
            queues=target.queues if isinstance(target, Redis) else {},
            replicas=len(target.url) if isinstance(target, Service) else 0,
        )
    yield from _promises(spec)
    settings = spec.prometheus
    interval = settings.evaluation_interval or settings.scrape_interval
    yield Subject("monitoring", spec.name, frozenset({"stack"}), interval=interval)
    yield Subject("monitoring", "prometheus", frozenset({"prometheus"}))
    yield Subject("monitoring", "alertmanager", frozenset({"alertmanager"}))
    for exporter in exporters(spec):
        if exporter.address is None:
            yield Subject("monitoring", exporter.target, frozenset({"exporter"}))


def _promises(spec: Spec) -> Iterator[Subject]:
    for index, service in enumerate(spec.services):
        for slo, measure in objectives(spec, service, _http(service)):
            counted = measure.source == "requests"
            yield Subject(
                kind="slo",
                name=service.name,
                has=frozenset(_countable(slo, measure)),
                path=(KINDS["service"], index),
                team=service.team,
                alerts=service.alerts,
                http=_http(service) if counted else None,
                slo=slo,
                measure=measure,
            )


def _promised(spec: Spec, target: Target, http: Http | None) -> Iterator[Need]:
    """What a service's promises have: their alerts are set where the service's are."""
    if isinstance(target, Service):
        for slo, measure in objectives(spec, target, http):
            yield from _countable(slo, measure)


def _countable(slo: Objective, measure: Measure) -> Iterator[Need]:
    yield "slo"
    if measure.source == "pair":
        yield "pair"
    if measure.source == "requests" and slo.below:
        yield "buckets"
    if slo.window >= _WEEKS:
        yield "weeks"
    if slo.window >= _MONTH:
        yield "month"


def _http(target: Target) -> Http | None:
    if isinstance(target, Service) and target.metrics is not None and target.instrumentation is not None:
        return names(target.instrumentation)
    return None


def _has(target: Target, http: Http | None) -> Iterator[Need]:
    match target:
        case Host(exporter=str()):
            yield "remote"
        case Job(file=str()):
            yield "files"
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
    if http and http.disconnects:
        yield "disconnects"
