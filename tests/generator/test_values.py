"""Thresholds and parameters read by their unit."""

from decimal import Decimal

import pytest

from generator.values import Unit, Value, parse, people
from watchspec.spec import Scalar
from watchspec.units import Duration, Ratio, Size


@pytest.mark.parametrize(
    ("unit", "written", "value"),
    [
        ("ratio", "2%", Ratio(Decimal("0.02"))),
        ("duration", "5m", Duration(300_000)),
        ("range", "1h30m", Duration(5_400_000)),
        ("size", "1KB", Size(1024)),
        ("number", 2.5, Decimal("2.5")),
        ("number", 2, Decimal(2)),
        ("count", 1000, 1000),
        ("text", "/api", "/api"),
    ],
)
def test_a_value_is_read_by_its_unit(unit: Unit, written: Scalar, value: Value) -> None:
    """What the spec says becomes an exact value."""
    assert parse(unit, written) == value


@pytest.mark.parametrize(
    ("unit", "written", "fix"),
    [
        ("ratio", "120%", "between 0% and 100%"),
        ("ratio", 0.02, 'write "2%"'),
        ("duration", 5, "write a number and a unit"),
        ("size", "10", "write a number and a unit"),
        ("number", "many", "write one such as 2.5"),
        ("number", "inf", "not a finite number"),
        ("count", 1.5, "write a whole number"),
        ("count", -1, "write a whole number"),
        ("text", "a\nb", "on one line"),
        ("ratio", True, "must be a ratio"),
    ],
)
def test_a_wrong_unit_is_an_error_with_its_fix(unit: Unit, written: Scalar, fix: str) -> None:
    """The sentence says what to write instead."""
    with pytest.raises(ValueError, match=fix):
        parse(unit, written)


def test_people_read_the_units_they_write() -> None:
    """Messages show thresholds as the spec does."""
    values: list[Value] = [Ratio(Decimal("0.005")), Duration(90_000), Size(1024**3), Decimal("2.0"), 3]
    assert [people(value) for value in values] == ["0.5%", "1m30s", "1GB", "2", "3"]
