"""One scrape: all targets side by side, none of which can hold up or spoil the page."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Final

from exporter.deadline import Deadline
from exporter.lane import Collector, Lane, Observe, Outcome, unobserved
from exporter.own import Own
from exporter.selection import Divisible, Selection, selected
from exporter.text import encode, merged
from exporter.workers import Workers
from watchspec.kinds import KINDS

SCRAPES: Final = 8
"""How many scrapes may run at once: fewer than the server has threads, so that it always shows signs of life."""
_PATIENCE: Final = 0.1
"""Seconds for which one more waits: a scrape takes less if all is well."""
_VIEWS: Final = 8
"""How many choices of a host's parts are remembered."""


class TooManyScrapesError(Exception):
    """As many scrapes as are allowed run already."""


class Scraper:
    """The targets of one exporter; `observe` is told of every collection."""

    def __init__(self, collectors: Iterable[Collector], observe: Observe = unobserved, scrapes: int = SCRAPES) -> None:
        self.own = Own()
        self._observe = observe
        self._workers = Workers("target")
        self._lanes: Sequence[Lane] = ()
        self._views: dict[tuple[Lane, frozenset[str]], Lane] = {}
        self._places = threading.BoundedSemaphore(scrapes)
        self._lock = threading.Lock()
        self._hurry = threading.Event()
        self.take(collectors)

    @property
    def collectors(self) -> tuple[Collector, ...]:
        """One for each target, or for each replica of a service."""
        return tuple(lane.collector for lane in self._lanes)

    @property
    def targets(self) -> frozenset[str]:
        """Names of the targets."""
        return frozenset(collector.target for collector in self.collectors)

    def take(self, collectors: Iterable[Collector]) -> None:
        """Have these collectors from now on; those that were there before keep their connections, others are closed."""
        with self._lock:
            old = {id(lane.collector): lane for lane in self._lanes}
            lanes = [self._lane(one, old) for one in collectors]
            gone = {*self._lanes, *self._views.values()} - set(lanes)
            self._lanes = lanes
            self._views.clear()
            self._workers.keep(len(lanes))
        for lane in gone:
            lane.close()

    def select(self, collect: Iterable[str], exclude: Iterable[str], targets: Iterable[str]) -> Selection:
        """What a client asks for; raises `SelectionError`, whose text is for the client."""
        return selected(self.collectors, collect, exclude, targets, KINDS)

    def page(self, selection: Selection, deadline: Deadline) -> bytes:
        """The page in the text format, hardly later than the deadline; raises `TooManyScrapesError`."""
        with self._place():
            outcomes = self._outcomes(selection, deadline)
            families, dropped = merged(family for _, outcome in outcomes for family in outcome.families)
            own, _ = merged(self.own.families(outcomes, dropped))
            return encode([*families, *own])

    def hurry(self) -> None:
        """Make running scrapes end within half a second, with what they have."""
        self._hurry.set()

    def close(self) -> None:
        """Give up connections and threads."""
        self.take(())

    def _lane(self, collector: Collector, old: Mapping[int, Lane]) -> Lane:
        found = old.get(id(collector))
        return Lane(collector, self._workers, self._observe) if found is None else found

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_PATIENCE):
            raise TooManyScrapesError("too many scrapes at once; try again later")
        try:
            yield
        finally:
            self._places.release()

    def _outcomes(self, selection: Selection, deadline: Deadline) -> list[tuple[Collector, Outcome]]:
        seconds = deadline.left()
        with self._lock:  # a lane that `take` closes must not start again
            running = [(lane, lane.start(deadline)) for lane in self._chosen(selection)]
        # Half of the margin that `budget` keeps: collectors watch the deadline themselves, and say more when they do.
        self._wait([future for _, future in running], seconds + min(0.25, seconds / 20))
        return [(lane.collector, future.result() if future.done() else lane.abandon()) for lane, future in running]

    def _chosen(self, selection: Selection) -> Iterator[Lane]:
        for lane in self._lanes:
            parts = selection.parts(lane.collector)
            if parts is not None:
                yield self._view(lane, parts) if parts else lane

    def _view(self, lane: Lane, parts: frozenset[str]) -> Lane:
        """The lane of these parts alone; who is told of collections hears nothing of it."""
        found = self._views.get((lane, parts))
        if found is None:
            if len(self._views) >= _VIEWS:
                self._views.pop(next(iter(self._views))).close()
            collector = lane.collector
            view = collector.only(parts) if isinstance(collector, Divisible) else collector
            found = self._views[lane, parts] = Lane(view, self._workers)
        return found

    def _wait(self, futures: Iterable[Future[Outcome]], seconds: float) -> None:
        over, pending = Deadline.after(seconds), set(futures)
        while pending and over.left() and not self._hurry.is_set():
            _, pending = wait(pending, timeout=min(0.5, over.left()))
