"""What one stack remembers, and never mistakes."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from watchspec.stack.state import Record, State


@pytest.fixture
def state(tmp_path: Path) -> State:
    """An empty state folder."""
    return State(tmp_path / ".watchspec")


@pytest.fixture
def record() -> Callable[..., Record]:
    """A function that makes a record of this very process, with changes."""
    own = psutil.Process()

    def make(name: str, **changes: float) -> Record:
        return Record(
            name, own.pid, changes.get("created", own.create_time()), 1, "", signal.SIGTERM, changes.get("order", 1.0)
        )

    return make


def test_a_record_finds_its_process_again(state: State, record: Callable[..., Record]) -> None:
    """Through the file, as the next command does."""
    state.remember(record("self"))
    found = state.running("self")
    assert found == record("self")
    process = found.process()
    assert process is not None
    assert process.pid == os.getpid()


def test_a_reused_process_number_is_somebody_elses(state: State, record: Callable[..., Record]) -> None:
    """A record of long ago never ends a stranger."""
    state.remember(record("old", created=psutil.Process().create_time() - 100))
    assert state.running("old") is None


def test_the_last_one_started_comes_first(state: State, record: Callable[..., Record]) -> None:
    """So that they end in the reverse of the order in which they began."""
    for name, order in (("first", 1.0), ("third", 3.0), ("second", 2.0)):
        state.remember(record(name, order=order))
    assert [found.name for found in state.records()] == ["third", "second", "first"]


def test_what_is_forgotten_is_gone(state: State, record: Callable[..., Record]) -> None:
    """And forgetting twice is no error."""
    state.remember(record("self"))
    state.forget("self")
    state.forget("self")
    assert state.records() == []


def test_only_we_may_enter_the_folder(state: State, record: Callable[..., Record]) -> None:
    """Logs and secrets of the environment lie in it."""
    state.remember(record("self"))
    state.log("self")
    state.below("data", "prometheus")
    folders = [state.folder, *(path for path in state.folder.rglob("*") if path.is_dir())]
    assert len(folders) == 5
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
