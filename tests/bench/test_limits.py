"""Which limits hold."""

from dataclasses import replace

import pytest

from bench.limits import at_most, broken, of_scrapes
from bench.measure import Cost

OURS = Cost("watchspec", 0.008, 0.010, 0.015, 30_000_000, None, 1000, 150_000, 30_000)
THEIRS = [Cost(name, 0.005, 0.010, 0.015, 25_000_000, None, 500, 75_000, 15_000) for name in ("one", "two")]


def test_all_limits_hold_exactly_at_their_edge() -> None:
    """0.8 of the CPU, 0.6 of the memory, as slow as the slowest."""
    assert broken(of_scrapes(OURS, THEIRS)) == []


@pytest.mark.parametrize(
    ("ours", "complaint"),
    [
        (replace(OURS, cpu=0.0091), "CPU per scrape, of the four's sum: 0.91, at most 0.80"),
        (replace(OURS, resident=31_000_000), "resident memory, of the four's sum: 0.62, at most 0.60"),
        (replace(OURS, p99=0.018), "p99 of a scrape, of the slowest's: 1.20, at most 1.00"),
    ],
)
def test_a_broken_limit_is_named_with_its_figures(ours: Cost, complaint: str) -> None:
    """Just the one that is broken."""
    assert broken(of_scrapes(ours, THEIRS)) == [complaint]


def test_more_than_fifty_megabytes_are_too_many_whatever_the_others_need() -> None:
    """The limit of memory is also absolute."""
    large = [replace(cost, resident=100_000_000) for cost in THEIRS]

    assert broken(of_scrapes(replace(OURS, resident=51_000_000), large)) == ["resident memory: 51 MB, at most 50 MB"]


def test_figures_have_no_more_digits_than_they_are_worth() -> None:
    """Two, or whole numbers."""
    assert at_most("time", 0.4567, 0.5, "s").found == "0.46 s"
    assert at_most("memory", 123.4, 300, "MB").found == "123 MB"
    assert not at_most("time", 0.501, 0.5, "s").holds
