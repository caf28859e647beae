"""Panels of burn rates, with lines where the burn alerts fire: those factors come from the alerts' own settings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator.burn import TIERS, windows
from generator.cohorts import Cohort, cohorts
from generator.dashboards._board import SELECTED
from generator.dashboards._face import Face, Link, Query, Threshold
from generator.dashboards._limits import colors
from generator.dashboards._sdk import units
from generator.dashboards.address import runbook
from generator.values import Value
from watchspec.spec import Spec
from watchspec.units import Duration, Ratio

LEGEND: Final = "{{target}} {{slo}}"
_HOUR: Final = Duration(3_600_000)
_USUAL: Final = (_HOUR, Duration(6 * 3_600_000), Duration(86_400_000), Duration(3 * 86_400_000))
_MOST: Final = 6
"""How many windows are drawn where promises have settings of their own."""


def burns(spec: Spec) -> Sequence[Face]:
    """One panel for each time over which a burn alert looks back, the shortest first."""
    found = _by_window(spec) or dict.fromkeys(_USUAL, ())
    return [_burn(spec, over, found[over]) for over in sorted(found)[:_MOST]]


def hourly(spec: Spec) -> Sequence[Threshold]:
    """The limits of the burn rate of the last hour."""
    return _limits(spec, _HOUR, _by_window(spec).get(_HOUR, ()))


def _by_window(spec: Spec) -> Mapping[Duration, Sequence[Cohort]]:
    """The long windows of the burn alerts, and the rules that look at them."""
    found: dict[Duration, list[Cohort]] = {}
    for cohort in cohorts(spec):
        if cohort.shape.slo and cohort.shape.setting.alert in TIERS:
            found.setdefault(_long(cohort.shape.setting.parameters), []).append(cohort)
    return found


def _long(parameters: Sequence[tuple[str, Value]]) -> Duration:
    return windows(dict(parameters))[0]


def _burn(spec: Spec, over: Duration, rules: Sequence[Cohort]) -> Face:
    alerts = sorted({cohort.shape.setting.alert for cohort in rules}, key=TIERS.index)
    thresholds = _limits(spec, over, rules)
    lines = f" Above the dashed line {' and '.join(alerts)} fires, if it still burns so." if thresholds else ""
    return Face(
        title=f"Burn rate over {over}",
        description=f"How many times too fast the error budget burned in the last {over}. At 1 it lasts for exactly "
        f"its window; normal is below.{lines}",
        unit=units.Short,
        queries=[Query(f"slo:burn_rate:ratio_rate{over}{{{SELECTED}}}", LEGEND)],
        thresholds=thresholds,
        about=[Link(f"Runbook of {alert}", page) for alert in alerts if (page := runbook(spec, alert))],
        empty="nothing to count yet",
    )


def _limits(spec: Spec, over: Duration, rules: Sequence[Cohort]) -> Sequence[Threshold]:
    """The burn rate at which each severity is told, by rising value; only where it is the same for all promises."""
    found: dict[str, set[float]] = {}
    for severity, pace in _paces(over, rules):
        found.setdefault(severity, set()).add(pace)
    painted = colors(spec)
    shared = [Threshold(paces.pop(), painted[severity]) for severity, paces in found.items() if len(paces) == 1]
    return sorted(shared, key=lambda threshold: threshold.value)


def _paces(over: Duration, rules: Sequence[Cohort]) -> Iterator[tuple[str, float]]:
    for cohort in rules:
        slo, setting = cohort.shape.slo, cohort.shape.setting
        if slo and isinstance(setting.threshold, Ratio):
            yield setting.severity, float(slo.pace(setting.threshold, str(over)))
