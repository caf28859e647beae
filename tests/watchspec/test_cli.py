"""The command line: exit status, one line for an expected failure, a report for a bug."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchspec import __version__
from watchspec.cli import VERBS, main
from watchspec.verbs import check


def ran(*argv: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a run."""
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(argv, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def spec(folder: Path, text: str = "") -> str:
    """The path of a right spec with `text` added."""
    path = folder / "monitoring.yml"
    path.write_text(f"version: 1\nname: shop\n{text}", encoding="utf-8")
    return str(path)


def test_check_counts_the_targets_of_a_right_spec(tmp_path: Path) -> None:
    """And says nothing else."""
    path = spec(
        tmp_path,
        "redis:\n  - {name: cache, url: 'redis://r'}\nsmtp: {host: 'm:25', from: a@b}\nchannels: {o: {email: a@b}}\n",
    )

    assert ran("check", path) == (0, f"{path}: ok, 1 target\n", "")


def test_check_puts_warnings_on_standard_error(tmp_path: Path) -> None:
    """The spec is right all the same."""
    status, stdout, stderr = ran("check", spec(tmp_path, "redis:\n  - {name: cache, url: 'redis://r'}\n"))

    assert status == 0
    assert stdout.endswith(": ok, 1 target\n")
    assert "warning: names no channels" in stderr


def test_a_missing_file_is_a_wrong_usage(tmp_path: Path) -> None:
    """Status 2, one line."""
    status, stdout, stderr = ran("check", str(tmp_path / "nothing.yml"))

    assert (status, stdout) == (2, "")
    assert stderr.count("\n") == 1
    assert "no such file" in stderr


def test_schema_prints_json() -> None:
    """For editors."""
    status, stdout, _ = ran("schema")

    assert status == 0
    assert json.loads(stdout)["title"] == "Watchspec monitoring.yml"


def test_a_bug_ends_with_70_and_a_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is never dressed up as a mistake of the user."""

    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(check, "run", broken)
    status, _, stderr = ran("check", str(tmp_path))

    assert status == 70
    assert "this is a bug" in stderr
    assert "ZeroDivisionError" in stderr


@pytest.mark.parametrize("argv", [[], ["chek"], ["check", "--nope"]])
def test_a_wrong_command_line_ends_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As argparse has it."""
    with pytest.raises(SystemExit) as caught:
        ran(*argv)

    assert caught.value.code == 2
    assert "usage: watchspec" in capsys.readouterr().err


def test_every_verb_helps(capsys: pytest.CaptureFixture[str]) -> None:
    """With a sentence, and the exit statuses."""
    for verb in VERBS:
        with pytest.raises(SystemExit) as caught:
            ran(verb, "--help")
        assert caught.value.code == 0
        shown = capsys.readouterr().out
        assert f"usage: watchspec {verb}" in shown
        assert "3 drift" in " ".join(shown.split())


def test_the_console_script_is_installed() -> None:
    """`watchspec --version`, from anywhere."""
    script = Path(sys.executable).with_name("watchspec")

    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True, cwd="/")

    assert done.stdout == f"watchspec {__version__}\n"


def test_a_closed_pipe_is_no_failure() -> None:
    """`watchspec schema | head -1` ends quietly."""
    reading, writing = os.pipe()
    script = Path(sys.executable).with_name("watchspec")
    with subprocess.Popen([script, "schema"], stdout=writing, stderr=subprocess.PIPE, text=True) as process:
        os.close(writing)
        os.close(reading)
        _, stderr = process.communicate(timeout=30)

    assert (process.returncode, stderr) == (0, "")


def test_a_spec_is_checked_without_loading_the_exporter(tmp_path: Path) -> None:
    """Verbs import their engines only when they run."""
    code = "import sys, watchspec.cli; print(sorted({'exporter', 'generator', 'psycopg', 'jinja2'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert done.stdout == "[]\n"
