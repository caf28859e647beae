"""What the metrics and labels of a service are called: a preset of `instrumentation.yml`, the spec's names, or both."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from generator.promql import Promql, matcher, string
from watchspec.source import Source
from watchspec.spec.base import Model
from watchspec.spec.service import Instrumentation

_FILE: Final = Path(__file__).parent / "instrumentation.yml"
_ERRORS: Final = "5.."


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


@dataclass(frozen=True, slots=True)
class Http:
    """The names of one service's HTTP metrics; what is None or empty, it does not have."""

    requests: Promql | None
    """Counter of requests."""
    errors: Promql | None
    """Matcher of the failed ones."""
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
    per_second: Promql
    """What turns a value of the histogram into seconds, such as ` / 1000`."""
    units: int
    """Units of the histogram in a second."""
    longest: Decimal | None
    """The largest duration in seconds that a quantile can tell; None where it is not known."""
    longest_by_route: Decimal | None

    def histogram(self, route: str) -> Promql | None:
        """The histogram to ask about `route`, or about all routes if it is empty."""
        return self.by_route if route else self.duration

    def ceiling(self, route: str) -> Decimal | None:
        """The largest duration in seconds that the histogram for `route` can tell."""
        return self.longest_by_route if route else self.longest


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by name."""
    source = Source(_FILE.read_text(encoding="utf-8"), _FILE.name)
    return TypeAdapter(dict[str, Preset]).validate_python(source.value)


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
    known = chosen.duration is None
    return Http(
        requests=_promql(requests),
        errors=Promql(f"{status}=~{string(preset.errors)}") if status else None,
        failed=_one(status, "500" if preset.errors == _ERRORS else preset.errors.partition("|")[0]),
        answered=_one(status, "200" if preset.errors == _ERRORS else "OK"),
        duration=_promql(duration),
        by_route=_promql(by_route),
        requests_route=route if preset.requests_route or chosen.requests else None,
        route=route,
        per_second=Promql(" / 1000" if unit == "milliseconds" else ""),
        units=1000 if unit == "milliseconds" else 1,
        longest=_longest(preset.buckets, unit) if known else None,
        longest_by_route=_longest(preset.route_buckets or preset.buckets, unit) if known else None,
    )


def _promql(text: str | None) -> Promql | None:
    return None if text is None else Promql(text)


def _one(status: str | None, value: str) -> Promql | None:
    return matcher(status, [value]) if status else None


def _longest(buckets: tuple[float, ...], unit: str) -> Decimal | None:
    if not buckets:
        return None
    return Decimal(str(max(buckets))) / (1000 if unit == "milliseconds" else 1)
