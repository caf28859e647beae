"""The script that makes the Secret."""

import os
import subprocess
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.kubernetes.secrets import emit
from tests.support.manifests import read
from tests.support.need import there_is
from watchspec.spec import Spec

TEXT = """
redis:
  - {name: a, url: "redis://a", password: {file: "secrets/it's one"}}
  - {name: b, url: "redis://b", password: {env: REDIS}}
  - {name: c, url: "redis://c", password: {file: -n}}
prometheus: {remote_write: [{url: "https://m/push", username: "a b", password: {file: "secrets/it's one"}}]}
"""


def _run(spec: Spec, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "secrets.sh").write_text(emit(spec)["secrets.sh"], encoding="utf-8")
    return subprocess.run(
        ["/bin/sh", "secrets.sh"], cwd=folder, capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(folder), "HOME": str(folder), **environment},
    )  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the files that `TEXT` names."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/it's one").write_text("first\n", encoding="utf-8")
    (tmp_path / "-n").write_text("$third`x`\n\n", encoding="utf-8")
    return tmp_path


def test_it_makes_the_keys_that_the_manifests_name(spec_of: Callable[[str], Spec], files: Path) -> None:
    """Without the newlines at the end; and it leaves nothing behind."""
    if not there_is("kubectl"):
        pytest.skip("kubectl is not on this machine")
    done = _run(spec_of(TEXT), files, REDIS="second")
    assert done.returncode == 0, done.stderr
    secret = read(done.stdout)
    assert secret["metadata"]["name"] == "watchspec-secrets"
    values = {key: b64decode(value).decode() for key, value in secret["data"].items()}
    assert values.pop("REDIS") == "second"
    assert values.pop("remote-write-0-username") == "a b"
    assert sorted(values.values()) == ["$third`x`", "first"]
    assert not [path for path in files.iterdir() if path.name.startswith("tmp.")]


def test_a_variable_that_is_not_set_is_named(spec_of: Callable[[str], Spec], files: Path) -> None:
    """And no Secret is printed."""
    done = _run(spec_of(TEXT), files)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "REDIS: this variable is not set" in done.stderr


def test_a_file_that_is_missing_ends_it(spec_of: Callable[[str], Spec], files: Path) -> None:
    """And no Secret is printed."""
    (files / "-n").unlink()
    done = _run(spec_of(TEXT), files, REDIS="x")
    assert done.returncode != 0
    assert done.stdout == ""
    assert "-n" in done.stderr


def test_a_spec_without_secrets_has_no_script(spec_of: Callable[[str], Spec]) -> None:
    """Nor does anything ask for the Secret."""
    assert emit(spec_of("redis: [{name: a, url: 'redis://a'}]\n")) == {}
