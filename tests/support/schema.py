"""Dashboards held against the types of Grafana's own package `@grafana/schema`, by the TypeScript compiler.

The package holds types only: a dashboard becomes the text of a program, and what the compiler has against it is wrong.
"""

import contextlib
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.dashboards import Json
from tests.support.need import lacking, program

FOLDER = Path(__file__).resolve().parents[1] / "generator" / "dashboards" / "schema"
"""`package-lock.json` pins the compiler and the types by their hashes; `types.ts` makes the types strict for JSON."""
_CACHE = Path(__file__).resolve().parents[2] / ".venv" / "schema"
_PINNED = ("package.json", "package-lock.json", ".npmrc")
_PATIENCE_SECONDS = 300
_COMPLAINT = re.compile(r"checked\.ts\((?P<line>\d+),\d+\): (?P<text>.*)")


def complaints(boards: Mapping[str, Json], folder: Path) -> list[str]:
    """What the compiler has against `boards`, as `name, line: what`, lines counted as in the generated files.

    Works in the empty `folder`. Without npm, or where it cannot install, the test is skipped, or fails in CI.
    """
    modules = _installed()
    for name in ("types.ts", "tsconfig.json"):
        shutil.copy(FOLDER / name, folder)
    (folder / "node_modules").symlink_to(modules)
    parts, starts, line = ["import type { Dashboard } from './types';\n"], [], 2
    for name, board in boards.items():
        parts.append(f"({json.dumps(board, indent=2, ensure_ascii=False)}) satisfies Dashboard;\n")
        starts.append((line, name))
        line += parts[-1].count("\n")
    (folder / "checked.ts").write_text("".join(parts), encoding="utf-8")
    judged = subprocess.run(
        [program("node"), str(modules / "typescript" / "bin" / "tsc"), "--project", str(folder)],
        capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS, cwd=folder,
    )  # fmt: skip
    found = [_placed(text, starts) for text in judged.stdout.splitlines() if not text.startswith(" ")]
    assert bool(found) == bool(judged.returncode), judged.stdout + judged.stderr
    return found


def _placed(text: str, starts: list[tuple[int, str]]) -> str:
    found = _COMPLAINT.fullmatch(text)
    if found is None:
        return text
    start, name = max(place for place in starts if place[0] <= int(found["line"]))
    return f"{name}, {int(found['line']) - start + 1}: {found['text']}"


def _installed() -> Path:
    """The folder of what `npm ci` installs, once for each state of the lock; of two that install it, one wins."""
    npm = program("npm")
    digest = hashlib.sha256(b"".join((FOLDER / name).read_bytes() for name in _PINNED)).hexdigest()[:12]
    place = _CACHE / digest
    if not place.is_dir():
        _CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
            _install(npm, Path(folder) / "fresh")
            with contextlib.suppress(OSError):  # another process was faster
                (Path(folder) / "fresh").rename(place)
    return place / "node_modules"


def _install(npm: str, folder: Path) -> None:
    folder.mkdir()
    for name in _PINNED:
        shutil.copy(FOLDER / name, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=_PATIENCE_SECONDS, cwd=folder)
    except subprocess.TimeoutExpired:
        lacking(f"npm has not installed Grafana's types within {_PATIENCE_SECONDS} s")
    except subprocess.CalledProcessError as error:
        lacking(f"npm cannot install Grafana's types: {' '.join(error.stderr.split())[:200]}")
