"""Programs that go on running after the command that started them: started once, waited for, found again, ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

import psutil

from watchspec.errors import EnvironmentFailure
from watchspec.stack.machine import port_is_free
from watchspec.stack.state import Record, State

_READY_PATIENCE_SECONDS: Final = 60.0
_STOP_PATIENCE_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Program:
    """One part of the stack as a process."""

    name: str
    command: tuple[str, ...]
    port: int
    """Where it listens, on 127.0.0.1."""
    ready: str | tuple[str, ...] | None = None
    """Path that answers 200, or command that succeeds, once it is ready; else accepting connections is enough."""
    reads: tuple[Path, ...] = ()
    """Files and folders that it reads at its start; a change restarts it."""
    stop: int = signal.SIGTERM
    keep: bool = True
    """Whether a running one is left alone if nothing changed."""

    def digest(self) -> str:
        """Of the command line and of everything that it reads."""
        found = sha256("\0".join(self.command).encode())
        for path in self.reads:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file():
                    found.update(str(file).encode() + b"\0" + file.read_bytes())
        return found.hexdigest()


def bring_up(programs: Sequence[Program], state: State) -> list[str]:
    """Start what does not run or has changed, wait until all are ready; return the names of what was started.

    If one fails, those that this call started are ended again and `EnvironmentFailure` says why in one line.
    """
    stale = [program for program in programs if not _is_current(program, state)]
    for program in stale:
        end(state, program.name)
    for program in stale:
        if not port_is_free(program.port):
            raise EnvironmentFailure(
                f"port {program.port} is taken, {program.name} needs it: end what listens there,"
                f" or choose another with --port {program.name}=PORT"
            )
    try:
        for program in stale:
            _start(program, state)
        for program in programs:
            _wait(program, state)
    except BaseException:
        for program in reversed(stale):
            end(state, program.name)
        raise
    return [program.name for program in stale]


def _is_current(program: Program, state: State) -> bool:
    record = state.running(program.name)
    return program.keep and record is not None and record.digest == program.digest()


def _start(program: Program, state: State) -> None:
    with state.log(program.name).open("wb") as log:
        try:
            child = subprocess.Popen(
                program.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        except OSError as error:
            raise EnvironmentFailure(f"{program.command[0]}: cannot be started: {error.strerror}") from None
    created = psutil.Process(child.pid).create_time()
    state.remember(Record(program.name, child.pid, created, program.port, program.digest(), program.stop))
    child.returncode = 0  # it goes on without us: from here on its record stands for it


def _wait(program: Program, state: State) -> None:
    """Return once `program` is ready; raise with the end of its log if it ends or takes too long."""
    deadline = time.monotonic() + _READY_PATIENCE_SECONDS
    while not _is_ready(program):
        if state.running(program.name) is None:
            raise EnvironmentFailure(f"{program.name} ended at once: {_last_words(program, state)}")
        if time.monotonic() > deadline:
            patience = f"{_READY_PATIENCE_SECONDS:.0f} s"
            raise EnvironmentFailure(f"{program.name} is not ready after {patience}: {_last_words(program, state)}")
        time.sleep(_POLL_SECONDS)


def _last_words(program: Program, state: State) -> str:
    path = state.log(program.name)
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    words = " | ".join(line.strip() for line in lines if line.strip())[-600:]
    return f"{words or 'it said nothing'} (log: {path})"


def _is_ready(program: Program) -> bool:
    match program.ready:
        case None:
            return _accepts(program.port)
        case str(path):
            return _answers(program.port, path)
        case command:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _answers(port: int, path: str) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        finally:
            connection.close()
    except (OSError, HTTPException):
        return False


def end(state: State, name: str) -> bool:
    """End a program and forget it; whether it was running."""
    running = state.running(name)
    if running is not None:
        _signal(running, running.stop)
        if not _gone(running, _STOP_PATIENCE_SECONDS):
            _signal(running, signal.SIGKILL)
            _gone(running, _STOP_PATIENCE_SECONDS)
    state.forget(name)
    return running is not None


def _signal(record: Record, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(record.pid, number)


def _gone(record: Record, patience_seconds: float) -> bool:
    """Wait until the process has ended; one that only waits to be reaped by its parent has."""
    deadline = time.monotonic() + patience_seconds
    while record.process() is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    with suppress(ChildProcessError):  # where we are the parent ourselves
        os.waitpid(record.pid, 0)
    return True
