"""Dashboards held against the types of Grafana's own package `@grafana/schema`, by the TypeScript compiler.

The package holds types only: a dashboard becomes the text of a program, and what the compiler has against it is wrong.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.dashboards import Json
from tests.support.need import program
from tests.support.npm import PATIENCE_SECONDS, installed

FOLDER = Path(__file__).resolve().parents[1] / "generator" / "dashboards" / "schema"
"""`package-lock.json` pins the compiler and the types by their hashes; `types.ts` makes the types strict for JSON."""
_COMPLAINT = re.compile(r"checked\.ts\((?P<line>\d+),\d+\): (?P<text>.*)")


def complaints(boards: Mapping[str, Json], folder: Path) -> list[str]:
    """What the compiler has against `boards`, as `name, line: what`, lines counted as in the generated files.

    Works in the empty `folder`.
    """
    modules = installed(FOLDER) / "node_modules"
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
        capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS, cwd=folder,
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
