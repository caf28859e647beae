"""`watchspec up` and `down` with the programs of this machine: all of it really runs, and nothing of it stays."""

import io
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import psutil
import pytest

from tests.support import need
from watchspec.cli import main
from watchspec.stack import ports
from watchspec.stack.machine import free_port, port_is_free
from watchspec.stack.state import State

PATIENCE_SECONDS = 45


@dataclass(frozen=True)
class Stack:
    """A copy of the bundled stack in a folder of its own, on free ports."""

    folder: Path
    ports: dict[str, int]

    def run(self, verb: str, *more: str) -> tuple[int, str, str]:
        """One verb on the copied spec: exit status, output, errors."""
        out, err = io.StringIO(), io.StringIO()
        status = main([verb, str(self.folder / "monitoring.yml"), *more], out, err)
        return status, out.getvalue(), err.getvalue()

    def up(self) -> tuple[int, str, str]:
        """`watchspec up`, native, with the demo."""
        chosen = [f"--port={name}={port}" for name, port in self.ports.items()]
        return self.run("up", "--native", "--demo", "--no-install", *chosen)

    def get(self, part: str, path: str) -> str:
        """The body of a page."""
        with urlopen(f"http://127.0.0.1:{self.ports[part]}{path}", timeout=5) as answer:
            body: bytes = answer.read()
        return body.decode()

    def query(self, expression: str) -> dict[str, float]:
        """A query's samples by target, as Prometheus has them now."""
        answer: dict[str, Any] = json.loads(self.get("prometheus", f"/api/v1/query?query={quote(expression)}"))
        return {row["metric"]["target"]: float(row["value"][1]) for row in answer["data"]["result"]}

    def pids(self) -> dict[str, int]:
        """What runs, by part."""
        return {record.name: record.pid for record in State(self.folder / ".watchspec").records() if record.process()}


def until(fact: Callable[[], bool], what: str) -> None:
    """Poll for a fact."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not fact():
        assert time.monotonic() < deadline, f"not after {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def stack(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running stack."""
    for name in ("prometheus", "alertmanager", "redis-server", "initdb"):
        need.program(name)
    folder = tmp_path_factory.mktemp("stack")
    shutil.copytree(root / "demo", folder / "demo")
    text = (root / "monitoring.yml").read_text()
    (folder / "monitoring.yml").write_text(text.replace("scrape_interval: 15s", "scrape_interval: 1s"))
    found = Stack(folder, {name: free_port() for name in ports.DEFAULTS})
    try:
        status, _, err = found.up()
        assert status == 0, err
        yield found
    finally:
        found.run("down")


def test_every_target_is_up(stack: Stack) -> None:
    """Prometheus scrapes all of it, the exporter reaches Redis and Postgres."""
    everybody = {"local", "shop", "prometheus", "alertmanager"}
    until(lambda: stack.query("up == 1").keys() >= everybody, f"up for {everybody}: {stack.query('up')}")
    until(lambda: stack.query("redis_up") == {"cache": 1}, "redis_up")
    until(lambda: stack.query("pg_up") == {"main-db": 1}, "pg_up")
    until(lambda: stack.query("probe_success") == {"shop": 1}, "probe_success")


def test_prometheus_found_rules_and_alertmanager(stack: Stack) -> None:
    """The generated configuration points at this machine's own files and addresses."""
    groups = json.loads(stack.get("prometheus", "/api/v1/rules"))["data"]["groups"]
    assert {group["file"].rpartition("/")[0] for group in groups} == {str(stack.folder / ".watchspec/config/rules")}
    until(
        lambda: bool(json.loads(stack.get("prometheus", "/api/v1/alertmanagers"))["data"]["activeAlertmanagers"]),
        "an Alertmanager that Prometheus knows",
    )


def test_the_mailbox_is_open_and_empty_pages_answer(stack: Stack) -> None:
    """What was printed answers."""
    assert "Mailbox" in stack.get("mailbox", "/")
    assert json.loads(stack.get("demo", "/health"))["status"] == "ok"


def test_a_second_up_keeps_what_has_not_changed(stack: Stack) -> None:
    """Nothing is started anew, nothing reads its files again; it says so."""
    before = stack.pids()
    status, out, err = stack.up()
    assert status == 0, err
    assert stack.pids() == before
    assert "\nunchanged: mailbox, demo, redis, postgres, exporter, alertmanager, prometheus\n" in out


def test_a_wrong_spec_leaves_everything_as_it_was(stack: Stack) -> None:
    """All problems are told, nothing is restarted or written."""
    spec = stack.folder / "monitoring.yml"
    text, before, rules = spec.read_text(), stack.pids(), _tree(stack.folder / "rules")
    try:
        spec.write_text(text + "nonsense: 1\n")
        status, out, err = stack.up()
    finally:
        spec.write_text(text)
    assert (status, out) == (2, "")
    assert "nonsense: unknown key" in err
    assert (stack.pids(), _tree(stack.folder / "rules")) == (before, rules)


def test_no_secret_is_in_any_configuration_or_log(stack: Stack) -> None:
    """Nor on a command line, where every user of the machine could read it."""
    secrets = [
        path.read_text().strip() for path in (stack.folder / "secrets").iterdir() if path.name != "slack_webhook"
    ]
    written = [*stack.folder.glob(".watchspec/config/**/*.*"), *stack.folder.glob(".watchspec/log/*")]
    texts = [path.read_text(errors="replace") for path in written]
    texts += [" ".join(psutil.Process(pid).cmdline()) for pid in stack.pids().values()]
    assert len(texts) > 10
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []


def test_down_leaves_nothing_running(stack: Stack) -> None:
    """No process, no port, no temporary cluster; and the stack can come back."""
    processes = [psutil.Process(pid) for pid in stack.pids().values()]
    families = [child for process in processes for child in (process, *process.children(recursive=True))]
    cluster = Path((stack.folder / ".watchspec/run/postgres-folder").read_text())
    status, out, _ = stack.run("down")
    assert status == 0
    assert "prometheus" in out
    assert [process for process in families if process.is_running()] == []
    assert [name for name, port in stack.ports.items() if not port_is_free(port)] == []
    assert not cluster.parent.exists()
    assert stack.run("down")[:2] == (0, "nothing was running\n")


def _tree(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file's text and moment of change."""
    return {str(path): (path.read_text(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}
