"""What is set for one alert of one target: target first, then spec, then catalogue.

The nearest layer that names a severity replaces all severities of the layers behind it: whoever writes
`{critical: 2%}` wants no warning at 1 %. `{warning: off}` alone takes one away and keeps the rest. Parameters are
looked up one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.catalogue import Alert, LevelName
from generator.severities import SILENT, Scale
from generator.values import Value, parse
from watchspec.spec import AlertSetting, Level
from watchspec.units import Duration

SCRAPES_IN_A_RANGE = 4
"""A range holds at least so many scrapes, so that two are left when two are lost; `rate` needs two."""


@dataclass(frozen=True, slots=True)
class Setting:
    """All that one rule needs besides its targets; equal settings make one rule."""

    alert: str
    severity: str
    threshold: Value | None
    for_: Duration
    keep_firing_for: Duration
    parameters: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """What of a spec every setting depends on."""

    severities: tuple[str, ...]
    scale: Scale
    scrape_interval: Duration

    @property
    def shortest_range(self) -> Duration:
        """Four scrape intervals."""
        return Duration(SCRAPES_IN_A_RANGE * self.scrape_interval.milliseconds)


def resolve(alert: Alert, layers: Sequence[AlertSetting], grid: Grid) -> Iterator[Setting]:
    """The settings of `alert`, one a severity, under `layers` with the nearest first; none where it is off.

    The layers must be free of findings (`generator.findings`); else `ValueError` or `KeyError`.
    """
    live = list(_until_off(layers))
    if not live and (layers or not alert.enabled):
        return
    parameters = tuple(_parameters(alert, live, grid))
    for severity, (threshold, own_for, depth) in _severities(alert, live, grid).items():
        nearer = [layer.for_ for layer in live[:depth]]
        yield Setting(
            alert.alert,
            severity,
            threshold,
            _first(*nearer, own_for, *(layer.for_ for layer in live), alert.for_),
            _first(*(layer.keep_firing_for for layer in live), alert.keep_firing_for),
            parameters,
        )


def _until_off(layers: Sequence[AlertSetting]) -> Iterator[AlertSetting]:
    for layer in layers:
        if layer.off:
            return
        yield layer


def _first(*found: Duration | None) -> Duration:
    return next(duration for duration in found if duration is not None)


_Chosen = dict[str, tuple[Value | None, Duration | None, int]]
"""Severity → threshold, its own `for`, and the number of the layer that says so."""


def _severities(alert: Alert, layers: Sequence[AlertSetting], grid: Grid) -> _Chosen:
    dropped: set[str] = set()
    for depth, layer in enumerate(layers):
        written = {name: level for name, level in layer.levels.items() if name in grid.severities}
        if layer.severity is not None:
            written.setdefault(layer.severity, Level())
        off = {name for name, level in written.items() if level.threshold == "off"}
        if written and len(written) > len(off):
            return {
                name: (*_level(alert, level), depth) for name, level in written.items() if name not in off | dropped
            }
        dropped |= off
    return {name: value for name, value in _defaults(alert, grid, len(layers)).items() if name not in dropped}


def _level(alert: Alert, level: Level) -> tuple[Value | None, Duration | None]:
    if alert.threshold is None or level.threshold is None:
        return None, level.for_
    return parse(alert.threshold.unit, level.threshold), level.for_


def _defaults(alert: Alert, grid: Grid, depth: int) -> _Chosen:
    """The catalogue's severities; where two levels are one severity, the worse level wins."""
    if alert.level == "none":
        return {SILENT: (None, None, depth)}
    levels: Mapping[LevelName, Value | None] = alert.threshold.defaults() if alert.threshold else {}
    if alert.level:
        levels = {alert.level: None}
    found: _Chosen = {}
    for level, value in levels.items():
        found.setdefault(grid.scale[level], (value, None, depth))
    return found


def _parameters(alert: Alert, layers: Sequence[AlertSetting], grid: Grid) -> Iterator[tuple[str, Value]]:
    defaults = alert.defaults()
    for name, parameter in alert.parameters.items():
        written = next((level.threshold for layer in layers if (level := layer.levels.get(name))), None)
        value = defaults[name] if written is None else parse(parameter.unit, written)
        if parameter.unit == "range" and isinstance(value, Duration):
            value = max(value, grid.shortest_range)
        yield name, value
