"""Which part of the page a client asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from exporter.lane import Collector


class SelectionError(ValueError):
    """The client asks for what does not exist, or contradicts itself; the message is for the client."""


@runtime_checkable
class Divisible(Collector, Protocol):
    """A collector that can also run some of its parts alone, as node_exporter's collectors."""

    @property
    def parts(self) -> frozenset[str]:
        """Names of the parts that are switched on."""

    def only(self, parts: frozenset[str]) -> Collector:
        """A collector of these parts; closing it leaves this one open."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the page: kinds, names of a host's collectors, targets; an empty set means everything."""

    collect: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()

    def parts(self, collector: Collector) -> frozenset[str] | None:
        """The parts of a collector that are asked for; an empty set means all of it, `None` nothing."""
        if (self.targets and collector.target not in self.targets) or collector.kind in self.exclude:
            return None
        known = collector.parts if isinstance(collector, Divisible) else frozenset()
        if self.collect and collector.kind not in self.collect:
            return (self.collect & known) or None
        left = known - self.exclude
        return frozenset() if left == known else left or None


def selected(
    collectors: Iterable[Collector], collect: Iterable[str], exclude: Iterable[str], targets: Iterable[str],
    kinds: Iterable[str],
) -> Selection:  # fmt: skip
    """What `collect[]`, `exclude[]` and `target` of a query ask for; raises `SelectionError`."""
    found = Selection(frozenset(collect), frozenset(exclude), frozenset(targets))
    if found.collect and found.exclude:
        raise SelectionError("collect[] and exclude[] cannot be combined")
    existing = tuple(collectors)
    names = {*kinds, *(part for one in existing if isinstance(one, Divisible) for part in one.parts)}
    unknown = ((found.collect | found.exclude) - names) | (found.targets - {one.target for one in existing})
    if unknown:
        raise SelectionError(f"unknown: {', '.join(sorted(unknown))}")
    return found
