"""Figures as Markdown."""

from bench.limits import Limit
from bench.measure import Cost
from bench.table import markdown, milliseconds, of_costs, of_limits, of_sum

ONE = Cost("one", 0.0123, 0.0045, 0.0205, 24_400_000, 23_000_000, 570, 65_400, 11_200)
TWO = Cost("two", 0.0010, 0.0100, 0.0110, 10_000_000, None, 30, 2_000, 800)


def test_a_table_has_a_head_a_rule_and_rows() -> None:
    """Numbers stand to the right."""
    assert markdown(("what", "n"), [("a", "1")]) == "| what | n |\n| --- | --: |\n| a | 1 |\n"


def test_costs_are_shown_in_units_that_a_reader_thinks_in() -> None:
    """Milliseconds, megabytes, kilobytes."""
    row = of_costs([ONE]).splitlines()[-1]

    assert row == "| one | 12 ms | 4.5 ms | 20 ms | 24 MB | 23 MB | 570 | 65 kB | 11 kB |"


def test_a_sum_adds_costs_and_takes_the_slowest_time() -> None:
    """A figure that one of them lacks is not made up."""
    assert of_sum("both", [ONE, TWO]) == Cost("both", 0.0133, 0.0100, 0.0205, 34_400_000, None, 600, 67_400, 12_000)


def test_a_broken_limit_stands_out() -> None:
    """In the last column."""
    page = of_limits([Limit("a", "1", "2", holds=True), Limit("b", "3", "2", holds=False)])

    assert page.splitlines()[2:] == ["| a | 1 | 2 | yes |", "| b | 3 | 2 | **no** |"]


def test_times_have_two_digits() -> None:
    """More would only be noise."""
    assert [milliseconds(value) for value in (0.00123, 0.0123, 4.5174)] == ["1.2 ms", "12 ms", "4517 ms"]
