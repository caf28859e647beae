"""One target, collected by at most one thread at a time."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from exporter.deadline import Deadline
from exporter.families import Family
from exporter.log import LOGGER
from exporter.reasons import Reason, ScrapeError
from exporter.workers import Workers


class Collector(Protocol):
    """How one target is read."""

    @property
    def kind(self) -> str:
        """The kind of target: host, redis, postgres, service."""

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


class Lane:
    """Runs a collector; scrapes that come while it runs share its outcome."""

    def __init__(self, collector: Collector, workers: Workers) -> None:
        self.collector = collector
        self._workers = workers
        self._lock = threading.Lock()
        self._running: Future[Outcome] | None = None
        self._deadline = Deadline(0)
        self._state: str | None = None

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
        """Give up what is kept open; what another thread works on is only told to stop."""
        with self._lock:
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
        self.note(reason, "no answer by the deadline" if reason == "timeout" else "the last attempt still hangs")
        future: Future[Outcome] = Future()
        future.set_result(Outcome(tuple(self.collector.down()), reason, 0.0))
        return future

    def _run(self, future: Future[Outcome], deadline: Deadline) -> None:
        started = time.perf_counter()
        try:
            families, reason, detail = self._collect(deadline)
        except BaseException as error:
            future.set_exception(error)
            raise
        self.note(reason, detail)
        future.set_result(Outcome(families, reason, time.perf_counter() - started))

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
