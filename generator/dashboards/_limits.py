"""Severities in colours, and the thresholds of panels: those of the alerts that watch the same value."""

from collections.abc import Iterator, Mapping, Sequence

from generator.catalogue import NARROWING, alerts, kind_of
from generator.cohorts import grid
from generator.dashboards._face import BLUE, ORANGE, RED, Threshold
from generator.promql import number
from generator.settings import Setting, resolve
from watchspec.spec import KINDS, Spec


def colors(spec: Spec) -> Mapping[str, str]:
    """Severity → colour: the worst red, the mildest of several blue."""
    names = list(spec.matrix())
    return {name: RED if name == names[0] else BLUE if name == names[-1] else ORANGE for name in names}


def limits(spec: Spec, alert: str) -> Sequence[Threshold]:
    """Thresholds of `alert` by rising value; of each severity, only if it is the same for all targets of the panel."""
    found: dict[str, set[float]] = {}
    for setting in _settings(spec, alert) if alert else ():
        if setting.threshold is not None and not dict(setting.parameters).get(NARROWING):
            found.setdefault(setting.severity, set()).add(float(number(setting.threshold)))
    shared = {severity: values.pop() for severity, values in found.items() if len(values) == 1}
    painted = colors(spec)
    return [Threshold(value, painted[severity]) for severity, value in sorted(shared.items(), key=lambda item: item[1])]


def _settings(spec: Spec, alert: str) -> Iterator[Setting]:
    """Every setting of `alert` that some target of its kind has; targets without a word of their own count once."""
    targets = getattr(spec, KINDS[kind_of()[alert]])
    own = {id(setting): setting for setting in (target.alerts.get(alert) for target in targets)}
    for nearest in own.values():
        layers = [layer for layer in (nearest, spec.alerts.get(alert)) if layer is not None]
        yield from resolve(alerts()[alert], layers, grid(spec))
