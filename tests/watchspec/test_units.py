"""Durations, ratios and sizes: read as people write them, written as Prometheus reads them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchspec.units import Duration, Ratio, Size, plain


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("300ms", 300),
        ("15s", 15_000),
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("45d", 45 * 86_400_000),
        ("1w2d", 9 * 86_400_000),
        ("0", 0),
    ],
)
def test_a_duration_is_read_in_milliseconds(text: str, milliseconds: int) -> None:
    """Every unit of Prometheus's grammar."""
    assert Duration.parse(text).milliseconds == milliseconds


@pytest.mark.parametrize("text", ["", "5", "5 m", "m", "1m1h", "-5m", "1.5h", "5 minutes"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """With an example of what is one."""
    with pytest.raises(ValueError, match="is not a duration; write a number and a unit"):
        Duration.parse(text)


@given(st.integers(min_value=0, max_value=10**13))
def test_a_duration_survives_writing_and_reading(milliseconds: int) -> None:
    """Text and value say the same."""
    assert Duration.parse(str(Duration(milliseconds))).milliseconds == milliseconds


@pytest.mark.parametrize(
    ("text", "shown"), [("45d", "45d"), ("90m", "1h30m"), ("14d", "2w"), ("1000ms", "1s"), ("0s", "0s")]
)
def test_a_duration_is_written_with_the_units_people_expect(text: str, shown: str) -> None:
    """Weeks and years only where nothing is left over."""
    assert str(Duration.parse(text)) == shown


def test_durations_are_ordered_by_length() -> None:
    """Not by text."""
    assert Duration.parse("90s") < Duration.parse("2m") < Duration.parse("1h")
    assert Duration.parse("1h").seconds == 3600.0


def test_a_ratio_is_exact() -> None:
    """99.9 % is 0.999, not the nearest float."""
    assert Ratio.parse("99.9%").value == Decimal("0.999")
    assert str(Ratio.parse("99.90 %")) == "99.9%"


@pytest.mark.parametrize(
    ("text", "message"),
    [("0.5", "is not a percentage"), ("x%", "is not a percentage"), ("101%", "out of range"), ("-1%", "out of range")],
)
def test_what_is_no_ratio_is_refused(text: str, message: str) -> None:
    """A bare number too: 5 could be 5 or 500 %."""
    with pytest.raises(ValueError, match=message):
        Ratio.parse(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("100B", 100), ("1KB", 1024), ("512MiB", 512 * 1024**2), ("10GB", 10 * 1024**3), ("1.5 GB", 1536 * 1024**2)],
)
def test_a_size_is_read_in_bytes_by_powers_of_1024(text: str, count: int) -> None:
    """As Prometheus's own retention flag does."""
    assert Size.parse(text).bytes == count
    assert Size.parse(str(Size.parse(text))).bytes == count


def test_what_is_no_size_is_refused() -> None:
    """With an example of what is one."""
    with pytest.raises(ValueError, match='write a number and a unit: "512MB", "10GB"'):
        Size.parse("10 gigs")


def test_plain_numbers_have_no_exponent() -> None:
    """PromQL is read by people."""
    assert [plain(Decimal(text)) for text in ("1E+2", "0.01440", "3", "0.0")] == ["100", "0.0144", "3", "0"]
