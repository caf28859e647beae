"""Targets that share settings and labels, brought together: one rule for each cohort, not for each target."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from generator.catalogue import Alert, catalogue
from generator.instrumentation import Http
from generator.promql import Promql, example, fixed, glob_regex
from generator.remembered import remembered
from generator.settings import Grid, Setting, resolve
from generator.severities import scale
from generator.slos import Objective
from generator.subjects import Subject, subjects
from watchspec.spec import AlertSetting, Spec


@dataclass(frozen=True, slots=True)
class Shape:
    """What the members of a cohort have in common."""

    kind: str
    setting: Setting
    team: str | None
    http: Http | None
    """Names that the expression mentions itself; records stand between it and the rest."""
    queue: str | None
    """A queue's name, or a pattern of several."""
    others: tuple[str, ...]
    """Queues and patterns that have settings of their own among those that it matches."""
    metric: Promql | None = None
    slo: Objective | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """One rule: what it is, and the targets it is about, in the order of the spec."""

    shape: Shape
    targets: tuple[str, ...]
    http: Http | None = None
    """Names of the first target's metrics."""


def grid(spec: Spec) -> Grid:
    """What of `spec` the settings of every alert depend on."""
    return Grid(tuple(spec.matrix()), scale(spec), spec.prometheus.scrape_interval)


@remembered
def cohorts(spec: Spec) -> tuple[Cohort, ...]:
    """Every rule of `spec`: by kind, then in the catalogue's order, then by severity and first target."""
    by_kind: dict[str, list[Subject]] = {}
    for subject in subjects(spec):
        by_kind.setdefault(subject.kind, []).append(subject)
    common = grid(spec)
    return tuple(
        cohort
        for kind, members in by_kind.items()
        for alert in catalogue(kind).alerts
        for cohort in _gathered(_shapes(spec, alert, members, common), common)
    )


def layers(spec: Spec, subject: Subject, alert: str) -> list[AlertSetting]:
    """Settings of `alert` for `subject`, the nearest first."""
    return [found for source in (subject.alerts, spec.alerts) if (found := source.get(alert))]


def _shapes(spec: Spec, alert: Alert, members: Sequence[Subject], common: Grid) -> Iterator[tuple[Shape, Subject]]:
    shared = spec.alerts.get(alert.alert)
    usual = tuple(resolve(alert, [shared] if shared else [], common))  # what most targets have
    for subject in members:
        if not subject.has.issuperset(alert.needs):
            continue
        found = layers(spec, subject, alert.alert)
        for queue, nearest in _items(alert, subject):
            others = nearer(queue, subject.queues) if queue else ()
            own = nearest or alert.alert in subject.alerts
            for setting in resolve(alert, [*nearest, *found], common) if own else usual:
                http = subject.http if "http." in alert.expression(dict(setting.parameters)) else None
                shape = Shape(subject.kind, setting, subject.team, http, queue, others, subject.metric, subject.slo)
                yield shape, subject


def nearer(queue: str, queues: Iterable[str]) -> tuple[str, ...]:
    """What of `queues` is asked before `queue`: names before patterns, patterns in the order of the spec."""
    if fixed(queue) is not None:
        return ()
    before = takewhile(lambda other: other != queue, queues)
    names = [other for other in queues if (name := fixed(other)) is not None and _like(queue, name)]
    return (*names, *(other for other in before if fixed(other) is None))


def hidden(queue: str, queues: Iterable[str]) -> str | None:
    """The one of `queues` that takes what `queue` would match, if there is one."""
    return next((other for other in nearer(queue, queues) if _like(other, example(queue))), None)


def _like(glob: str, name: str) -> bool:
    return re.fullmatch(glob_regex(glob), name, re.DOTALL) is not None


def _items(alert: Alert, subject: Subject) -> Iterator[tuple[str | None, list[AlertSetting]]]:
    if alert.each is None:
        yield None, []
    else:
        for name, setting in subject.queues.items():
            yield name, [setting]


def _gathered(shapes: Iterable[tuple[Shape, Subject]], common: Grid) -> list[Cohort]:
    members: dict[Shape, list[Subject]] = {}
    for shape, subject in shapes:
        members.setdefault(shape, []).append(subject)
    order = {severity: place for place, severity in enumerate(common.severities)}
    found = [Cohort(shape, tuple(subject.name for subject in same), same[0].http) for shape, same in members.items()]
    return sorted(found, key=lambda cohort: order.get(cohort.shape.setting.severity, len(order)))
