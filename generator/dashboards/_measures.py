"""How the name of a metric says what it is measured in, as Prometheus names things.

https://prometheus.io/docs/practices/naming/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from generator.dashboards._sdk import units

_UNITS: Final[Mapping[str, str]] = {
    "seconds": units.Seconds, "milliseconds": units.Milliseconds, "minutes": units.Minutes, "hours": units.Hours,
    "days": units.Days, "bytes": units.BytesIEC, "bits": units.BitsIEC, "ratio": units.PercentUnit,
    "percent": units.Percent, "celsius": units.Celsius, "meters": units.Meter, "grams": units.Gram,
    "joules": units.Joule, "watts": units.Watt, "volts": units.Volt, "amperes": units.Ampere, "usd": units.Dollars,
    "dollars": units.Dollars, "eur": units.Euro, "euros": units.Euro, "gbp": units.Pounds, "pounds": units.Pounds,
}  # fmt: skip
"""The last word of a name, without `_total`, and what Grafana calls its unit."""
_MOMENT: Final = "timestamp_seconds"


@dataclass(frozen=True, slots=True)
class Measure:
    """What the name of a metric says."""

    words: str
    """What is measured, for people: `Shop orders`."""
    unit: str
    """One of the SDK's `units`."""
    moment: bool = False
    """Whether it is a moment in Unix seconds, whose age is what people ask for."""


def measure(name: str) -> Measure:
    """What the metric `name` measures; a plain number where its last word is no unit."""
    bare = name.removesuffix("_total")
    if bare.endswith(f"_{_MOMENT}"):
        return Measure(_words(bare.removesuffix(_MOMENT)), units.Seconds, moment=True)
    first, _, last = bare.rpartition("_")
    if first and last in _UNITS:
        return Measure(_words(first), _UNITS[last])
    return Measure(_words(bare), units.Short)


def _words(name: str) -> str:
    """`shop_orders` → `Shop orders`."""
    text = " ".join(name.replace("_", " ").split())
    return f"{text[:1].upper()}{text[1:]}" or name
