"""Values around a threshold: one that fires, one that is just silent, one that is far from it."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final, Literal

from generator.values import Unit, Value
from watchspec.units import Duration, Ratio, Size

_NEAR: Final = Decimal("0.02")
"""How near "just" is, as a share of the threshold: wide enough for the floats of Prometheus."""
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Around:
    """Three values of an expression, in base units."""

    fires: Decimal
    silent: Decimal
    """Just on the silent side."""
    calm: Decimal
    """So far on it that a lost scrape makes no difference."""


def base(value: Value | None) -> Decimal:
    """`value` in base units: shares of one, seconds, bytes."""
    match value:
        case Ratio():
            return value.value
        case Duration():
            return Decimal(value.milliseconds) / 1000
        case Size():
            return Decimal(value.bytes)
        case Decimal() | int():
            return Decimal(value)
        case _:
            raise TypeError(f"no number: {value!r}")


def around(threshold: Value, unit: Unit, side: Literal["above", "below"]) -> Around:
    """Values on both sides of `threshold`, which fires above or below it."""
    limit = base(threshold)
    step = _NEAR * limit or (Decimal(1) if unit != "ratio" else _NEAR)
    if unit == "count":
        whole = step.to_integral_value(ROUND_CEILING)  # messages show whole numbers
        silent = limit - min(whole, limit)
        return Around(limit + 1, silent, min(silent, limit / 2))
    if unit in {"duration", "range"} and limit >= _MINUTE:
        step += Decimal("0.5")  # messages show whole seconds, cut off: half a second keeps away from the edge
    if unit == "ratio":
        step = min(step, (1 - limit) / 2) or step
    if side == "above":
        return Around(limit + step, limit - min(step, limit), limit / 2)
    far = (1 + limit) / 2 if unit == "ratio" else 10 * limit + 1
    return Around(limit - step, limit + step, far)
