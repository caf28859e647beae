"""The verbs on a real Docker engine, beside whatever else runs there; without one the tests are skipped."""

import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.composed import until
from tests.support.engines import compose_file
from tests.support.native_stacks import SPEC
from watchspec.cli import main
from watchspec.stack import compose
from watchspec.stack.containers import Container, containers


@dataclass(frozen=True)
class Stack:
    """A project of its own."""

    folder: Path

    def run(self, verb: str, *more: str) -> tuple[int, str, str]:
        """Exit status, output, errors."""
        out, err = io.StringIO(), io.StringIO()
        return main([verb, *more], out, err), out.getvalue(), err.getvalue()

    def up(self) -> tuple[int, str, str]:
        """`watchspec up`, in containers."""
        return self.run("up", str(self.folder / "monitoring.yml"), "--compose")

    def replace(self, old: str, new: str) -> None:
        """Put another spec in the place of the one that is there, as editors do."""
        spec = self.folder / "monitoring.yml"
        fresh = spec.with_suffix(".new")
        fresh.write_text(spec.read_text().replace(old, new))
        fresh.replace(spec)

    def containers(self) -> dict[str, Container]:
        """What the engine knows, less what ends by itself."""
        found = containers(compose.command(self.folder, demo=True))
        return {name: one for name, one in found.items() if name != "secrets"}


@pytest.fixture(scope="module")
def stack(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running stack; its volumes go with it."""
    folder = tmp_path_factory.mktemp("composed")
    name = f"watchspec-test-{uuid4().hex[:8]}"
    image = compose_file(root, folder, name)
    (folder / "monitoring.yml").write_text(SPEC)
    found = Stack(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPOSE_PROJECT_NAME", name)
        patch.setenv("WATCHSPEC_NETWORK", f"{name}-targets")
        try:
            status, _, err = found.up()
            assert status == 0, err
            yield found
        finally:
            subprocess.run(compose.command(folder, "down", "--volumes", demo=True), check=False, capture_output=True)
            subprocess.run(["docker", "image", "rm", image], check=False, capture_output=True)


def test_status_finds_every_container_and_what_it_says(stack: Stack) -> None:
    """Wherever its port is published."""
    _, out, _ = stack.run("status", str(stack.folder / "monitoring.yml"), "--json")
    found = json.loads(out)
    assert [(part["name"], part["state"]) for part in found["parts"]] == [
        ("prometheus", "healthy"), ("alertmanager", "healthy"), ("exporter", "healthy"),
    ]  # fmt: skip
    assert all(part["version"] and part["since"] for part in found["parts"])
    assert found["rules"]["loaded"] == found["rules"]["generated"] > 0
    assert found["drift"] == []


def test_a_spec_that_an_editor_replaced_is_taken_without_a_restart(stack: Stack) -> None:
    """The exporter's container would see the old file, had it mounted the user's own."""
    before = stack.containers()
    stack.replace("name: local", "name: other")
    status, out, err = stack.up()
    assert status == 0, err
    assert "\nreloaded: prometheus, exporter; unchanged: alertmanager\n" in out
    assert stack.containers() == before
    words = compose.command(stack.folder, "exec", "-T", "exporter", "cat", "/etc/watchspec/monitoring.yml", demo=True)
    assert "name: other" in subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_a_part_that_refuses_leaves_all_containers_with_what_they_had(stack: Stack) -> None:
    """Alertmanager is asked after Prometheus, who goes back; the reason is its own."""
    before = stack.containers()
    copy = (stack.folder / ".watchspec/spec.yml").read_text()
    rules = {path: path.read_bytes() for path in (stack.folder / "rules").glob("*.yml")}
    foreign = stack.folder / "alertmanager/templates/zz.tmpl"
    foreign.write_text('{{ define "x" }}{{ nonsense }}')
    old = (stack.folder / "monitoring.yml").read_text()
    stack.replace("scrape_interval: 1s", "scrape_interval: 2s")
    stack.replace("http://127.0.0.1:9/", "http://127.0.0.1:9/new")
    try:
        status, _, err = stack.up()
    finally:
        foreign.unlink()
        (stack.folder / "monitoring.yml").write_text(old)
    assert status == 1
    assert "alertmanager: does not take the change: refuses (500): failed to reload config" in err
    assert stack.containers() == before
    assert (stack.folder / ".watchspec/spec.yml").read_text() == copy
    assert {path: path.read_bytes() for path in (stack.folder / "rules").glob("*.yml")} == rules


def test_a_container_that_was_killed_is_told_and_comes_back(stack: Stack) -> None:
    """`status` ends with 1 and names it; `up` starts it and nothing else."""
    subprocess.run(compose.command(stack.folder, "kill", "alertmanager", demo=True), check=True, capture_output=True)
    status, out, _ = stack.run("status", str(stack.folder / "monitoring.yml"))
    assert status == 1
    assert "alertmanager  exited" in out
    status, out, err = stack.up()
    assert status == 0, err
    assert "\nrestarted: alertmanager; unchanged: exporter, prometheus\n" in out


def test_a_part_that_cannot_start_is_told_and_comes_back(stack: Stack) -> None:
    """It is not asked to reload what it never took; the engine tries again, and `up` waits for it."""
    foreign = stack.folder / "alertmanager/templates/zz.tmpl"
    foreign.write_text('{{ define "x" }}{{ nonsense }}')
    try:
        subprocess.run(
            compose.command(stack.folder, "restart", "alertmanager", demo=True), check=True, capture_output=True
        )
        until(lambda: not stack.containers()["alertmanager"].answers, "alertmanager to fail")
        status, out, _ = stack.run("status", str(stack.folder / "monitoring.yml"))
    finally:
        foreign.unlink()
    assert status == 1
    assert "something is not well" in out
    status, _, err = stack.up()
    assert status == 0, err
    assert stack.containers()["alertmanager"].answers


def test_logs_name_their_part_and_a_wrong_name_is_told(stack: Stack) -> None:
    """Compose's own."""
    spec = str(stack.folder / "monitoring.yml")
    status, out, _ = stack.run("logs", "exporter", "-n", "1", "-s", spec)
    assert (status, out.count("\n")) == (0, 1)
    assert out.startswith("exporter-1  | time=")
    assert stack.run("logs", "nope", "-s", spec)[2].startswith("no part nope; there are: alertmanager, exporter, ")


def test_a_stack_that_becomes_secure_is_asked_over_tls(stack: Stack) -> None:
    """Its parts begin anew; from then on `status` and a changed spec find them, with the password."""
    stack.replace("version: 1", "version: 1\nsecure: true")
    status, out, err = stack.up()
    assert status == 0, err
    assert "\nrestarted: alertmanager, exporter, prometheus" in out
    before = stack.containers()
    assert f"https://127.0.0.1:{before['prometheus'].ports[9090]}/" in out
    assert {one.secure for one in before.values()} == {True}
    stack.replace("version: 1", "version: 1\nlabels: {team: ops}")
    status, out, err = stack.up()
    assert status == 0, err
    assert "\nreloaded: prometheus" in out
    assert stack.containers() == before
    status, out, _ = stack.run("status", str(stack.folder / "monitoring.yml"), "--json")
    found = json.loads(out)
    assert {part["state"] for part in found["parts"]} == {"healthy"}
    assert found["rules"]["loaded"] == found["rules"]["generated"] > 0
