"""Percentiles of times."""

import pytest

from bench.measure import percentile


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    """The nearest rank of a hundred."""
    assert percentile(range(1, 101), share) == expected


def test_of_one_value_each_percentile_is_that_value() -> None:
    """A run of one scrape has figures, too."""
    assert percentile([7.0], 0.5) == percentile([7.0], 0.99) == 7.0
