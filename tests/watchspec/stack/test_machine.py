"""Looking at this machine."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.support import need
from watchspec.stack import machine


def script(path: Path, text: str) -> None:
    """An executable shell script."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("docker", "answers"),
    [
        ("echo 28.0", True),
        ("echo 'Cannot connect to the Docker daemon' >&2; exit 1", False),
        ('[ "$1" = info ] && echo 28.0 || exit 1', False),  # the client without Compose
        ("exit 0", False),  # what some clients do without a daemon: succeed and say nothing
    ],
)
def test_an_engine_counts_only_if_it_answers_and_has_compose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker: str, answers: bool
) -> None:
    """A client alone runs nothing."""
    script(tmp_path / "bin/docker", docker)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert machine.look(tmp_path).engine is answers


@pytest.mark.parametrize(
    ("version", "old"),
    [("2.24.3", "2.24.3"), ("v1.29.2", "v1.29.2"), ("v2.24.4", ""), ("2.40.3-3", ""), ("5.0.0", ""), ("dev", "")],
)
def test_a_compose_that_is_too_old_is_known_by_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, old: str
) -> None:
    """One that was built by hand may be new enough."""
    script(tmp_path / "bin/docker", f"echo {version}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert machine.look(tmp_path).old_compose == old


@pytest.mark.parametrize("name", ["alertmanager", "prometheus-alertmanager"])
def test_alertmanager_is_found_by_debians_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Debian calls it otherwise than upstream."""
    script(tmp_path / "bin" / name, ":")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert machine.look(tmp_path).alertmanager == str(tmp_path / "bin" / name)


def test_a_taken_port_is_not_free() -> None:
    """Until its listener is gone."""
    port = machine.free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert not machine.port_is_free(port)
    assert machine.port_is_free(port)


def test_the_folder_of_postgres_has_what_a_cluster_takes() -> None:
    """Debian's lie beside PATH."""
    need.program("initdb")
    folder = machine.postgres_programs()
    assert folder is not None
    assert [name for name in ("initdb", "pg_ctl", "postgres", "psql") if not (folder / name).exists()] == []


def test_a_command_runs_as_another_user() -> None:
    """As root the prefix changes the user; else there is nothing to change."""
    prefix = machine.as_user("nobody")
    assert prefix is not None
    shown = subprocess.run([*prefix, "id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    own = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    assert shown == ("nobody" if os.geteuid() == 0 else own)
