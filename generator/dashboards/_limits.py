"""Severities in colours, and the thresholds of panels: those of the alerts that watch the same value."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf

from generator.catalogue import NARROWING, Alert, alerts, kind_of
from generator.cohorts import grid
from generator.dashboards._face import BLUE, GREEN, ORANGE, RED, Threshold
from generator.promql import number
from generator.settings import Setting, resolve
from generator.subjects import subjects
from watchspec.spec import KINDS, AlertSetting, Redis, Spec, Target


def colors(spec: Spec) -> Mapping[str, str]:
    """Severity → colour: the worst red, the mildest of several blue."""
    names = list(spec.matrix())
    return {name: RED if name == names[0] else BLUE if name == names[-1] else ORANGE for name in names}


def limits(spec: Spec, alert: str) -> Sequence[Threshold]:
    """Thresholds of `alert` by rising value; of each severity, only if it is the same for all targets of the panel."""
    found: dict[str, set[float]] = {}
    for setting in _settings(spec, alert) if alert else ():
        if setting.threshold is not None and not dict(setting.parameters).get(NARROWING):
            value = float(number(setting.threshold))
            found.setdefault(setting.severity, set()).add(_first_too_many(alerts()[alert], value))
    shared = {severity: values.pop() for severity, values in found.items() if len(values) == 1}
    painted = colors(spec)
    rising = sorted(shared.items(), key=lambda item: item[1])
    steps = [Threshold(value, painted[severity]) for severity, value in rising]
    return _turned(steps) if steps and _is_below(alerts()[alert]) else steps


def _first_too_many(alert: Alert, value: float) -> float:
    """Where the colour of `alert` begins: a panel has it from there on, and of what must be none, that is from one."""
    return 1 if value == 0 and alert.threshold is not None and alert.threshold.unit == "count" else value


def _turned(found: Sequence[Threshold]) -> Sequence[Threshold]:
    """`found` for what is bad when it is low: below the lowest value its colour, above the highest green."""
    above = [*(Threshold(low.value, high.color) for low, high in pairwise(found)), Threshold(found[-1].value, GREEN)]
    return [Threshold(-inf, found[0].color), *above]


def _is_below(alert: Alert) -> bool:
    return alert.threshold is not None and alert.threshold.is_ == "below"


def _settings(spec: Spec, alert: str) -> Iterator[Setting]:
    """Every setting of `alert` that some target of its kind has; targets without a word of their own count once.

    The parts of the monitoring are no targets of the spec, and have no word of their own.
    """
    section = KINDS.get(kind_of()[alert])
    if section:
        said = [found for target in getattr(spec, section) for found in _own(target, alerts()[alert])]
    else:
        said = [() for subject in subjects(spec) if subject.has.issuperset(alerts()[alert].needs)]
    for nearest in {tuple(map(id, found)): found for found in said}.values():
        layers = [layer for layer in (*nearest, spec.alerts.get(alert)) if layer is not None]
        yield from resolve(alerts()[alert], layers, grid(spec))


def _own(target: Target, alert: Alert) -> Iterator[tuple[AlertSetting | None, ...]]:
    """What `target` says of `alert`, the nearest first: once, or for each of its queues."""
    said = target.alerts.get(alert.alert)
    if alert.each is None:
        yield (said,)
    elif isinstance(target, Redis):
        yield from ((setting, said) for setting in target.queues.values())
