"""What the metrics and labels of a service are called: a preset of `instrumentation.yml`, the spec's names, or both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from generator import kept
from generator.promql import Promql, matcher, string
from watchspec.spec.base import Model
from watchspec.spec.service import Instrumentation
from watchspec.units import plain

_FILE: Final = Path(__file__).parent / "instrumentation.yml"
_ERRORS: Final = "5.."
_LEAST, _MOST = -4, 6
"""Powers of ten between which Go writes a number without an exponent."""


class Quirks(Model):
    """What a preset does not give by itself, each a sentence that says what it takes."""

    names: str | None = None
    """Why its metrics have no names of their own; the spec must give them."""
    histogram: str | None = None
    """What it takes for the histogram to be published."""
    route: str | None = None
    """What it takes for the label of the route to be there, or how its values are written."""
    routes: str | None = None
    """Regular expression of routes that are right without saying so."""


class Preset(Model):
    """The names of one framework; `instrumentation.yml` says what each field means."""

    requests: str | None = None
    counted: bool = False
    duration: str | None = None
    by_route: str | None = None
    slow_status: bool = False
    status: str | None = None
    errors: str = _ERRORS
    method: str | None = None
    route: str | None = None
    requests_route: bool = True
    unit: Literal["seconds", "milliseconds"] = "seconds"
    buckets: tuple[float, ...] = ()
    route_buckets: tuple[float, ...] = ()
    hides: tuple[str, ...] = ()
    quirks: Quirks = Quirks.model_construct()


@dataclass(frozen=True, slots=True)
class Http:
    """The names of one service's own metrics; what is None or empty, it does not have.

    Two are equal if their names are: what is known of buckets and quirks is for diagnostics, and makes no other rule.
    """

    requests: Promql | None
    """Counter of requests."""
    status: str | None
    """Label of their status."""
    errors: Promql | None
    """Matcher of the failed ones."""
    unfailed: Promql | None
    """Matcher of those that did not fail; of series without a status it picks all."""
    failed: Promql | None
    """Matcher of one failed request, for tests."""
    answered: Promql | None
    """Matcher of one that did not fail, for tests."""
    duration: Promql | None
    """Histogram of durations, without `_bucket`."""
    by_route: Promql | None
    """Histogram that carries the route."""
    requests_route: str | None
    """Label of the route on the counter."""
    route: str | None
    """Label of the route on the histogram."""
    slow_status: bool
    """Whether the histogram carries the status; false only where it is known not to."""
    per_second: Promql
    """What turns a value of the histogram into seconds, such as ` / 1000`."""
    units: int
    """Units of the histogram in a second."""
    connections: Promql | None
    """Gauge of open connections."""
    messages: Promql | None
    """Counter of messages on them."""
    disconnects: Promql | None
    """Counter of connections that ended."""
    buckets: tuple[Decimal, ...] | None = field(compare=False)
    """Finite upper bounds of `duration` in seconds, rising; None where they are not known."""
    route_buckets: tuple[Decimal, ...] | None = field(compare=False)
    """Those of `by_route`."""
    hides: tuple[str, ...] = field(compare=False)
    """Metrics of its own that would hide one of Prometheus's, such as `up`."""
    quirks: Quirks = field(compare=False)
    """What the preset does not give by itself and the spec does not either."""

    @property
    def nothing(self) -> bool:
        """Whether no metric has a name."""
        return not any((self.requests, self.duration, self.connections, self.messages, self.disconnects))

    def histogram(self, route: str) -> Promql | None:
        """The histogram to ask about `route`, or about all routes if it is empty."""
        return self.by_route if route else self.duration

    def bounds(self, route: str) -> tuple[Decimal, ...] | None:
        """The finite upper bounds, in seconds, of the histogram for `route`; None where they are not known."""
        return self.route_buckets if route else self.buckets

    def ceiling(self, route: str) -> Decimal | None:
        """The largest duration in seconds that a quantile of the histogram for `route` can tell, if it is known."""
        bounds = self.bounds(route)
        return bounds[-1] if bounds else None

    def le(self, seconds: Decimal) -> str:
        """The label `le` of the bucket up to `seconds`, as Prometheus 3 keeps it: `0.3`, `1.0`, `1e+06`."""
        return bound(seconds * self.units)

    def within(self, seconds: Decimal) -> Promql:
        """A matcher of the bucket up to `seconds`: where Prometheus 3 keeps `1.0`, 2 may have kept `1`."""
        return matcher("le", list(dict.fromkeys((plain(seconds * self.units), self.le(seconds)))))


def bound(value: Decimal) -> str:
    """`value` as Go writes it for `le`, and Prometheus 3 for everybody.

    https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values
    """
    size = value.adjusted()
    if value and not _LEAST <= size < _MOST:
        digits = f"{value.normalize():e}".lower()
        mantissa, _, power = digits.partition("e")
        return f"{mantissa}e{int(power):+03d}"
    text = plain(value)
    return text if "." in text else f"{text}.0"


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by name."""
    (written,) = kept.values([_FILE], _FILE.stem)
    return TypeAdapter(dict[str, Preset]).validate_python(written)


@cache
@lru_cache(maxsize=1024)
def names(chosen: Instrumentation) -> Http:
    """The names that `chosen` stands for; what it gives itself wins over its preset."""
    preset = presets()[chosen.preset] if chosen.preset else Preset(status="status", method="method")
    duration = chosen.duration or preset.duration
    by_route = chosen.duration or preset.by_route or preset.duration
    count = f"{duration}_count" if duration and (preset.counted or not chosen.preset) else None
    requests = chosen.requests or preset.requests or count
    status = chosen.status or preset.status
    route = chosen.route or preset.route
    unit = chosen.unit or preset.unit
    units = 1000 if unit == "milliseconds" else 1
    buckets = chosen.buckets or (() if chosen.duration else preset.buckets)
    known = () if chosen.duration else preset.route_buckets
    return Http(
        requests=_promql(requests),
        status=status,
        errors=Promql(f"{status}=~{string(preset.errors)}") if status else None,
        unfailed=Promql(f"{status}!~{string(preset.errors)}") if status else None,
        failed=_one(status, "500" if preset.errors == _ERRORS else preset.errors.partition("|")[0]),
        answered=_one(status, "200" if preset.errors == _ERRORS else "OK"),
        duration=_promql(duration),
        by_route=_promql(by_route),
        requests_route=route if preset.requests_route or chosen.requests else None,
        route=route,
        slow_status=status is not None and (preset.slow_status or chosen.duration is not None),
        per_second=Promql(" / 1000" if unit == "milliseconds" else ""),
        units=units,
        connections=_promql(chosen.connections),
        messages=_promql(chosen.messages),
        disconnects=_promql(chosen.disconnects),
        buckets=_seconds(buckets, units),
        route_buckets=_seconds(known or buckets, units),
        hides=preset.hides,
        quirks=_quirks(preset, chosen),
    )


def _quirks(preset: Preset, chosen: Instrumentation) -> Quirks:
    """Those of `preset` that `chosen` does not settle: whoever writes a name or the buckets knows they are there."""
    settled = {
        "names": chosen.requests or chosen.duration,
        "histogram": chosen.duration or chosen.buckets,
        "route": chosen.route,
    }
    return preset.quirks.model_copy(update={name: None for name, given in settled.items() if given})


def _promql(text: str | None) -> Promql | None:
    return None if text is None else Promql(text)


def _one(status: str | None, value: str) -> Promql | None:
    return matcher(status, [value]) if status else None


def _seconds(buckets: tuple[float, ...], units: int) -> tuple[Decimal, ...] | None:
    return tuple(Decimal(str(each)) / units for each in buckets) or None
