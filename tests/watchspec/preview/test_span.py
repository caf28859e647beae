"""The time that a preview shows, and its steps."""

from datetime import UTC, datetime

import pytest

from watchspec.errors import UsageError
from watchspec.preview.span import Span, chosen, usual

NOW = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC).timestamp()


def test_nothing_said_is_nothing_chosen() -> None:
    """Each dashboard then shows what it says itself."""
    assert chosen(None, None, None, NOW) is None
    assert usual({"from": "now-6h", "to": "now"}, NOW) == Span(NOW - 6 * 3600, NOW)
    assert usual({"from": "now/d", "to": "now"}, NOW) == Span(NOW - 3600, NOW)


def test_a_range_ends_now_or_when_it_is_said() -> None:
    """A week, for the weekly report."""
    assert chosen(None, None, "7d", NOW) == Span(NOW - 7 * 86_400, NOW)
    assert chosen(None, "2026-11-20T00:00+00:00", "1d", NOW) == Span(
        datetime(2026, 11, 19, tzinfo=UTC).timestamp(), datetime(2026, 11, 20, tzinfo=UTC).timestamp()
    )


def test_a_clock_time_is_the_last_one() -> None:
    """Nobody asks a preview for tonight."""
    found = chosen("13:30", None, None, NOW)
    assert found is not None
    assert 0 < NOW - found.start <= 86_400


@pytest.mark.parametrize(
    ("begin", "end", "length", "words"),
    [
        ("2026-11-21T11:00+00:00", None, "1h", "--range and --from: give one"),
        ("2026-11-21T11:00+00:00", "2026-11-21T10:00+00:00", None, "is not before the end, 2026-11-21 10:00 UTC"),
        (None, "2026-11-22T10:00+00:00", None, "lies in the future"),
        (None, None, "a week", "--range"),
        ("yesterday", None, None, "--from yesterday: is not a moment"),
    ],
)
def test_what_cannot_be_is_refused(begin: str | None, end: str | None, length: str | None, words: str) -> None:
    """In one line that names the option."""
    with pytest.raises(UsageError, match=words):
        chosen(begin, end, length, NOW)


@pytest.mark.parametrize(
    ("length", "points", "least", "step"),
    [
        (3600, 720, 15, 15),  # 5 s would do, but there is a sample every 15 s
        (3600, 30, 15, 120),
        (7 * 86_400, 720, 15, 900),  # 840 s; Grafana makes 15 min of it
        (86_400, 1440, 15, 60),
        (45 * 86_400, 10_000_000, 15, 354),  # 11,000 points are the most
    ],
)
def test_a_step_is_as_long_as_grafana_has_it(length: int, points: int, least: float, step: float) -> None:
    """About a point a pixel, rounded, and never below the scrape interval."""
    assert Span(NOW - length, NOW).step(points, least) == step


def test_questions_begin_and_end_on_multiples_of_their_step() -> None:
    """So that the same moment is asked for by every refresh."""
    assert Span(1000, 1999).aligned(60) == Span(960, 1980)
