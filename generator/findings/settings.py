"""Faults in the settings of one alert: unknown keys, wrong units, wrong severities."""

import difflib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from generator.around import base
from generator.catalogue import Alert, Parameter, Threshold, alerts
from generator.settings import Grid
from generator.values import Unit, Value, parse
from watchspec.problems import Finding, Path
from watchspec.spec import AlertSetting, Level, Scalar
from watchspec.units import Duration, Ratio

_FIELDS: Final = ("off", "for", "keep_firing_for", "severity")


def of_setting(alert: Alert, setting: AlertSetting, path: Path, common: Grid) -> Iterator[Finding]:
    """What is wrong with `setting` of `alert`, which stands at `path`."""
    yield from _severity(alert, setting, path, common)
    for name, level in setting.levels.items():
        here = (*path, name)
        if name in common.severities:
            yield from _level(alert, level, here)
        elif name in alert.parameters:
            yield from _parameter(alert, name, level, here, common)
        else:
            known = [*common.severities, *alert.parameters, *_FIELDS]
            yield Finding(
                here, f"neither a severity of this spec nor a parameter of {alert.alert}; {nearest(name, known)}"
            )


def of_severities(common: Grid) -> Iterator[Finding]:
    """Severities that stand where a setting of alerts has the same name."""
    for severity in common.severities:
        clashing = next((alert.alert for alert in alerts().values() if severity in alert.parameters), None)
        if clashing is not None:
            yield Finding(("severities", severity), f"is also a parameter of {clashing}; choose another name")


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?`, or what is known."""
    choices = list(known)
    by_lower = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f'did you mean "{by_lower[near[0]]}"?' if near else f"known are {', '.join(choices)}"


def _severity(alert: Alert, setting: AlertSetting, path: Path, common: Grid) -> Iterator[Finding]:
    if setting.severity is None:
        return
    here = (*path, "severity")
    if alert.level == "none":
        yield Finding(here, f"{alert.alert} is told to nobody; remove it")
    elif setting.severity not in common.severities:
        yield Finding(
            here, f'"{setting.severity}" is no severity of this spec; {nearest(setting.severity, common.severities)}'
        )
    elif alert.threshold is not None:
        example = f"{{{setting.severity}: {next(iter(alert.threshold.defaults().values()))}}}"
        yield Finding(here, f"{alert.alert} has a threshold for each severity; write {example}")


def _level(alert: Alert, level: Level, here: Path) -> Iterator[Finding]:
    given = level.threshold
    if given == "off":
        return
    if alert.threshold is None:
        if given is not None:
            yield Finding(
                here, f'{alert.alert} has no threshold; write "{here[-1]}: {{for: 5m}}" or "severity: {here[-1]}"'
            )
        return
    if given is None:
        yield Finding(here, f"has no threshold; write {alert.threshold.is_}: VALUE")
        return
    if getattr(level, "below" if alert.threshold.is_ == "above" else "above") is not None:
        yield Finding(
            here, f"{alert.alert} fires {alert.threshold.is_} its threshold; write {alert.threshold.is_}: {given}"
        )
    faults = list(_unit(alert.threshold.unit, given, here))
    yield from faults or _unreachable(alert.threshold, parse(alert.threshold.unit, given), here)
    if not faults:
        yield from _beyond(alert.threshold, given, here)


def _unreachable(threshold: Threshold, value: Value, here: Path) -> Iterator[Finding]:
    """Nothing is above all or below nothing."""
    if threshold.overflows:
        return
    if threshold.is_ == "above" and value == Ratio(Decimal(1)):
        yield Finding(here, "can never fire, for nothing is above 100%; lower it, or write off")
    if threshold.is_ == "below" and base(value) <= 0:
        yield Finding(here, f"can never fire, for nothing is below {value}; raise it, or write off")


def _parameter(alert: Alert, name: str, level: Level, here: Path, common: Grid) -> Iterator[Finding]:
    if level.value is None or level.for_ is not None:
        yield Finding(here, f"is a parameter of {alert.alert}, not a severity; write {name}: VALUE")
        return
    unit = alert.parameters[name].unit
    faults = list(_unit(unit, level.value, here))
    yield from faults or _beyond(alert.parameters[name], level.value, here)
    if unit == "range" and not faults and Duration.parse(str(level.value)) < common.shortest_range:
        yield Finding(here, f"holds too few scrapes; at this scrape_interval it is at least {common.shortest_range}")


def _beyond(rule: Threshold | Parameter, given: Scalar, here: Path) -> Iterator[Finding]:
    if rule.between is None:
        return
    least, most = (base(parse(rule.unit, each)) for each in rule.between)
    if not least <= base(parse(rule.unit, given)) <= most:
        yield Finding(here, f"makes no sense at {given}; it is from {rule.between[0]} to {rule.between[1]}")


def _unit(unit: Unit, given: Scalar, here: Path) -> Iterator[Finding]:
    try:
        parse(unit, given)
    except ValueError as error:
        yield Finding(here, str(error))
