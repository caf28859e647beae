"""promtool, Prometheus's own judge of rules and their tests: run where it is there, and what it says brought home."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from watchspec.errors import EnvironmentFailure, ProofFailed
from watchspec.load import Loaded
from watchspec.problems import Finding, Problem
from watchspec.slices import shares, sliced
from watchspec.spec import Rule

_NAME: Final = re.compile(r'^ +name: (?!rules\[)(.*),$|# (rules\[\d+\]\.test\.\w+)"', re.MULTILINE)
_RULE: Final = re.compile(r"rules\[(\d+)\]\.test\.(\w+)")
_REFUSED: Final = re.compile(r"(\d+)\.yml: (?:.*?could not parse expression: |.*?rule \d+, \".*?\": )?(.*)")
_SECONDS: Final = 600


def refused(loaded: Loaded) -> list[Finding]:
    """What promtool has against the spec's own rules; nothing where there are none, or no promtool."""
    from generator import custom  # noqa: PLC0415  # read only by who has rules of their own
    from generator.yamltext import dump  # noqa: PLC0415

    promtool = shutil.which("promtool")
    if not loaded.spec.rules or promtool is None:
        return []
    with tempfile.TemporaryDirectory(prefix="watchspec-") as name:
        folder = Path(name)
        for index, rule in enumerate(loaded.spec.rules):
            text = dump({"groups": [custom.group(loaded.spec, rule)]})
            (folder / f"{index}.yml").write_text(text, encoding="utf-8")
        files = [f"{index}.yml" for index in range(len(loaded.spec.rules))]
        said = _run([promtool, "check", "rules", *files], folder)
    return [
        Finding(("rules", int(found[1]), "expr" if "parse expression" in found[0] else "alert"), found[2])
        for found in map(_REFUSED.search, said.splitlines())
        if found
    ]


def prove(files: Mapping[str, str], loaded: Loaded) -> int:
    """Run the tests among rendered `files` and return their number; raise `ProofFailed` with what fails and where.

    `EnvironmentFailure` where promtool is missing.
    """
    promtool = shutil.which("promtool")
    if promtool is None:
        raise EnvironmentFailure(
            "promtool is not on this machine; it comes with Prometheus: apt install prometheus, or "
            "https://prometheus.io/download/"
        )
    parts = sliced(files)
    with tempfile.TemporaryDirectory(prefix="watchspec-") as name:
        for path, (text, _) in parts.items():
            (Path(name) / path).write_text(text, encoding="utf-8")
        said = _side_by_side(promtool, {path: work for path, (_, work) in parts.items() if work}, Path(name))
    if failures := [line for text in said if "FAILED" in text for line in _failures(text, loaded)]:
        raise ProofFailed("\n".join(dict.fromkeys(failures)))
    return sum(text.count("  - name: ") for path, text in files.items() if path.startswith("rules/tests/"))


def _side_by_side(promtool: str, work: Mapping[str, int], folder: Path) -> list[str]:
    """Run files of tests with as many promtools as there are processors; what is said of each file."""
    commands = [[promtool, "test", "rules", *paths] for paths in shares(work, os.cpu_count() or 1)]
    with ThreadPoolExecutor() as pool:
        return [text for said in pool.map(lambda command: _run(command, folder), commands) for text in _by_file(said)]


def _by_file(said: str) -> list[str]:
    return said.split("Unit Testing: ")


def _run(command: Sequence[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailure(f"{command[0]}: {error}") from None
    return done.stdout + done.stderr


def _failures(text: str, loaded: Loaded) -> Iterator[str]:
    names = [named or marked for named, marked in _NAME.findall(text)]
    for name in names:
        yield str(_place(name, loaded))
    if not names:
        yield " ".join(text.split("FAILED:", 1)[1].split())


def _place(name: str, loaded: Loaded) -> Problem:
    from generator.catalogue import place  # noqa: PLC0415  # read only where a test has failed

    if found := _RULE.fullmatch(name):
        index, key = int(found[1]), found[2]
        fault = _fault(loaded.spec.rules[index], key)
        return loaded.source.problem(("rules", index, "test", key), f"{loaded.spec.rules[index].alert} {fault}")
    return place(name.partition(" ")[0], f"the rules of this spec fail a test: {name}")


def _fault(rule: Rule, key: str) -> str:
    """What the test of `rule` found where it looked for what `key` says."""
    assert rule.test is not None, "a rule without a test fails none"  # noqa: S101
    match key, rule.test.on_no_data:
        case "fires_at", _:
            return f"is not firing at {rule.test.fires_at} on these series; correct expr, for or test"
        case "silent_at", _:
            return f"is firing at {rule.test.silent_at} on these series; correct expr, for or test"
        case _, "silent":
            return "fires without any data; correct expr, or write on_no_data: fires if it shall"
        case _:
            return "is silent without any data; correct expr, or remove on_no_data"
