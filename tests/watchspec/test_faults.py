"""Each kind of mistake has a spec and the exact lines that a user sees: `tests/faults/<mistake>.yml` and `.out`."""

import io
from pathlib import Path

import pytest

from watchspec.cli import main

FAULTS = Path(__file__).resolve().parent.parent / "faults"


@pytest.mark.parametrize("fault", sorted(path.stem for path in FAULTS.glob("*.yml")))
def test_a_mistake_is_told_with_place_and_fix(fault: str, monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    """`check` says on stderr what is kept beside the spec; it ends with status 2, or with 0 where all are warnings."""
    monkeypatch.chdir(FAULTS)
    stdout, stderr = io.StringIO(), io.StringIO()

    status = main(["check", f"{fault}.yml"], stdout, stderr)

    if update_golden:
        Path(f"{fault}.out").write_text(stderr.getvalue(), encoding="utf-8")
    lines = Path(f"{fault}.out").read_text(encoding="utf-8")
    harmless = all(": warning: " in line for line in lines.splitlines())
    assert (status, stdout.getvalue() != "") == ((0, True) if harmless else (2, False))
    assert stderr.getvalue() == lines != ""


def test_every_spec_has_its_lines_and_no_lines_lack_a_spec() -> None:
    """The folder holds pairs only."""
    assert {path.stem for path in FAULTS.glob("*.yml")} == {path.stem for path in FAULTS.glob("*.out")}


def test_no_message_repeats_a_secret() -> None:
    """The passwords in these specs appear in no message."""
    for path in FAULTS.glob("*.out"):
        assert "correct-horse" not in path.read_text(encoding="utf-8")
        assert "hunter2" not in path.read_text(encoding="utf-8")
