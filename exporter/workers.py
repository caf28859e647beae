"""Threads that may be left behind: daemons, so that one stuck in the kernel cannot keep the process alive."""

import threading
from collections.abc import Callable
from queue import SimpleQueue


class Workers:
    """Threads that are reused: so many are kept, more start when all are at work, and end when they are done.

    There is no limit of its own: every caller keeps at most one job outstanding for each of its targets, and that is
    the limit.
    """

    def __init__(self, name: str, kept: int = 1) -> None:
        self._name = name
        self._kept = kept
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._count = 0

    def submit(self, job: Callable[[], None]) -> None:
        """Run `job`, which must not raise, on a thread of its own."""
        with self._lock:
            if self._idle and self._count >= self._kept:
                self._idle -= 1
            else:
                self._count += 1
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
        self._jobs.put(job)

    def keep(self, number: int) -> None:
        """Keep that many from now on; idle ones beyond it end, busy ones when they are done."""
        with self._lock:
            self._kept = number
            surplus = max(0, min(self._idle, self._count - number))
            self._idle -= surplus
            self._count -= surplus
        for _ in range(surplus):
            self._jobs.put(None)

    def close(self) -> None:
        """Let idle threads end; one that is stuck ends when it gets loose."""
        self.keep(0)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            with self._lock:
                if self._count > self._kept:
                    self._count -= 1
                    return
                self._idle += 1
