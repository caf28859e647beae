"""Thresholds and parameters: read by their unit, shown in people's units."""

from decimal import Decimal, InvalidOperation
from typing import Literal, assert_never

from watchspec.spec import Scalar
from watchspec.units import Duration, Ratio, Size, plain

Unit = Literal["ratio", "duration", "range", "size", "number", "count", "text"]
"""`range` is a duration that is never shorter than four scrape intervals; `count` a whole number."""

Value = Ratio | Duration | Size | Decimal | int | str


def parse(unit: Unit, scalar: Scalar) -> Value:
    """Read `scalar`; raise `ValueError` with the fix where it has the wrong unit."""
    if isinstance(scalar, bool):
        raise ValueError(f"must be a {unit}, is {str(scalar).lower()}")  # a fault of the spec, not a bug
    text = str(scalar)
    match unit:
        case "ratio":
            return Ratio.parse(text)
        case "duration" | "range":
            return Duration.parse(text)
        case "size":
            return Size.parse(text)
        case "number":
            return _number(text)
        case "count":
            return _count(text)
        case "text":
            return _line(text)
        case _:
            assert_never(unit)


def people(value: Value) -> str:
    """`value` as people write it: `75%`, `5m`, `10GB`, `2.5`."""
    return plain(value) if isinstance(value, Decimal) else str(value)


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(f'"{text}" is not a number; write one such as 2.5') from None
    if not value.is_finite():
        raise ValueError(f'"{text}" is not a finite number; write one such as 2.5')
    return value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise ValueError(f'"{text}" is not a count; write a whole number such as 1000')
    return int(text)


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be printable text on one line")
    return text
