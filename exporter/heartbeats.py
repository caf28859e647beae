"""When jobs last said that they had succeeded."""

import hmac
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from exporter.log import LOGGER

FILE: Final = "heartbeats.json"
"""In the state folder: job → Unix seconds of its last heartbeat."""
Token = Callable[[], str]
"""Reads a job's token; raises `SecretUnreadable`."""


class Heartbeats:
    """The last heartbeat of each job, kept over restarts where there is a folder for it."""

    def __init__(self, tokens: Mapping[str, Token], folder: Path | None = None) -> None:
        """`tokens` by job; without `folder`, what is known ends with the process."""
        self._tokens = dict(tokens)
        self._file = folder / FILE if folder is not None else None
        self._lock = threading.Lock()
        self._times = _read(self._file) if self._file is not None else {}

    def take(self, tokens: Mapping[str, Token]) -> None:
        """Expect other jobs from now on; what is known of those that stay is kept."""
        with self._lock:
            self._tokens = dict(tokens)

    def beat(self, job: str, token: str) -> bool:
        """Note a heartbeat of `job` if the token is right; whether it was.

        Raises `SecretUnreadable` if the right token cannot be read, and `OSError` if the time could not be written
        down: the caller should say so, for the job may try again.
        """
        reader = self._tokens.get(job)
        right = reader() if reader is not None else ""
        # Compared in constant time, also for a job that nobody knows: an answer's delay must not tell.
        if not hmac.compare_digest(right.encode(), token.encode("utf-8", "surrogateescape")) or not right:
            return False
        with self._lock:
            self._times[job] = time.time()
            if self._file is not None:
                _write(self._file, {name: at for name, at in self._times.items() if name in self._tokens})
        return True

    def last(self, job: str) -> float | None:
        """When `job` last sent one, in Unix seconds; `None` if it has not since the record began."""
        return self._times.get(job)


def _read(file: Path) -> dict[str, float]:
    """What was written down; a file that makes no sense counts as none, for it must not keep the exporter down."""
    try:
        found = json.loads(file.read_bytes())
        return {str(job): float(at) for job, at in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        LOGGER.warning("heartbeats lost", extra={"fields": {"file": str(file), "detail": type(error).__name__}})
        return {}


def _write(file: Path, times: Mapping[str, float]) -> None:
    """Replace the file in one step, so that a crash leaves the old one or the new one; raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as new:
            json.dump(times, new)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
