"""Threads that may be left behind: daemons, so that one stuck in the kernel cannot keep the process alive."""

import threading
from collections.abc import Callable
from queue import SimpleQueue


class Workers:
    """Threads that are reused; a new one starts only when all others are at work.

    There is no limit of its own: every caller keeps at most one job outstanding for each of its targets, and that is
    the limit.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._count = 0

    def submit(self, job: Callable[[], None]) -> None:
        """Run `job`, which must not raise, on a thread of its own."""
        with self._lock:
            if self._idle:
                self._idle -= 1
            else:
                self._count += 1
                threading.Thread(target=self._work, name=f"{self._name}-{self._count}", daemon=True).start()
        self._jobs.put(job)

    def close(self) -> None:
        """Let idle threads end; one that is stuck ends when it gets loose."""
        for _ in range(self._count):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            with self._lock:
                self._idle += 1
