"""What several emitters ask of one spec, found out once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import ref

from watchspec.spec import Spec

Found = TypeVar("Found")


def remembered(function: Callable[[Spec], Found]) -> Callable[[Spec], Found]:
    """`function`, which keeps its answer for the spec that it was last asked about: specs are frozen."""
    known: list[tuple[ref[Spec], Found]] = []

    @wraps(function)
    def ask(spec: Spec) -> Found:
        for last, answer in known:
            if last() is spec:
                return answer
        found = function(spec)
        known[:] = [(ref(spec), found)]
        return found

    return ask
