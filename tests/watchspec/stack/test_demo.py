"""The demo's programs on this machine."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import need
from watchspec.stack import demo, ports, secrets
from watchspec.stack.machine import postgres_programs
from watchspec.stack.process import Program, bring_up, end
from watchspec.stack.state import State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """An empty state folder; what was started in it is ended."""
    found = State(tmp_path / ".watchspec")
    yield found
    for record in found.records():
        end(found, record.name)
    demo.clean(found)


def named(name: str, port: int) -> Program:
    """A program with nothing but a name and a port."""
    return Program(name, ("true",), port)


def test_what_runs_is_contacted_here_instead_of_in_its_container() -> None:
    """What does not run keeps its name, and shows as down."""
    found = demo.addresses([named("demo", 8000), named("redis", 40001)], ports.DEFAULTS)
    assert found == {
        "demo:8000": "127.0.0.1:8000", "redis:6379": "127.0.0.1:40001", "mailbox:1025": "127.0.0.1:1025",
    }  # fmt: skip


def test_what_cannot_run_is_named_with_its_package() -> None:
    """One line each."""
    assert demo.missing([named("redis", 1), named("postgres", 2)]) == []
    (line,) = demo.missing([named("redis", 1)])
    assert line.startswith("postgres: its target shows as down")
    assert "install postgresql" in line


def test_without_servers_the_service_and_the_mailbox_remain(
    root: Path, state: State, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They need nothing but Python."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    if postgres_programs() is not None:
        monkeypatch.setattr("watchspec.stack.machine._POSTGRES", tmp_path)
    found = demo.programs(root, state, ports.DEFAULTS)
    assert [program.name for program in found] == ["mailbox", "demo"]
    assert {program.code for program in found} == {(root / "demo",)}, "an edited one is started anew"


def test_postgres_knows_the_watching_role_by_password_alone(root: Path, state: State, tmp_path: Path) -> None:
    """It may read statistics, not tables, and nobody enters over the network without the password."""
    for name in ("initdb", "redis-server"):
        need.program(name)
    secrets.create(tmp_path / "secrets", secrets.MAILBOXES[1])
    (tmp_path / "demo").symlink_to(root / "demo")
    found = {program.name: program for program in demo.programs(tmp_path, state, ports.DEFAULTS)}
    bring_up([found["postgres"]], state)
    address = f"postgresql://watchspec@127.0.0.1:{found['postgres'].port}/app"
    password = (tmp_path / "secrets/postgres").read_text().strip()
    with psycopg.connect(address, password=password) as connection:
        row = connection.execute("SELECT pg_has_role('pg_monitor', 'member'), has_table_privilege('orders', 'SELECT')")
        assert row.fetchone() == (True, False)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address, password="wrong")
