"""What the parts log: files of processes, merged by time, or Docker Compose's own `logs`."""

import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from watchspec.errors import EnvironmentFailure, UsageError
from watchspec.stack import compose, note
from watchspec.stack.containers import containers
from watchspec.stack.plan import Way

_POLL_SECONDS: Final = 0.2
_BLOCK_BYTES: Final = 65536
"""Read at a time from the end of a file."""
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?")
"""ISO 8601, as all of the parts write it in UTC; a Postgres of another zone comes a bit out of order."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to print; all parts if none is named."""

    parts: Sequence[str] = ()
    lines: int = 100
    """Of each part, the last ones."""
    follow: bool = False


def logs(folder: Path, wish: Wish, stdout: TextIO, stderr: TextIO) -> None:
    """Print the logs of the stack in `folder`; raises `UsageError` for a part that is not there."""
    state = note.state_of(folder)
    found = note.read(state)
    if found is not None and found.way is Way.COMPOSE:
        _choose(wish.parts, containers(compose.command(folder, demo=True)))
        follow = ("--follow",) if wish.follow else ()
        words = ("logs", "--no-color", "--tail", str(wish.lines), *follow, *wish.parts)
        compose.run(compose.command(folder, *words, demo=True), {}, stdout)
        return
    files = {path.stem: path for path in sorted((state.folder / "log").glob("*.log"))}
    chosen = _choose(wish.parts, files)
    _print_files({name: files[name] for name in chosen}, wish, stdout)


def _choose(parts: Sequence[str], there: Iterable[str]) -> list[str]:
    names = list(there)
    if not names:
        raise EnvironmentFailure("there is no log yet; start the stack: watchspec up")
    if unknown := [part for part in parts if part not in names]:
        raise UsageError(f"no part {', '.join(unknown)}; there are: {', '.join(names)}")
    return [*parts] or names


def _print_files(files: dict[str, Path], wish: Wish, stdout: TextIO) -> None:
    width = max(map(len, files))
    tails = {name: Tail(path) for name, path in files.items()}
    first = [(name, line) for name, tail in tails.items() for line in tail.last(wish.lines)]
    _print(merged(first), width, stdout)
    while wish.follow:
        _print(merged([(name, line) for name, tail in tails.items() for line in tail.more()]), width, stdout)
        time.sleep(_POLL_SECONDS)


def merged(lines: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lines with the names of their parts, each part's in order, sorted by time; one without stays with its former."""
    timed: list[tuple[str, tuple[str, str]]] = []
    last: dict[str, str] = {}
    for name, line in lines:
        found = _MOMENT.search(line[:80])
        moment = f"{found[1]} {found[2]}.{found[3] or '':0<6}" if found else ""
        last[name] = max(moment, last.get(name, ""))
        timed.append((last[name], (name, line)))
    return [line for _, line in sorted(timed, key=lambda one: one[0])]


def _print(lines: Iterable[tuple[str, str]], width: int, stdout: TextIO) -> None:
    for name, line in lines:
        print(f"{name:<{width}} | {line}", file=stdout)
    stdout.flush()


class Tail:
    """One growing file, which begins anew when its program does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._rest = b""

    def last(self, lines: int) -> list[str]:
        """The last lines that are there; reading goes on after them."""
        with self._path.open("rb") as file:
            end = start = file.seek(0, os.SEEK_END)
            block = b""
            while start > 0 and block.count(b"\n") <= lines:
                start = max(0, start - max(_BLOCK_BYTES, len(block)))
                file.seek(start)
                block = file.read(end - start)
        self._at = end - len(block) + block.rfind(b"\n") + 1
        whole = block[: block.rfind(b"\n") + 1].split(b"\n")[:-1]
        return [line.decode(errors="replace") for line in whole[max(0, len(whole) - lines) :]]

    def more(self) -> list[str]:
        """The lines that have been completed since."""
        size = self._path.stat().st_size
        if size < self._at:
            self._at, self._rest = 0, b""
        with self._path.open("rb") as file:
            file.seek(self._at)
            *whole, self._rest = (self._rest + file.read(size - self._at)).split(b"\n")
        self._at = size
        return [line.decode(errors="replace") for line in whole]
