"""One scrape: all targets side by side, none of which can hold up or spoil the page."""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass

from exporter.deadline import Deadline
from exporter.lane import Collector, Lane, Outcome
from exporter.own import Own
from exporter.text import encode, merged
from exporter.workers import Workers


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the page; an empty set means everything."""

    kinds: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()

    def takes(self, collector: Collector) -> bool:
        """Whether the collector belongs to the part."""
        return (not self.kinds or collector.kind in self.kinds) and (
            not self.targets or collector.target in self.targets
        )


class Scrape:
    """The targets of one exporter."""

    def __init__(self, collectors: Iterable[Collector]) -> None:
        self._workers = Workers("target")
        self._lanes: Sequence[Lane] = [Lane(collector, self._workers) for collector in collectors]
        self._own = Own()
        self._hurry = threading.Event()
        self.targets = frozenset(lane.collector.target for lane in self._lanes)

    def page(self, seconds: float, selection: Selection | None = None) -> bytes:
        """The page in the text format; targets have that many seconds, and the page takes hardly longer."""
        chosen = selection or Selection()
        outcomes = self._outcomes([lane for lane in self._lanes if chosen.takes(lane.collector)], seconds)
        families, dropped = merged(family for _, outcome in outcomes for family in outcome.families)
        own, _ = merged(self._own.families(outcomes, dropped))
        return encode([*families, *own])

    def hurry(self) -> None:
        """Make running scrapes end within half a second, with what they have."""
        self._hurry.set()

    def close(self) -> None:
        """Give up connections and threads."""
        for lane in self._lanes:
            lane.close()
        self._workers.close()

    def _outcomes(self, lanes: Sequence[Lane], seconds: float) -> list[tuple[Collector, Outcome]]:
        deadline = Deadline.after(seconds)
        running = [(lane, lane.start(deadline)) for lane in lanes]
        # Half of the margin that `budget` keeps: collectors watch the deadline themselves, and say more when they do.
        self._wait([future for _, future in running], deadline.left() + min(0.25, seconds / 20))
        return [(lane.collector, future.result() if future.done() else lane.abandon()) for lane, future in running]

    def _wait(self, futures: Iterable[Future[Outcome]], seconds: float) -> None:
        over, pending = Deadline.after(seconds), set(futures)
        while pending and over.left() and not self._hurry.is_set():
            _, pending = wait(pending, timeout=min(0.5, over.left()))
