"""Metric families as the exporter fills them: labels are rendered once, samples are pairs of text and number."""

from collections.abc import Iterable, Iterator
from typing import Literal

FamilyType = Literal["counter", "gauge", "histogram", "summary", "untyped"]
Sample = tuple[str, float]
"""A series as it is printed (`name{label="value"}`), and its value."""


class Family:
    """One metric name with its type, help and samples."""

    __slots__ = ("common", "help", "name", "samples", "type")

    def __init__(self, name: str, type_: FamilyType, help_: str, common: str = "") -> None:
        """`common` are rendered labels that every sample gets."""
        self.name, self.type, self.help, self.common = name, type_, help_, common
        self.samples: list[Sample] = []

    def add(self, value: float, labels: str = "", suffix: str = "") -> None:
        """Add a sample; `labels` are rendered by `render`, `suffix` is that of a histogram's or summary's part."""
        both = f"{labels},{self.common}" if labels and self.common else labels or self.common
        name = self.name + suffix
        self.samples.append((f"{name}{{{both}}}" if both else name, value))


class Families:
    """Families under construction, by name; all samples share the `common` labels."""

    __slots__ = ("_by_name", "_common")

    def __init__(self, common: str = "") -> None:
        self._common = common
        self._by_name: dict[str, Family] = {}

    def family(self, name: str, type_: FamilyType, help_: str) -> Family:
        """The family of this name; made when it is asked for first."""
        found = self._by_name.get(name)
        if found is None:
            found = self._by_name[name] = Family(name, type_, help_, self._common)
        return found

    def gauge(self, name: str, help_: str, value: float, labels: str = "") -> None:
        """Add one sample of a gauge."""
        self.family(name, "gauge", help_).add(value, labels)

    def counter(self, name: str, help_: str, value: float, labels: str = "") -> None:
        """Add one sample of a counter."""
        self.family(name, "counter", help_).add(value, labels)

    def extend(self, families: Iterable[Family]) -> None:
        """Take over whole families; one whose name is there already is joined to it."""
        for family in families:
            found = self._by_name.setdefault(family.name, family)
            if found is not family:
                found.samples += family.samples

    def __iter__(self) -> Iterator[Family]:
        return (family for family in self._by_name.values() if family.samples)


def render(**labels: str) -> str:
    """Labels as the text format writes them between braces, in the order given."""
    return ",".join([f'{name}="{escaped(value)}"' for name, value in labels.items()])


def escaped(value: str) -> str:
    """A label's value with backslash, newline and quote escaped, as the text format 0.0.4 asks.

    Source: https://prometheus.io/docs/instrumenting/exposition_formats/#comments-help-text-and-type-information
    """
    if "\\" in value or "\n" in value or '"' in value:
        return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
    return value
