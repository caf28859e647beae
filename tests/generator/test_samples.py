"""The short notation of series."""

from decimal import Decimal

import pytest

from generator.samples import interrupted, line, restarts, steady

MINUTE = Decimal(60)


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("5", "5+0x10"),
        ("+2", "1000+120x10"),
        ("-7.5+1", "-7.5+60x10"),
        ("600-1", "600-60x10"),
        ("0 then 1", "0+0x7 1+0x2"),
        ("+1 then +2", "1000+60x7 1540+120x2"),
    ],
)
def test_a_steady_series_covers_the_whole_test(text: str, samples: str) -> None:
    """Ten minutes, a sample a minute; what comes then begins three minutes before the end."""
    assert steady(text, Decimal(600), MINUTE, Decimal(180)) == samples


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("1 | 2 | 3 then 4", "1+0x8 2+0x6 3+0x6 4+0x0"),
        ("_ | 2 then 4", "_x16 2+0x6 4+0x0"),
        ("+1 | +0 then +2", "172800+86400x15 1468800+0x6 1641600+172800x0"),
        ("_ | +1 then +1", "_x16 172800+86400x6 777600+86400x0"),
    ],
)
def test_what_stands_between_bars_lasts_a_week(text: str, samples: str) -> None:
    """A sample a day for 23 days; what was before goes as far back as there is time."""
    day = Decimal(86_400)
    assert steady(text, 23 * day, day, day) == samples


def test_an_interrupted_counter_begins_anew_twice() -> None:
    """Once without a gap, once after one."""
    assert interrupted("+1", Decimal(300), MINUTE) == "1000+60x5 0+60x5 stale _x5 0+60x5"
    assert restarts(Decimal(300), MINUTE) == (Decimal(360), Decimal(1080))


def test_a_fast_counter_begins_farther_from_zero() -> None:
    """Else `rate` reaches back less far than for a slow one, and a ratio of both is off for a while."""
    assert steady("+100", Decimal(120), MINUTE, Decimal(0)) == "12000+6000x2"


def test_huge_numbers_are_written_in_full() -> None:
    """With more digits than decimals are reckoned with."""
    assert steady("1234567890123456789012345.25", Decimal(60), MINUTE, Decimal(0)).startswith(
        "1234567890123456789012345.25+"
    )


def test_an_interrupted_gauge_goes_on() -> None:
    """A point in time does not begin anew with the process that tells it."""
    assert interrupted("10+1", Decimal(300), MINUTE) == "10+60x11 stale _x5 1090+60x5"


@pytest.mark.parametrize("text", ["", "x", "5 6", "5+"])
def test_anything_else_is_refused(text: str) -> None:
    """With the forms that are known."""
    with pytest.raises(ValueError, match="write 5, \\+5 or 5\\+1"):
        line(text)


def test_a_series_that_is_gone_ends_with_a_marker() -> None:
    """As Prometheus ends one whose target no longer shows it."""
    assert steady("1 then gone", Decimal(600), Decimal(60), Decimal(120)) == "1+0x8 stale"
