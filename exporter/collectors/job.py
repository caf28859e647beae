"""A job: the file it leaves, or the heartbeat it sends."""

import os
import stat
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.place import Place
from exporter.reasons import ScrapeError

if TYPE_CHECKING:
    from watchspec.spec import Job

_MOST_FILES: Final = 10_000
"""Entries of a folder that are looked at; a folder with more is an error."""
_SUCCESS: Final = ("watchspec_job_last_success_timestamp_seconds", "When the job last succeeded, in Unix seconds.")


class JobCollector:
    """Reads when one job last succeeded; what it never did is absent."""

    kind: Final = "job"
    labels: Final = ""

    def __init__(self, spec: "Job", place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._heartbeats = place.heartbeats
        self._common = render(target=spec.name)
        self._file = _located(spec.file, place) if spec.file is not None else None

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """The job's file or heartbeat; raises `ScrapeError` if its folder cannot be read."""
        out = self._interval()
        if self._file is not None:
            try:
                _file(out, self._file, deadline)
            except OSError as error:
                raise ScrapeError("denied", error.strerror or str(error), self._interval()) from None
        elif self._spec.heartbeat is not None:
            last = self._heartbeats.last(self.target)
            if last is not None:
                out.gauge(*_SUCCESS, last)
        return out

    def down(self) -> Iterable[Family]:
        """What is known without looking."""
        return self._interval()

    def abort(self) -> None:
        """Nothing: a wait for a file system cannot be ended."""

    def close(self) -> None:
        """Nothing is kept open."""

    def _interval(self) -> Families:
        out = Families(self._common)
        text = "How often the job succeeds when all is well, in seconds."
        out.gauge("watchspec_job_interval_seconds", text, self._spec.every.seconds)
        return out


def _located(file: str, place: Place) -> Path:
    """A file of the host below its root, a relative one below the spec's folder."""
    path = Path(file)
    return place.root / path.relative_to("/") if path.is_absolute() else place.folder / path


def _file(out: Families, pattern: Path, deadline: Deadline) -> None:
    found = [state for state in map(_state, _matching(pattern, deadline)) if state is not None]
    out.gauge("watchspec_job_files", "Files that the job has left: 0 or 1, or more of a pattern.", len(found))
    if not found:
        return
    newest = max(found, key=lambda state: state.st_mtime_ns)
    mtime = newest.st_mtime_ns / 1e9
    out.gauge("watchspec_job_file_mtime_seconds", "When the newest file was last changed, in Unix seconds.", mtime)
    out.gauge("watchspec_job_file_size_bytes", "Size of the newest file, in bytes.", newest.st_size)
    out.gauge(*_SUCCESS, mtime)


def _matching(pattern: Path, deadline: Deadline) -> Iterator[Path]:
    """The file itself, or the files of its folder that match its name's `*`, `?` and `[…]`."""
    if not any(letter in pattern.name for letter in "*?["):
        yield pattern
        return
    try:
        entries = os.scandir(pattern.parent)
    except FileNotFoundError:
        return
    with entries:
        for number, entry in enumerate(islice(entries, _MOST_FILES + 1)):
            if number == _MOST_FILES:
                raise ScrapeError("protocol", f"more than {_MOST_FILES} files in the folder")
            if not number % 100:
                deadline.remaining()
            if fnmatch(entry.name, pattern.name):
                yield Path(entry.path)


def _state(path: Path) -> os.stat_result | None:
    """The file's state; `None` if it is gone, or no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None
