"""Regular expressions of the spec."""

import pytest

from exporter.deadline import Deadline
from exporter.probe import pattern
from exporter.probe.failure import ProbeError


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("ok", b"it is ok", True),
        ("^ok", b"it is ok", False),
        ("(?i)OK$", b"it is ok", True),
        ("Đ", "Đ".encode(), True),
        ("x", b"\xff\xfex\x00", True),
        ("", b"", True),
    ],
)
def test_a_pattern_is_searched_for_in_the_text(expression: str, text: bytes, found: bool) -> None:
    """As Python's `re.search` does, whatever bytes there are."""
    assert pattern.matches(expression, text, Deadline.after(10)) is found


def test_a_search_ends_at_the_deadline() -> None:
    """Its process is killed."""
    with pytest.raises(ProbeError) as caught:
        pattern.matches("(a+)+$", b"a" * 50 + b"b", Deadline.after(0.3))

    assert caught.value.why == "timeout"
