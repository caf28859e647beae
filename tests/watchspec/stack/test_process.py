"""Programs that outlive the command that started them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from watchspec.errors import EnvironmentFailure
from watchspec.stack.machine import free_port, port_is_free
from watchspec.stack.process import Program, bring_up, contents, end, is_current, restore
from watchspec.stack.state import State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """An empty state folder; what was started in it is ended."""
    found = State(tmp_path / ".watchspec")
    yield found
    for record in found.records():
        end(found, record.name)


def web(tmp_path: Path, port: int, *reads: Path) -> Program:
    """A small web server."""
    command = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path))
    return Program("web", command, port, "/", reads)


def pid(state: State) -> int:
    """The number of the web server's process."""
    record = state.running("web")
    assert record is not None
    return record.pid


def test_a_program_is_ready_when_the_call_returns(tmp_path: Path, state: State) -> None:
    """And it is in a session of its own, so that closing the terminal does not end it."""
    assert bring_up([web(tmp_path, port := free_port())], state) == ["web"]
    assert not port_is_free(port)
    assert os.getsid(pid(state)) == pid(state)


def test_an_unchanged_program_goes_on_running(tmp_path: Path, state: State) -> None:
    """The second `up` starts nothing."""
    program = web(tmp_path, free_port())
    bring_up([program], state)
    before = pid(state)
    assert bring_up([program], state) == []
    assert pid(state) == before


def test_a_program_that_reads_something_else_is_restarted(tmp_path: Path, state: State) -> None:
    """A change of its configuration reaches it."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "a.yml").write_text("a: 1")
    program = web(tmp_path, free_port(), config)
    bring_up([program], state)
    before = pid(state)
    (config / "a.yml").write_text("a: 2")
    assert bring_up([program], state) == ["web"]
    assert pid(state) != before


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path, state: State) -> None:
    """The line names the port, who needs it, and the way out."""
    port = free_port()
    bring_up([web(tmp_path, port)], state)
    other = Program("other", ("true",), port)
    with pytest.raises(EnvironmentFailure, match=rf"port {port} is taken, other needs it: .* --port other=PORT"):
        bring_up([other], state)
    assert state.running("other") is None


def test_a_program_that_ends_is_told_with_its_last_words(tmp_path: Path, state: State) -> None:
    """And what was started beside it is ended again."""
    words = (sys.executable, "-c", "import sys; sys.exit('bad flag --x')")
    with pytest.raises(EnvironmentFailure, match="broken ended at once: bad flag --x"):
        bring_up([web(tmp_path, port := free_port()), Program("broken", words, free_port())], state)
    assert state.records() == []
    assert port_is_free(port)


def test_a_program_that_is_not_there_is_one_line(state: State) -> None:
    """No traceback for a missing program."""
    with pytest.raises(EnvironmentFailure, match="no-such-program: cannot be started: No such file"):
        bring_up([Program("x", ("no-such-program",), free_port())], state)


def test_ending_waits_until_it_is_gone(tmp_path: Path, state: State) -> None:
    """The port is free at once, and the second call has nothing to do."""
    bring_up([web(tmp_path, port := free_port())], state)
    number = pid(state)
    assert end(state, "web") is True
    assert port_is_free(port)
    assert not psutil.pid_exists(number)
    assert end(state, "web") is False


def test_what_ran_before_runs_again_and_nothing_else(tmp_path: Path, state: State) -> None:
    """As it was started then, with its old command line; what was not touched is the same process."""
    bring_up([web(tmp_path, port := free_port())], state)
    kept = Program("kept", (sys.executable, "-m", "http.server", str(other := free_port())), other)
    bring_up([kept], state)
    before = state.alive()
    bring_up(
        [web(tmp_path, changed := free_port()), Program("new", web(tmp_path, more := free_port()).command, more)], state
    )
    restore(before, state)
    assert {record.name: record.port for record in state.alive()} == {"web": port, "kept": other}
    assert state.running("kept") in before
    assert is_current(web(tmp_path, port), state)
    assert port_is_free(changed)
    assert port_is_free(more)


def test_a_program_that_can_reload_is_not_restarted_for_what_it_reads(tmp_path: Path) -> None:
    """For its code and for variables of its start it is."""
    config, code = tmp_path / "a.yml", tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("a = 1")
    config.write_text("a: 1")
    program = Program("x", ("true",), 1, reads=(config,), reload=True, code=(code,), environment=("X_SECRET",))
    digest, read = program.digest(), contents(program.reads)
    config.write_text("a: 2")
    assert program.digest() == digest
    assert contents(program.reads) != read
    (code / "a.py").write_text("a = 22")
    assert program.digest() != digest
    digest = program.digest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("X_SECRET", "s")
        assert program.digest() != digest
