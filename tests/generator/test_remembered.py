"""An answer is kept for one spec."""

from collections.abc import Callable

from generator.remembered import remembered
from watchspec.spec import Spec

Make = Callable[[str], Spec]


def test_a_spec_is_asked_once_until_another_comes(spec_of: Make) -> None:
    """Two specs never share an answer, though they be equal."""
    asked: list[Spec] = []

    @remembered
    def count(spec: Spec) -> int:
        asked.append(spec)
        return len(asked)

    first, second = spec_of("hosts: [{name: a}]\n"), spec_of("hosts: [{name: a}]\n")

    assert [count(first), count(first), count(second), count(second), count(first)] == [1, 1, 2, 2, 3]
    assert asked == [first, second, first]
