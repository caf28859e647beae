"""What comes again and again until it is told to end, on a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Traffic:
    """A turn, a pause, the next turn; turns that fail are counted and do not end it."""

    def __init__(self, turn: Callable[[int], None], pause: float, failures: tuple[type[Exception], ...]) -> None:
        self.turns = 0
        """Turns that went well."""
        self.failed = 0
        self._turn, self._pause, self._failures = turn, pause, failures
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._ended.wait(self._pause):
            try:
                self._turn(self.turns + self.failed)
            except self._failures:
                self.failed += 1
            else:
                self.turns += 1

    @contextmanager
    def running(self) -> Iterator["Traffic"]:
        """From here on, until the end of the block."""
        self._thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._thread.join()
