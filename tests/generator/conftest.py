"""What the generator's tests share: specs from text, and the real tools as judges."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.layout import Files
from tests.support.need import program
from watchspec.load import load
from watchspec.spec import Spec

HEAD = "version: 1\nname: stack\n"


@pytest.fixture
def spec_of(tmp_path: Path) -> Callable[[str], Spec]:
    """Make a spec of YAML text that follows version and name."""

    def make(text: str) -> Spec:
        path = tmp_path / "monitoring.yml"
        path.write_text(HEAD + text, encoding="utf-8")
        return load(path).spec

    return make


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[Files], None]:
    """Let promtool and amtool look at rendered files; fail with what they say."""

    def look(files: Files) -> None:
        folder = tmp_path / "judged"
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        for rules in sorted(folder.glob("rules/*.yml")):
            _run(program("promtool"), "check", "rules", "--lint=all", "--lint-fatal", str(rules))
        for config in folder.glob("prometheus/prometheus.yml"):
            _run(program("promtool"), "check", "config", "--syntax-only", str(config))
        for config in folder.glob("alertmanager/alertmanager.yml"):
            _run(program("amtool"), "check-config", str(config))

    return look


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
