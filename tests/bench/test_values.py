"""Values here and there."""

from bench.values import differing, readings, steady


def test_a_series_that_stood_still_and_is_other_here_is_named() -> None:
    """With both values; one that moved in the meantime says nothing."""
    still = steady('a{x="1"} 1\nb 2\nc 3\nd NaN\n', 'a{x="1"} 1\nb 2.5\nc 3\nd NaN\n')
    here = readings('a{x="1",target="t"} 7\nb{target="t"} 9\nc{target="t"} 3\nd{target="t"} NaN\n')

    assert list(differing(still, here, "t")) == ['a{x="1"}: 1 there, 7 here']


def test_a_series_of_another_target_is_not_compared() -> None:
    """Nor is one without a target."""
    here = readings('a{target="u"} 7\na 8\n')

    assert list(differing(readings("a 1\n"), here, "t")) == []
    assert list(differing(readings("a 1\n"), here, None)) == ["a{}: 1 there, 8 here"]


def test_times_in_whole_seconds_are_the_same_as_exact_ones() -> None:
    """Exporters round differently."""
    assert list(differing(readings("a 1795234389\n"), readings("a 1795234389.4\n"), None)) == []
