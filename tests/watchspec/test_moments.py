"""Moments and lengths of a command line."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from watchspec import moments
from watchspec.errors import UsageError


@pytest.fixture(autouse=True)
def _belgrade(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine is in a zone that changes its clocks."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Belgrade")
        time.tzset()
        yield
    time.tzset()


NOON = datetime(2026, 10, 24, 10, tzinfo=UTC)
"""12:00 in Belgrade, a day before the clocks go back."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-05T22:00", datetime(2026, 12, 5, 21, tzinfo=UTC)),
        ("2026-07-05T22:00", datetime(2026, 7, 5, 20, tzinfo=UTC)),
        ("2026-12-05T22:00Z", datetime(2026, 12, 5, 22, tzinfo=UTC)),
        ("2026-12-05T22:00+05:45", datetime(2026, 12, 5, 16, 15, tzinfo=UTC)),
        ("18:00", datetime(2026, 10, 24, 16, tzinfo=UTC)),
        ("11:59", datetime(2026, 10, 25, 10, 59, tzinfo=UTC)),
        ("12:00", datetime(2026, 10, 25, 11, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_this_machines_as_it_is_that_day(text: str, expected: datetime) -> None:
    """Summer and winter; a time of day is the next one, across the change of clocks."""
    assert moments.moment(text, NOON, "--until") == expected


@pytest.mark.parametrize("text", ["", "tomorrow", "24:00", "12:60", "2026-13-01T00:00", "0001-01-01T00:00", "1h"])
def test_what_is_no_moment_is_refused_with_the_way_to_write_it(text: str) -> None:
    """In the name of its option."""
    with pytest.raises(UsageError) as caught:
        moments.moment(text, NOON, "--until")
    assert str(caught.value).startswith(f"--until {text}: is not a moment; write 2026-12-05T22:00")


def test_a_moment_is_shown_with_its_zone() -> None:
    """In this machine's."""
    assert moments.shown(NOON) == "Sat 2026-10-24 12:00 CEST"
    assert moments.shown(NOON + timedelta(days=1)) == "Sun 2026-10-25 11:00 CET"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-5, "0s"), (0, "0s"), (59, "59s"), (90, "2m"), (5399.9, "1h30m"), (172_800, "2d")]
)
def test_a_length_is_told_to_the_minute(seconds: float, expected: str) -> None:
    """Nobody silences to the second, but for less than a minute."""
    assert moments.length(timedelta(seconds=seconds)) == expected
