"""Versions compared by number."""

import pytest

from generator.versions import reaches


@pytest.mark.parametrize(
    ("version", "wanted", "reached"),
    [
        ("3", (3, 0), True),
        ("3.10", (3, 9), True),
        ("2.53.1", (3, 0), False),
        ("0.26", (0, 26), True),
        ("0.9", (0, 26), False),
    ],
)
def test_a_version_is_compared_part_by_part(version: str, wanted: tuple[int, ...], *, reached: bool) -> None:
    """Not as text, and a missing part is zero."""
    assert reaches(version, wanted) is reached
