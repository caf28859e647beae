"""Whether families are published as promised: same name, same type, same names of labels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bench.page import Shape

OWN_LABELS: Final = frozenset({"target", "instance"})
"""Labels that this exporter adds to tell targets and replicas apart."""
_ABOUT_ITSELF: Final = ("go_", "promhttp_", "process_", "python_", "watchspec_")
"""Families that a program publishes of its own process."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of promised families; each list is sorted."""

    alike: tuple[str, ...]
    missing: tuple[str, ...]
    different: tuple[str, ...]
    """In words: the family, what was promised, what was found."""

    def share(self) -> float:
        """How many of them are alike, from 0 to 1."""
        return len(self.alike) / (len(self.alike) + len(self.missing) + len(self.different))


def compare(promised: Mapping[str, Shape], published: Mapping[str, Shape]) -> Comparison:
    """Compare by name, type and labels; labels that come with our targets do not count."""
    alike, missing, different = [], [], []
    for name, shape in sorted(promised.items()):
        found = published.get(name)
        if found is None:
            missing.append(name)
        elif found.type == shape.type and found.labels - (OWN_LABELS - shape.labels) == shape.labels:
            alike.append(name)
        else:
            different.append(f"{name}: {_words(shape)} expected, {_words(found)} found")
    return Comparison(tuple(alike), tuple(missing), tuple(different))


def of_targets(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The families about what is watched, without those about the exporter's own process."""
    return {name: shape for name, shape in shapes.items() if not name.startswith(_ABOUT_ITSELF)}


def joined(pages: Iterable[Mapping[str, Shape]]) -> dict[str, Shape]:
    """Families of several pages; labels of any of them."""
    found: dict[str, Shape] = {}
    for page in pages:
        for name, shape in page.items():
            labels = shape.labels | (found[name].labels if name in found else frozenset())
            found[name] = Shape(shape.type, labels)
    return found


def contract(text: str) -> dict[str, dict[str, Shape]]:
    """Exporter → family → shape, from a table of exporter, family, type and labels separated by tabs."""
    found: dict[str, dict[str, Shape]] = {}
    for exporter, family, type_, labels in rows(text, 4):
        found.setdefault(exporter, {})[family] = Shape(type_, frozenset(filter(None, labels.split(","))))
    return found


def rows(text: str, columns: int) -> Iterator[list[str]]:
    """Lines of a table below its head; comments begin with `#`. Raises `ValueError` for a line of other length."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines[1:]:
        fields = line.split("\t")
        if len(fields) != columns:
            raise ValueError(f"{len(fields)} columns, not {columns}: {line}")
        yield fields


def _words(shape: Shape) -> str:
    return f"{shape.type}{{{','.join(sorted(shape.labels))}}}"
