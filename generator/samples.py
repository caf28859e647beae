"""The catalogue's short notation of series → samples in the notation of `promtool test rules`.

https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from watchspec.units import plain

_VALUE: Final = re.compile(r"(-?[\d.]+)?(?:([+-])(-?[\d.]+))?")
_BEFORE: Final = 1000
"""Where a counter begins: so far from zero that `rate` does not see its birth."""
_GAP: Final = 6
"""Scrapes that a restart loses."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line of samples."""

    start: Decimal | None
    """None for a counter."""
    rate: Decimal
    """Growth a second."""

    def samples(self, seconds: Decimal, step: Decimal, *, start: Decimal | None = None) -> str:
        """Samples for so many seconds, one every `step` seconds, and one more at the end."""
        first = next(value for value in (start, self.start, Decimal(_BEFORE)) if value is not None)
        count = int(seconds / step)
        slope = _short(self.rate * step)
        return f"{_short(first)}{'' if slope.startswith('-') else '+'}{slope}x{count}"


def line(text: str) -> Line:
    """Read `5`, `+5` or `5+1`; raise `ValueError` for anything else."""
    found = _VALUE.fullmatch(text)
    if not found or not any(found.groups()):
        raise ValueError(f"no series: {text!r}; write 5, +5 or 5+1")
    start, sign, rate = found.groups()
    slope = Decimal(rate or 0) * (-1 if sign == "-" else 1)
    return Line(None if start is None else Decimal(start), slope)


def steady(text: str, end: Decimal, step: Decimal, late: Decimal) -> str:
    """Samples of `text` from 0 to `end`; what follows a `then` begins `late` seconds before the end."""
    first, _, then = text.partition(" then ")
    before = line(first)
    if not then:
        return before.samples(end, step)
    turn, after = (end - late) // step * step, line(then)
    height = before.samples(turn, step)
    start = _BEFORE + before.rate * turn + after.rate * step if after.start is None else after.start
    return f"{height} {after.samples(end - turn - step, step, start=start)}"


def interrupted(text: str, part: Decimal, step: Decimal) -> str:
    """Samples of `text` in three parts: counters begin at zero in the second, and again after a gap in the third."""
    shape = line(text.partition(" then ")[0])
    if shape.start is not None:  # a gauge goes on where it would be
        rise = shape.start + shape.rate * (2 * part + (2 + _GAP) * step)
        return f"{shape.samples(2 * part + step, step)} stale _x{_GAP - 1} {shape.samples(part, step, start=rise)}"
    anew = shape.samples(part, step, start=Decimal(0))
    return f"{shape.samples(part, step)} {anew} stale _x{_GAP - 1} {anew}"


def restarts(part: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
    """When the second and the third part of `interrupted` begin, in seconds."""
    return part + step, 2 * part + (2 + _GAP) * step


def _short(number: Decimal) -> str:
    return plain(round(number, 9)) if number % 1 else plain(number)
