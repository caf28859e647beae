"""VictoriaMetrics' vmalert takes the same files of rules as Prometheus."""

import subprocess
from pathlib import Path

import pytest

from generator.files import write
from generator.render import render
from tests.generator.test_used import SPECS
from tests.support.scraping import rare
from watchspec.load import load


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_it_loads_the_rules(path: Path, tmp_path: Path) -> None:
    """Their expressions, and the templates of their labels and annotations."""
    rare("vmalert")
    write(render(load(path).spec), tmp_path)
    assert _judged(tmp_path) == (0, "")


def test_it_does_look(tmp_path: Path) -> None:
    """At a rule that no one can evaluate."""
    rare("vmalert")
    (tmp_path / "rules").mkdir()
    rule = "{alert: A, expr: 'ratee(a[5m]) > 0'}"
    (tmp_path / "rules" / "a.yml").write_text(f"groups: [{{name: a, rules: [{rule}]}}]\n")
    status, said = _judged(tmp_path)
    assert status != 0
    assert "ratee" in said


def _judged(folder: Path) -> tuple[int, str]:
    """How it ends, and what it has against the rules."""
    command = [rare("vmalert"), "-dryRun", f"-rule={folder}/rules/*.yml", "-loggerLevel=WARN"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, (done.stdout + done.stderr).strip()
