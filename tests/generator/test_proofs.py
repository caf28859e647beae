"""Key alerts on series: they fire, they are silent below the threshold, and they are silent without data."""

import shutil
import subprocess
from pathlib import Path

import pytest

from generator import findings, rules
from generator.layout import COMPOSE
from tests.support.need import program
from watchspec.load import load

PROOFS = Path(__file__).resolve().parent / "proofs"
CASES = sorted(path for path in PROOFS.glob("*.yml") if path.name != "spec.yml")


@pytest.mark.parametrize("proof", CASES, ids=lambda path: path.stem)
def test_the_rules_of_a_kind_do_what_their_proof_says(proof: Path, tmp_path: Path) -> None:
    """Run by promtool on the rules of one spec."""
    spec = load(PROOFS / "spec.yml").spec
    assert findings(spec) == []
    for path, text in rules.emit(spec, COMPOSE).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    shutil.copy(proof, tmp_path)
    command = [program("promtool"), "test", "rules", proof.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
