"""The catalogue's short notation of series → samples in the notation of `promtool test rules`.

https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from watchspec.units import plain

_VALUE: Final = re.compile(r"(-?[\d.]+)?(?:([+-])(-?[\d.]+))?")
_BEFORE: Final = 1000
"""Where a counter begins at least: so far from zero that `rate` does not see its birth."""
_WEEK: Final = Decimal(604_800)
_NOTHING: Final = "_"
"""No samples, as in promtool."""
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
        first = next(value for value in (start, self.start, self.birth(step)) if value is not None)
        count = int(seconds / step)
        slope = _short(self.rate * step)
        return f"{_short(first)}{'' if slope.startswith('-') else '+'}{slope}x{count}"

    def birth(self, step: Decimal) -> Decimal:
        """Where a counter begins: `rate` reaches back by a step at the most, and no counter was below zero."""
        return max(Decimal(_BEFORE), 2 * self.rate * step)


def line(text: str) -> Line:
    """Read `5`, `+5` or `5+1`; raise `ValueError` for anything else."""
    found = _VALUE.fullmatch(text)
    if not found or not any(found.groups()):
        raise ValueError(f"no series: {text!r}; write 5, +5 or 5+1")
    start, sign, rate = found.groups()
    slope = Decimal(rate or 0) * (-1 if sign == "-" else 1)
    return Line(None if start is None else Decimal(start), slope)


def steady(text: str, end: Decimal, step: Decimal, late: Decimal) -> str:
    """Samples of `text` from 0 to `end`; what follows a `then` begins `late` seconds before the end.

    Before that every piece between ` | ` lasts a week, and the first one as long as there is time.
    """
    before, _, then = text.partition(" then ")
    weeks = before.split(" | ")
    turn = (end - late) // step * step if then else end
    ends = [(turn - _WEEK * left) // step * step for left in reversed(range(len(weeks)))]
    pieces = [*zip(weeks, ends, strict=True), *([(then, end)] if then else [])]
    return " ".join(_pieces(pieces, step))


def _pieces(pieces: Iterable[tuple[str, Decimal]], step: Decimal) -> Iterator[str]:
    """Each until its end; counters go on from where the one before has brought them."""
    begin, height = Decimal(0), None
    for text, end in pieces:
        if text == "gone":
            yield "stale"
        elif text == _NOTHING:
            yield f"_x{int((end - begin) / step) + 1}"
        else:
            shape = line(text)
            start = shape.start
            if start is None:
                start = shape.birth(step) if height is None else height + shape.rate * step
            yield shape.samples(end - begin, step, start=start)
            height = start + shape.rate * ((end - begin) // step * step)
        begin = end + step


def interrupted(text: str, part: Decimal, step: Decimal) -> str:
    """Samples of `text` in three parts: counters begin at zero in the second, and again after a gap in the third."""
    shape = line(text.partition(" then ")[0].partition(" | ")[0])
    if shape.start is not None:  # a gauge goes on where it would be
        rise = shape.start + shape.rate * (2 * part + (2 + _GAP) * step)
        return f"{shape.samples(2 * part + step, step)} stale _x{_GAP - 1} {shape.samples(part, step, start=rise)}"
    anew = shape.samples(part, step, start=Decimal(0))
    return f"{shape.samples(part, step)} {anew} stale _x{_GAP - 1} {anew}"


def restarts(part: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
    """When the second and the third part of `interrupted` begin, in seconds."""
    return part + step, 2 * part + (2 + _GAP) * step


def _short(number: Decimal) -> str:
    return plain(Decimal(f"{number:.9f}"))
