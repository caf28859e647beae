"""The only module of the generator that writes: whole sets of files, or nothing.

What belongs to us is known by two marks: the banner in the first line, or an entry with its checksum in the manifest.
A file without either is somebody else's and is never changed or removed.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from os.path import islink
from pathlib import Path, PurePath
from typing import Final

from generator.layout import Files
from generator.yamltext import BANNER
from watchspec.errors import EnvironmentFailure

MANIFEST: Final = ".watchspec-manifest"
"""Beside the output: SHA-256 and path of every file we wrote, as `sha256sum --check` reads them."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a run changed."""

    written: int
    unchanged: int
    removed: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What has to happen so that a folder holds exactly the files."""

    write: Files
    remove: tuple[str, ...]
    unchanged: int


def write(files: Files, folder: Path, manifest: str = MANIFEST) -> Written:
    """Make `folder` hold `files`, and remove what an earlier run with this `manifest` wrote and this one does not.

    All is rendered to a temporary folder first and then moved, so a full disk leaves the old files as they were. Raises
    `EnvironmentFailure` for a folder that cannot be written, and for a file in the way that is not ours.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        plan = _plan(files, folder, manifest)
        _apply(plan, folder)
    except OSError as error:
        raise EnvironmentFailure(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
    return Written(len(plan.write.keys() - {manifest}), plan.unchanged, len(plan.remove))


def drift(files: Files, folder: Path) -> list[str]:
    """Lines of a unified diff from `folder` to `files`; empty if they agree. Writes nothing."""
    plan = _plan(files, folder, MANIFEST)
    wanted = {**dict.fromkeys(plan.remove, ""), **plan.write}
    return [line for path in sorted(wanted) for line in _difference(path, _text(folder / path) or "", wanted[path])]


def _difference(path: str, old: str, new: str) -> Iterator[str]:
    import difflib  # noqa: PLC0415  # nobody needs it to write

    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"on disk/{path}", f"rendered/{path}", lineterm="")
    yield from lines


def _plan(files: Files, folder: Path, manifest: str) -> _Plan:
    if not files:
        raise EnvironmentFailure(f"{folder}: there is nothing to write; the spec renders no file")
    known = _known(folder, manifest)
    changed: Files = {}
    for path, text in files.items():
        old = _text(_inside(folder, path))
        if old is not None and old != text and not _ours(path, old, known):
            raise EnvironmentFailure(f"{folder / path}: is in the way and was not written by watchspec; move it away")
        if old != text:
            changed[path] = text
    stale = tuple(path for path in sorted(known.keys() - files.keys()) if _stale(folder, path, known))
    listed = "".join(f"{_checksum(files[path])}  {path}\n" for path in sorted(files))
    if _text(_inside(folder, manifest)) != listed:
        changed[manifest] = listed
    return _Plan(changed, stale, len(files) - len(changed.keys() - {manifest}))


def _inside(folder: Path, path: str) -> Path:
    """`path` below `folder`; refuses one that a symbolic link leads out of it."""
    place = folder / path
    # Few paths have a link or ".." in them, and resolving each takes longer than reading it.
    winding = _winding(path) or any(islink(f"{folder}/{part}") for part in (path, *_above(path)))  # noqa: PTH114  # likewise
    if winding and not place.resolve().is_relative_to(folder.resolve()):
        raise EnvironmentFailure(f"{place}: leads out of {folder} by a symbolic link; remove the link")
    return place


@cache
def _winding(path: str) -> bool:
    return PurePath(path).is_absolute() or ".." in PurePath(path).parts


@cache
def _above(path: str) -> tuple[str, ...]:
    """The folders that `path` lies in, below the output folder."""
    return tuple(str(part) for part in PurePath(path).parents[:-1])


def _text(place: Path) -> str | None:
    """What stands there; None for no file, and bytes that are no text never equal ours."""
    try:
        return place.read_bytes().decode(errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _known(folder: Path, manifest: str) -> dict[str, str]:
    lines = (_text(_inside(folder, manifest)) or "").splitlines()
    return {path: checksum for checksum, _, path in (line.partition("  ") for line in lines) if path}


def _ours(path: str, text: str, known: dict[str, str]) -> bool:
    return BANNER in text.partition("\n")[0] or known.get(path) is not None


def _stale(folder: Path, path: str, known: dict[str, str]) -> bool:
    """Whether a file of the manifest is still as we wrote it, or says itself that it is ours."""
    text = _text(_inside(folder, path))
    return text is not None and (BANNER in text.partition("\n")[0] or _checksum(text) == known[path])


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _apply(plan: _Plan, folder: Path) -> None:
    if not plan.write and not plan.remove:
        return
    waiting = Path(tempfile.mkdtemp(prefix=".watchspec-", dir=folder))
    try:
        for number, text in enumerate(plan.write.values()):
            (waiting / str(number)).write_bytes(text.encode())
        for parent in {PurePath(path).parent for path in plan.write}:
            (folder / parent).mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(plan.write):
            os.replace(f"{waiting}/{number}", f"{folder}/{path}")  # noqa: PTH105  # of hundreds, pathlib's is dear
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    for path in plan.remove:
        (folder / path).unlink(missing_ok=True)
        _prune(folder, (folder / path).parent)


def _prune(folder: Path, place: Path) -> None:
    """Remove `place` and its parents below `folder` as far as they are empty."""
    while place != folder and not any(place.iterdir()):
        place.rmdir()
        place = place.parent
