"""`make`, `.ci/run` and the lock files: the commands that a newcomer and CI call."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LOCKS = ["requirements-dev.lock", "exporter/requirements.lock", "demo/requirements.lock"]


def test_ci_runs_exactly_what_bare_make_runs(root: Path) -> None:
    """In the same order."""
    steps = re.search(r"^all: (.*)$", (root / "Makefile").read_text(), re.MULTILINE)
    assert steps is not None
    called = re.findall(r"^make ([a-z ]+?)(?: +#.*)?$", (root / ".ci/run").read_text(), re.MULTILINE)
    assert " ".join(called) == steps[1]


def test_ci_fails_where_a_server_is_missing(root: Path) -> None:
    """A skip would let a broken thing pass."""
    assert "export CI=true\n" in (root / ".ci/run").read_text()


@pytest.mark.parametrize("script", [".ci/run", "scripts/venv", "scripts/lock", "scripts/servers"])
def test_every_script_is_valid_and_can_be_run(root: Path, script: str) -> None:
    """Bash parses it, and its file is executable."""
    assert (root / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(root / script)], check=True)


def test_a_python_that_is_too_old_is_one_clear_line(root: Path, tmp_path: Path) -> None:
    """It names the fix, and no environment is made."""
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\nexit 1\n')
    old.chmod(0o755)
    line = _venv(root, tmp_path, str(old))
    assert line == "Python 3.9.2 is too old: install Python 3.11 or newer, and name it: make PYTHON=python3.11\n"
    assert not (tmp_path / "venv").exists()


def test_a_python_without_its_venv_module_is_one_clear_line(root: Path, tmp_path: Path) -> None:
    """Debian splits it off; the line names the package."""
    bare = tmp_path / "python3"
    bare.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    bare.chmod(0o755)
    assert "apt-get install python3-venv" in _venv(root, tmp_path, str(bare))


def test_a_python_that_is_not_there_is_one_clear_line(root: Path, tmp_path: Path) -> None:
    """No traceback of a shell."""
    assert _venv(root, tmp_path, "python9").startswith("python9 not found: install Python 3.11 or newer")


def _venv(root: Path, tmp_path: Path, python: str) -> str:
    """What scripts/venv says when it fails."""
    done = subprocess.run(
        [root / "scripts/venv", tmp_path / "venv", "requirements-dev.lock"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": python}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hashes_and_no_place(root: Path, lock: str) -> None:
    """Nothing in it names an index or a path: it installs from whatever index the machine uses."""
    text = (root / lock).read_text()
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")))
    assert [entry for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|file:|--index|--find-links", text)


def test_the_lock_holds_every_direct_dependency(root: Path) -> None:
    """One that was added to pyproject.toml alone would be missing after `make`; `make lock` mends it."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["demo"], *extras["test"], *extras["dev"]]
    names = {re.split(r"[\[<>=; ]", line)[0].lower() for line in wanted} - {"watchspec"}
    locked = {line.split("==")[0] for line in (root / LOCKS[0]).read_text().splitlines() if "==" in line}
    assert names - locked == set()


def test_the_images_use_the_versions_that_are_tested(root: Path) -> None:
    """Each package of an image is in the development set, at the same version."""
    versions = [{*re.findall(r"^(\S+==\S+)", (root / lock).read_text(), re.MULTILINE)} for lock in LOCKS]
    assert versions[1]
    assert versions[2]
    assert (versions[1] | versions[2]) - versions[0] == set()
