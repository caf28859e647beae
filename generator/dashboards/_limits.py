"""Severities in colours, and the thresholds of panels: those of the alerts that watch the same value."""

import math
from collections.abc import Iterator, Mapping, Sequence

from generator.catalogue import NARROWING, alerts, kind_of
from generator.cohorts import grid
from generator.dashboards._face import BLUE, GREEN, ORANGE, RED, Threshold
from generator.promql import number
from generator.settings import Setting, resolve
from watchspec.spec import KINDS, Spec


def colors(spec: Spec) -> Mapping[str, str]:
    """Severity → colour: the worst red, the mildest of several blue."""
    names = list(spec.matrix())
    return {name: RED if name == names[0] else BLUE if name == names[-1] else ORANGE for name in names}


def limits(spec: Spec, alert: str) -> Sequence[Threshold]:
    """Thresholds of `alert` by rising value; of each severity, only if it is the same for all targets of the panel.

    Of an alert that fires below them, the first is where all values begin, and from the last on all is well.
    """
    found: dict[str, set[float]] = {}
    for setting in _settings(spec, alert) if alert else ():
        if setting.threshold is not None and not dict(setting.parameters).get(NARROWING):
            found.setdefault(setting.severity, set()).add(float(number(setting.threshold)))
    shared = {severity: values.pop() for severity, values in found.items() if len(values) == 1}
    painted = colors(spec)
    rising = sorted(shared.items(), key=lambda item: item[1])
    values, shown = [value for _, value in rising], [painted[severity] for severity, _ in rising]
    watched = alerts()[alert].threshold if rising else None
    if watched is not None and watched.is_ == "below":
        return [Threshold(*step) for step in zip([-math.inf, *values], [*shown, GREEN], strict=True)]
    more = watched is not None and watched.unit == "count"  # Grafana's steps begin at their value, "more than" after it
    return [Threshold(value + more, color) for value, color in zip(values, shown, strict=True)]


def _settings(spec: Spec, alert: str) -> Iterator[Setting]:
    """Every setting of `alert` that some target of its kind has; targets without a word of their own count once.

    The parts of the monitoring are no targets of the spec, and have none.
    """
    section = KINDS.get(kind_of()[alert])
    said = [target.alerts.get(alert) for target in getattr(spec, section)] if section else [None]
    for nearest in {id(setting): setting for setting in said}.values():
        layers = [layer for layer in (nearest, spec.alerts.get(alert)) if layer is not None]
        yield from resolve(alerts()[alert], layers, grid(spec))
