"""Let the running stack follow its spec: each whole change is checked, generated and taken, or told and left."""

import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final, TextIO

from watchspec.errors import WatchspecError
from watchspec.load import load
from watchspec.stack import note
from watchspec.stack.job import Request
from watchspec.stack.run import take
from watchspec.stack.secrets import named

_POLL_SECONDS: Final = 0.5
"""Between two looks; what is the same twice is taken for whole."""
_Stat = tuple[int, int, int] | None


class Watched:
    """Files that may be changed, replaced or gone at any moment."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths: tuple[Path, ...] = ()
        self.follow(paths)

    def follow(self, paths: Iterable[Path]) -> None:
        """Look at these from now on; if they are the same ones, what changed meanwhile is still a change."""
        if (found := tuple(paths)) != self._paths:
            self._paths = found
            self._stats = self._settled = self._look()
            self._digest = self._contents()

    def changed(self) -> bool:
        """Whether they hold something else than at the last time this was so, and held it at the last look already."""
        before, self._stats = self._stats, self._look()
        if self._stats != before or self._stats == self._settled:
            return False
        self._settled = self._stats
        before_digest, self._digest = self._digest, self._contents()
        return self._digest != before_digest

    def _look(self) -> tuple[_Stat, ...]:
        return tuple(map(_stat, self._paths))

    def _contents(self) -> str:
        found = sha256()
        for path in self._paths:
            try:
                found.update(b"\0" + path.read_bytes())
            except OSError as error:
                found.update(f"\0\0{error.errno}".encode())
        return found.hexdigest()


def _stat(path: Path) -> _Stat:
    """What differs after every way of writing a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def paths(spec_file: Path) -> list[Path]:
    """The spec, and the files of secrets that it names: a new password is a change, too."""
    spec_file = spec_file.resolve()
    try:
        found = load(spec_file).spec
    except WatchspecError:
        return [spec_file]
    return [spec_file, *sorted({spec_file.parent / secret.file for _, secret in named(found) if secret.file})]


def watch(request: Request, stdout: TextIO, stderr: TextIO) -> None:
    """Follow the spec until Ctrl-C, and let the stack go on running; or until somebody ends that."""
    print(f"watching {request.spec_file}; Ctrl-C ends the watching alone", file=stdout, flush=True)
    watched, state = Watched(paths(request.spec_file)), note.state_of(request.spec_file.resolve().parent)
    try:
        while True:
            time.sleep(_POLL_SECONDS)
            if note.read(state) is None:
                print("the stack has ended, and so has the watching", file=stdout)
                return
            if watched.changed():
                follow(request, stdout, stderr)
                watched.follow(paths(request.spec_file))
    except KeyboardInterrupt:
        print(f"the stack goes on running; end it: {request.program} down", file=stdout)


def follow(request: Request, stdout: TextIO, stderr: TextIO) -> None:
    """Take one change, and say in a line what came of it; a wrong one is told with all its problems."""
    now = time.strftime("%H:%M:%S")
    try:
        _, outcome = take(request, stdout, stderr, watching=True)
    except WatchspecError as error:
        print(f"{error}\n{now} not taken: everything is as it was", file=stderr, flush=True)
    else:
        print(f"{now} taken: {outcome.line()}", file=stdout, flush=True)
