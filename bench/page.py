"""A page of the text format: which families, types and label names it has.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL: Final = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
_PARTS: Final = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}
"""Suffixes of the series that belong to a family."""
_STRUCTURAL: Final = frozenset({"le", "quantile"})
"""Labels that a histogram's or summary's series have by their type."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a family looks like, whatever its values are."""

    type: str
    labels: frozenset[str]
    """Names of labels that any of its series has; those of buckets and quantiles do not count."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line with a value."""

    name: str
    labels: Mapping[str, str]
    value: float


def series(page: str) -> Iterator[Series]:
    """The page's series, in its order; raises `ValueError` for a line that is none."""
    for line in page.splitlines():
        if line and not line.startswith("#"):
            yield _series(line)


def shapes(page: str) -> dict[str, Shape]:
    """The page's families by name; a line of TYPE without a series makes none."""
    types = dict(_types(page))
    owners = {f"{name}{part}": name for name, type_ in types.items() for part in _PARTS.get(type_, ())}
    labels: dict[str, set[str]] = {}
    for found in series(page):
        family = found.name if found.name in types else owners.get(found.name, found.name)
        labels.setdefault(family, set()).update(found.labels.keys() - _STRUCTURAL)
    return {name: Shape(types.get(name, "untyped"), frozenset(names)) for name, names in labels.items()}


def _types(page: str) -> Iterator[tuple[str, str]]:
    for line in page.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, type_ = line.split()
            yield name, type_


def _series(line: str) -> Series:
    name = _NAME.match(line)
    if name is None:
        raise ValueError(f"not a series: {line[:80]}")
    rest, labels = line[name.end() :], {}
    if rest.startswith("{"):
        end = 1
        while found := _LABEL.match(rest, end):
            labels[found[1]] = found[2]
            end = found.end() + (rest[found.end() : found.end() + 1] == ",")
        if rest[end : end + 1] != "}":
            raise ValueError(f"labels without an end: {line[:80]}")
        rest = rest[end + 1 :]
    return Series(name[0], labels, float(rest.split()[0]))
