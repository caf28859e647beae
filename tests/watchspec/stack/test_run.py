"""`watchspec up` where little is there, and where it is refused; the whole stack runs in tests/stack."""

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from watchspec.cli import main
from watchspec.stack.machine import free_port
from watchspec.stack.state import State

SPEC = """\
version: 1
name: small
hosts: [{name: local}]
channels: {ops: {webhook: "http://127.0.0.1:9/"}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small spec alone in a folder, on a machine without any program on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    found = tmp_path / "stack"
    found.mkdir()
    (found / "monitoring.yml").write_text(SPEC)
    yield found
    call("down", found)


def call(verb: str, folder: Path, *more: str) -> tuple[int, str, str]:
    """Exit status, output, errors."""
    out, err = io.StringIO(), io.StringIO()
    return main([verb, str(folder / "monitoring.yml"), *more], out, err), out.getvalue(), err.getvalue()


def test_without_prometheus_the_exporter_runs_alone(folder: Path) -> None:
    """It says what is missing and how to get it."""
    port = free_port()
    status, out, err = call("up", folder, "--no-install", f"--port=exporter={port}")
    assert status == 0, err
    assert "running the exporter alone" in out
    assert "missing: prometheus and alertmanager: install Docker" in out
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        assert b"\nnode_load1 " in answer.read()
    assert [record.name for record in State(folder / ".watchspec").records()] == ["exporter"]
    status, out, _ = call("status", folder)
    assert status == 0, out
    assert out.startswith(f"{folder / 'monitoring.yml'} runs the exporter alone\n")
    assert out.endswith("\nall is well\n")


def test_generated_files_are_written_before_anything_runs(folder: Path) -> None:
    """What runs is what lies in the folder."""
    call("up", folder, "--no-install", f"--port=exporter={free_port()}")
    assert (folder / "prometheus/prometheus.yml").exists()
    assert (folder / "alertmanager/alertmanager.yml").exists()


def test_compose_without_an_engine_is_refused_and_nothing_is_written(folder: Path) -> None:
    """One line, exit status 1."""
    assert call("up", folder, "--compose") == (
        1, "", "no Docker engine with Compose answers; start it, or leave out --compose\n",
    )  # fmt: skip
    assert [path.name for path in folder.iterdir()] == ["monitoring.yml"]


def test_a_wrong_spec_writes_nothing(folder: Path) -> None:
    """Exit status 2, and the folder is as it was."""
    with (folder / "monitoring.yml").open("a") as spec:
        spec.write("nonsense: 1\n")
    status, out, err = call("up", folder, "--no-install")
    assert (status, out) == (2, "")
    assert "nonsense: unknown key" in err
    assert [path.name for path in folder.iterdir()] == ["monitoring.yml"]


def pretend(folder: Path, version: str) -> None:
    """Put programs on PATH that only say their version."""
    programs = folder.parent / "empty"
    programs.mkdir()
    for name in ("prometheus", "prometheus-alertmanager"):
        (programs / name).write_text(f"#!/bin/sh\necho '{name}, version {version} (branch: HEAD)'\n")
        (programs / name).chmod(0o755)


def test_an_alertmanager_that_is_too_old_is_refused_before_anything_runs(folder: Path) -> None:
    """With the channel, the version that can, and nothing left running."""
    pretend(folder, "0.25.0")
    (folder / "monitoring.yml").write_text(SPEC.replace('webhook: "http://127.0.0.1:9/"', "discord: {file: hook}"))
    status, _, err = call("up", folder, "--native", "--no-install")
    assert status == 1
    assert err.startswith("channels.ops.discord: Alertmanager 0.25.0, which is ")
    assert err.endswith(" cannot reach Discord with secrets in files, 0.27 can; install a newer one, or remove it\n")
    assert State(folder / ".watchspec").records() == []


def test_a_variable_that_is_not_set_is_named_before_anything_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alertmanager would say nothing until its first message fails."""
    pretend(folder, "0.33.1")
    monkeypatch.delenv("HOOK", raising=False)
    (folder / "monitoring.yml").write_text(SPEC.replace('webhook: "http://127.0.0.1:9/"', "discord: {env: HOOK}"))
    status, _, err = call("up", folder, "--native", "--no-install")
    assert status == 1
    assert err == (
        "channels.ops.discord: the environment variable HOOK is not set; set it, or put the secret into"
        " .watchspec/env/HOOK\n"
    )
    assert State(folder / ".watchspec").records() == []


def test_with_compose_a_variable_becomes_a_file_for_the_container(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is not set is named before any container starts."""
    docker = folder.parent / "empty" / "docker"
    docker.parent.mkdir()
    docker.write_text(  # an engine without containers
        f'#!/bin/sh\n[ "$4 $5" = "--profile demo" ] && exit\necho "$@" | /usr/bin/tee -a {folder.parent}/asked\n'
    )
    docker.chmod(0o755)
    (folder / "docker-compose.monitoring.yml").touch()
    (folder / "monitoring.yml").write_text(SPEC.replace('webhook: "http://127.0.0.1:9/"', "discord: {env: HOOK}"))
    monkeypatch.delenv("HOOK", raising=False)
    status, _, err = call("up", folder, "--compose")
    assert status == 1
    assert err.endswith("variable HOOK is not set; set it, or put the secret into secrets/env/HOOK\n")
    assert " up " not in (folder.parent / "asked").read_text()
    monkeypatch.setenv("HOOK", "https://discord.example.com/x")
    assert call("up", folder, "--compose")[0] == 0
    assert " up " in (folder.parent / "asked").read_text()
    secret = folder / "secrets/env/HOOK"
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("https://discord.example.com/x", 0o600)


def test_down_where_nothing_was_started_says_so(folder: Path) -> None:
    """And is no error."""
    assert call("down", folder) == (0, "nothing was running\n", "")
