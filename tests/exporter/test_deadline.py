"""Deadlines out of the header that Prometheus sends."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.deadline import Deadline, budget
from exporter.reasons import ScrapeError


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 9.5), ("", 9.5), ("10", 9.5), ("3", 2.7), ("0.3", 0.27), ("0.001", 0.05), ("1000", 119.5)],
)
def test_a_tenth_is_kept_for_the_page(header: str | None, seconds: float) -> None:
    """Half a second at the most, and never so much that nothing is left."""
    assert budget(header) == pytest.approx(seconds)


@pytest.mark.parametrize("header", ["0", "-1", "nan", "inf", "ten", "1e999"])
def test_nonsense_means_the_default(header: str) -> None:
    """A client that says something impossible gets the page all the same."""
    assert budget(header) == pytest.approx(9.5)


@given(st.text())
def test_no_header_gives_less_than_something(header: str) -> None:
    """Whatever is sent."""
    assert 0.05 <= budget(header) <= 119.5


def test_a_passed_deadline_is_a_timeout() -> None:
    """And has no seconds left."""
    deadline = Deadline(time.monotonic() - 1)

    assert deadline.left() == 0
    with pytest.raises(ScrapeError) as caught:
        deadline.remaining()
    assert caught.value.reason == "timeout"
