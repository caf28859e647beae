"""Space on file systems; a mount that does not answer costs only itself.

Network file systems are asked on a thread of their own, beside the local ones.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue

from exporter.deadline import Deadline
from exporter.families import Families, render
from exporter.linux.mounts import Mount
from exporter.workers import Workers

Answer = os.statvfs_result | OSError
_PATIENCE = 1.0
"""Seconds that a mount may take, at the most."""


class Prober:
    """Asks file systems for their size on a thread that may be left behind.

    A call of statvfs on a dead network mount cannot be ended. It is waited for only so long; until it returns its
    mount is skipped, so that no second thread ever hangs on it.
    """

    def __init__(self, statvfs: Callable[[str], os.statvfs_result] = os.statvfs) -> None:
        self._statvfs = statvfs
        self._workers = Workers("statvfs")
        self._stuck: set[str] = set()
        self._lock = threading.Lock()

    def ask(self, lanes: Iterable[Sequence[str]], deadline: Deadline) -> dict[str, Answer | None]:
        """The answer for each path; `None` for those that hang. Each lane has a thread of its own."""
        answers: dict[str, Answer | None] = {}
        started = []
        for paths in lanes:
            with self._lock:
                answers |= {path: None for path in paths if path in self._stuck}
            if waiting := deque(path for path in paths if path not in answers):
                started.append((waiting, self._start(waiting)))
        for waiting, batch in started:
            self._gather(waiting, batch, deadline, answers)
        return answers

    def close(self) -> None:
        """Let the threads end."""
        self._workers.close()

    def _start(self, waiting: Iterable[str]) -> "_Batch":
        batch = _Batch(tuple(waiting))
        self._workers.submit(partial(self._work, batch))
        return batch

    def _gather(
        self, waiting: deque[str], batch: "_Batch", deadline: Deadline, answers: dict[str, Answer | None]
    ) -> None:
        """Take the answers of a lane; a path that hangs is left behind, and the rest is asked anew."""
        while waiting:
            try:
                path, answer = batch.answers.get(timeout=min(_PATIENCE, deadline.left() / 4))
            except Empty:
                path = waiting.popleft()
                answers[path] = self._give_up(batch, path)
                batch = self._start(waiting) if waiting else batch
                continue
            waiting.popleft()
            answers[path] = answer

    def _give_up(self, batch: "_Batch", path: str) -> Answer | None:
        with self._lock:
            batch.abandoned = True
            if not batch.answers.empty():  # it came after all
                return batch.answers.get()[1]
            self._stuck.add(path)
        return None

    def _work(self, batch: "_Batch") -> None:
        for path in batch.paths:
            try:
                answer: Answer = self._statvfs(path)
            except OSError as error:
                answer = error
            with self._lock:
                batch.answers.put((path, answer))
                if batch.abandoned:
                    self._stuck.discard(path)
                    return


@dataclass(slots=True)
class _Batch:
    """Paths asked one after the other by one thread."""

    paths: tuple[str, ...]
    answers: SimpleQueue[tuple[str, Answer]] = field(default_factory=SimpleQueue)
    abandoned: bool = False


def collect(mounts: list[Mount], root: str, prober: Prober, deadline: Deadline, out: Families) -> None:
    """Size, space and files of each mount."""
    paths = {mount: root.rstrip("/") + mount.point for mount in mounts}
    lanes: dict[bool, dict[str, None]] = {False: {}, True: {}}
    for mount, path in paths.items():
        lanes[mount.is_remote][path] = None
    answers = prober.ask([tuple(lane) for lane in lanes.values()], deadline)
    for mount, path in paths.items():
        answer = answers[path]
        if isinstance(answer, OSError | None):
            error = "mountpoint timeout" if answer is None else (answer.strerror or "unknown error").lower()
            _state(out, mount, error)
        else:
            _state(out, mount, "")
            _sizes(out, mount, answer)


def _labels(mount: Mount, error: str) -> str:
    return render(device=mount.device, device_error=error, fstype=mount.type, mountpoint=mount.point)


def _state(out: Families, mount: Mount, error: str) -> None:
    labels = _labels(mount, error)
    text = "Whether the file system could not be asked; device_error says why."
    out.gauge("node_filesystem_device_error", text, int(bool(error)), labels)
    out.gauge("node_filesystem_readonly", "Whether the file system is read only.", int(mount.read_only), labels)
    labels = render(device=mount.device, major=mount.major, minor=mount.minor, mountpoint=mount.point)
    out.gauge("node_filesystem_mount_info", "What is mounted; always 1.", 1, labels)


def _sizes(out: Families, mount: Mount, found: os.statvfs_result) -> None:
    labels = _labels(mount, "")
    table = (
        ("size_bytes", "Size of the file system, in bytes.", found.f_blocks * found.f_frsize),
        ("free_bytes", "Free space, in bytes.", found.f_bfree * found.f_frsize),
        ("avail_bytes", "Free space for those who are not root, in bytes.", found.f_bavail * found.f_frsize),
        ("files", "Inodes.", found.f_files),
        ("files_free", "Free inodes.", found.f_ffree),
        ("purgeable_bytes", "Space that the system could free itself, in bytes; always 0 on Linux.", 0),
    )
    for name, text, value in table:
        out.gauge(f"node_filesystem_{name}", text, value, labels)
