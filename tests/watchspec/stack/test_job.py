"""What became of the parts, in words."""

import pytest

from watchspec.stack.job import Outcome


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome(("a",), again=False), "started: a"),
        (Outcome(("a",), ("b", "c"), ("d",), again=True), "reloaded: b, c; restarted: a; unchanged: d"),
        (Outcome((), (), ("d",), again=True), "unchanged: d"),
    ],
)
def test_each_part_is_in_one_list_and_no_list_is_empty(outcome: Outcome, line: str) -> None:
    """What is started while others run was restarted, or was missing."""
    assert outcome.line() == line
