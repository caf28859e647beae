"""Whether series that stand still have the same value here and there."""

import math
from collections.abc import Iterator, Mapping

from bench.page import series

Key = tuple[str, frozenset[tuple[str, str]]]
"""Name and labels of a series."""


def readings(page: str) -> dict[Key, float]:
    """Every series of a page."""
    return {(one.name, frozenset(one.labels.items())): one.value for one in series(page)}


def steady(before: str, after: str) -> dict[Key, float]:
    """The series of two pages of one exporter whose value did not change in between."""
    first = readings(before)
    return {key: value for key, value in readings(after).items() if key in first and same(first[key], value)}


def differing(theirs: Mapping[Key, float], ours: Mapping[Key, float], target: str | None) -> Iterator[str]:
    """In words, each series that both have but with another value; ours of `target`, if it is given."""
    extra = frozenset({("target", target)} if target else ())
    for (name, labels), value in sorted(theirs.items(), key=lambda item: (item[0][0], sorted(item[0][1]))):
        found = ours.get((name, labels | extra))
        if found is not None and not same(found, value):
            shown = ",".join(f'{key}="{text}"' for key, text in sorted(labels))
            yield f"{name}{{{shown}}}: {value:g} there, {found:g} here"


def same(one: float, other: float) -> bool:
    """Whether two values are equal but for a part in 10⁹, as of times in whole seconds; NaN is equal to NaN."""
    return math.isclose(one, other, rel_tol=1e-9) or (math.isnan(one) and math.isnan(other))
