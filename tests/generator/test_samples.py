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


def test_an_interrupted_counter_begins_anew_twice() -> None:
    """Once without a gap, once after one."""
    assert interrupted("+1", Decimal(300), MINUTE) == "1000+60x5 0+60x5 stale _x5 0+60x5"
    assert restarts(Decimal(300), MINUTE) == (Decimal(360), Decimal(1080))


def test_an_interrupted_gauge_goes_on() -> None:
    """A point in time does not begin anew with the process that tells it."""
    assert interrupted("10+1", Decimal(300), MINUTE) == "10+60x11 stale _x5 1090+60x5"


@pytest.mark.parametrize("text", ["", "x", "5 6", "5+"])
def test_anything_else_is_refused(text: str) -> None:
    """With the forms that are known."""
    with pytest.raises(ValueError, match="write 5, \\+5 or 5\\+1"):
        line(text)
