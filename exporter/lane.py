"""One target, collected by at most one thread at a time."""

import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from exporter.deadline import Deadline
from exporter.families import Family
from exporter.log import LOGGER
from exporter.reasons import Reason, ScrapeError
from exporter.workers import Workers


class Collector(Protocol):
    """How one target is read."""

    @property
    def kind(self) -> str:
        """The kind of target: host, redis, postgres, service, job."""

    @property
    def target(self) -> str:
        """The name that the spec gives it."""

    @property
    def labels(self) -> str:
        """Rendered labels that tell this collector from others of its target; mostly none."""

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Everything the target says; raises `ScrapeError`."""

    def down(self) -> Iterable[Family]:
        """What stands for a target that could not be read, such as `redis_up 0`."""

    def abort(self) -> None:
        """Called from another thread when the deadline is over: make `collect` return soon, if that can be done."""

    def close(self) -> None:
        """Give up what is kept open."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of collecting a target."""

    families: tuple[Family, ...]
    reason: Reason | None
    seconds: float
    detail: str = ""
    """What the target or its driver said of the failure, secrets masked."""


Observe = Callable[[str, str, str, Outcome], None]
"""Told of every collection: kind, target, instance (the replica's address; mostly empty) and what came of it.

From whichever thread collected; must be quick, and must not raise.
"""
_INSTANCE: Final = re.compile(r'instance="([^"]*)"')


def unobserved(_kind: str, _target: str, _instance: str, _outcome: Outcome) -> None:
    """Tell nobody."""


class Lane:
    """Runs a collector; scrapes that come while it runs share its outcome."""

    def __init__(self, collector: Collector, workers: Workers, observe: Observe = unobserved) -> None:
        self.collector = collector
        self._workers = workers
        self._observe = observe
        self._lock = threading.Lock()
        self._running: Future[Outcome] | None = None
        self._deadline = Deadline(0)
        self._state: str | None = None
        self._closed = False

    def start(self, deadline: Deadline) -> Future[Outcome]:
        """Begin to collect, or join what runs; if that is past its deadline, the outcome is `busy`."""
        with self._lock:
            running = self._running
            if running is not None and not running.done():
                return running if self._deadline.left() else self._failed("busy")
            future: Future[Outcome] = Future()
            self._running, self._deadline = future, deadline
        self._workers.submit(partial(self._run, future, deadline))
        return future

    def abandon(self) -> Outcome:
        """The outcome of a target that has not answered in time; its thread is told to stop."""
        with self._lock:
            if self._running is not None and not self._running.done():
                self.collector.abort()
        return self._failed("timeout").result()

    def close(self) -> None:
        """Give up what is kept open; what another thread works on is told to stop, and closed when it has."""
        with self._lock:
            self._closed = True
            if self._running is None or self._running.done():
                self.collector.close()
            else:
                self.collector.abort()

    def note(self, reason: Reason | None, detail: str) -> None:
        """Write to the log that the target fails, or no longer does; once for each change."""
        if reason == self._state:
            return
        self._state = reason
        fields = {"kind": self.collector.kind, "target": self.collector.target}
        if reason is None:
            LOGGER.info("target answers", extra={"fields": fields})
        else:
            LOGGER.warning("target fails", extra={"fields": fields | {"reason": reason, "detail": detail}})

    def _failed(self, reason: Reason) -> Future[Outcome]:
        detail = "no answer by the deadline" if reason == "timeout" else "the last attempt still hangs"
        outcome = Outcome(tuple(self.collector.down()), reason, 0.0, detail)
        self._tell(outcome)
        future: Future[Outcome] = Future()
        future.set_result(outcome)
        return future

    def _tell(self, outcome: Outcome) -> None:
        self.note(outcome.reason, outcome.detail)
        if not self._closed:
            instance = _INSTANCE.search(self.collector.labels)
            self._observe(self.collector.kind, self.collector.target, instance[1] if instance else "", outcome)

    def _run(self, future: Future[Outcome], deadline: Deadline) -> None:
        started = time.perf_counter()
        try:
            families, reason, detail = self._collect(deadline)
            outcome = Outcome(families, reason, time.perf_counter() - started, detail)
            self._tell(outcome)
        except BaseException as error:
            future.set_exception(error)
            raise
        with self._lock:
            future.set_result(outcome)
            if self._closed:
                self.collector.close()

    def _collect(self, deadline: Deadline) -> tuple[tuple[Family, ...], Reason | None, str]:
        try:
            return tuple(self.collector.collect(deadline)), None, ""
        except ScrapeError as error:
            return error.families or tuple(self.collector.down()), error.reason, str(error)
        except Exception as error:  # noqa: BLE001  # a bug in one collector costs only its own samples
            self._report(error)
            return tuple(self.collector.down()), "internal", type(error).__name__

    def _report(self, error: Exception) -> None:
        if self._state != "internal":
            fields = {"kind": self.collector.kind, "target": self.collector.target}
            LOGGER.error("unexpected", exc_info=error, extra={"fields": fields})
