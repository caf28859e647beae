"""Programs that go on running after the command that started them: started once, waited for, found again, ended."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Sequence
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
    """Files and folders that it reads at its start; a change restarts it, unless it can reload them."""
    stop: int = signal.SIGTERM
    reload: bool = False
    """Whether `POST /-/reload` makes it read them again."""
    code: tuple[Path, ...] = ()
    """Folders of the Python modules that it runs, beside the program itself; a change restarts it."""
    environment: tuple[str, ...] = ()
    """Variables that it takes at its start only; a change restarts it."""

    def digest(self) -> str:
        """Of everything that it cannot take without a restart."""
        found = sha256("\0".join(self.command).encode())
        program = shutil.which(self.command[0])
        scripts = sorted(file for folder in self.code for file in folder.rglob("*.py"))
        for file in [Path(program), *scripts] if program else scripts:
            about = file.stat()
            found.update(f"\0{file}\0{about.st_size}\0{about.st_mtime_ns}".encode())
        for name in self.environment:
            found.update(f"\0{name}={os.environ.get(name)}".encode())
        if not self.reload:
            found.update(contents(self.reads).encode())
        return found.hexdigest()


def contents(paths: Iterable[Path]) -> str:
    """A digest of files, and of all that is in folders."""
    found = sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                found.update(str(file).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def bring_up(programs: Sequence[Program], state: State) -> list[str]:
    """Start what does not run or has changed, wait until all are ready; return the names of what was started.

    If one fails, those that this call started are ended again and `EnvironmentFailure` says why in one line.
    """
    stale = [program for program in programs if not is_current(program, state)]
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


def is_current(program: Program, state: State) -> bool:
    """Whether a program runs as it would be started now."""
    record = state.running(program.name)
    return record is not None and record.digest == program.digest()


def restore(before: Sequence[Record], state: State) -> None:
    """Let exactly those programs run that ran `before`: end others, start again what was ended since."""
    kept = {record.pid for record in before}
    for record in state.alive():
        if record.pid not in kept:
            end(state, record.name)
    for record in reversed(before):
        if record.process() is None and record.command:
            program = Program(record.name, record.command, record.port, stop=record.stop)
            _start(program, state, record.digest)
            _wait(program, state)


def _start(program: Program, state: State, digest: str | None = None) -> None:
    with state.log(program.name).open("wb") as log:
        try:
            child = subprocess.Popen(
                program.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        except OSError as error:
            raise EnvironmentFailure(f"{program.command[0]}: cannot be started: {error.strerror}") from None
    created = psutil.Process(child.pid).create_time()
    digest = digest or program.digest()
    state.remember(
        Record(program.name, child.pid, created, program.port, digest, program.stop, command=program.command)
    )
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
            return accepts(program.port)
        case str(path):
            return _answers(program.port, path)
        case command:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0


def accepts(port: int) -> bool:
    """Whether something listens on a port of loopback."""
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
