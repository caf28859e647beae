"""Real servers for tests, each in a folder of its own, on a free port."""

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest

from tests.support.containers import POSTGRES, REDIS, Box, engine_has
from tests.support.need import lacking, program, there_is

_PATIENCE = 30.0
"""Seconds until a server must answer."""


@dataclass
class Running:
    """A server that can be stopped, started again and frozen."""

    port: int
    command: Sequence[str]
    log: Path
    ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    box: Box | None = None
    """The container it runs in, where this machine lacks the program."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self.box is not None:
            self.box.start()
            wait_until(self.ready, f"{self.box.image} to answer")
            return
        process = self.process = self._spawn()
        wait_until(lambda: process.poll() is not None or self.ready(), f"{self.command[0]} to answer")
        assert process.poll() is None, self.log.read_text(errors="replace")

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(self.command, stdout=log, stderr=log)

    def stop(self) -> None:
        """Stop it, whatever state it is in; not an error if it is stopped already."""
        self.thaw()
        if self.box is not None:
            self.box.ask("stop")
        elif self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self._signal_all(signal.SIGKILL)
                self.process.wait()

    def freeze(self) -> None:
        """Make it hold its connections and answer nothing."""
        self._pause("pause", signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo `freeze`."""
        self._pause("unpause", signal.SIGCONT)

    def _pause(self, verb: str, number: signal.Signals) -> None:
        if self.box is not None:
            self.box.ask(verb)
        elif self.process is not None and self.process.poll() is None:
            self._signal_all(number)

    def _signal_all(self, number: signal.Signals) -> None:
        """To the server and what it forked; PostgreSQL's backends are in sessions of their own."""
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)


@dataclass
class RunningPostgres(Running):
    """PostgreSQL; its superuser is `postgres`, trusted from this machine unless a password was given."""

    socket_folder: Path = Path()

    def url(self, user: str = "postgres", database: str = "postgres") -> str:
        """The address as a spec writes it."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"


def free_port() -> int:
    """A TCP port that nothing listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until(fact: Callable[[], bool], what: str, seconds: float = _PATIENCE) -> None:
    """Poll until `fact` holds; fail the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s for {what}")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[Running]:
    """A Redis that keeps its data, if any, in `folder`; `options` as on its command line."""
    port = free_port()
    arguments = ["--save", "", "--dir", str(folder), *options]
    if not there_is("redis-server") and engine_has(REDIS):
        folder.chmod(0o777)  # the container's user is another
        box = Box(REDIS, port, 6379, folder, ["redis-server", *arguments])
        yield from _run(Running(port, box.command, folder / "redis.log", lambda: _pongs(port), box=box))
        return
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", *arguments]
    yield from _run(Running(port, command, folder / "redis.log", lambda: accepts(port)))


@contextmanager
def postgres_server(folder: Path, password: str | None = None, *options: str) -> Iterator[RunningPostgres]:
    """A PostgreSQL that logs to `folder`; with a password, the superuser needs it.

    Its data lies in a short folder of its own: the path of a Unix socket has at most 107 characters, and pytest's
    folders are for their owner alone, which is not PostgreSQL's user if the tests run as root.
    """
    port = free_port()
    if not there_is("postgres") and engine_has(POSTGRES):
        yield from _run(_postgres_in_a_box(folder, port, password, options))
        return
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        home = Path(name)
        _own(home)
        _initialise(home / "data", home / "password", password)
        command = [
            *_as_postgres(), program("postgres"), "-D", str(home / "data"), "-p", str(port), "-k", name,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", *options,
        ]  # fmt: skip

        def ready() -> bool:
            asked = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            return subprocess.run(asked, check=False).returncode == 0

        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
        server = RunningPostgres(port, command, folder / "postgres.log", ready, signal.SIGINT, socket_folder=home)
        yield from _run(server)


def _postgres_in_a_box(folder: Path, port: int, password: str | None, options: Sequence[str]) -> RunningPostgres:
    command = ["postgres", "-c", "fsync=off", *options]
    trust = {"POSTGRES_HOST_AUTH_METHOD": "trust"} if password is None else {"POSTGRES_PASSWORD": password}
    box = Box(POSTGRES, port, 5432, folder, command, trust)
    return RunningPostgres(
        port, command, folder / "postgres.log", lambda: _is_postgres(port), socket_folder=folder, box=box
    )


def _pongs(port: int) -> bool:
    """Whether Redis answers: the engine's proxy accepts connections before it does."""
    with socket.socket() as sock:
        sock.settimeout(1)
        try:
            sock.connect(("127.0.0.1", port))
            sock.sendall(b"PING\r\n")
            return bool(sock.recv(64))
        except OSError:
            return False


def _is_postgres(port: int) -> bool:
    """Whether PostgreSQL takes connections, if only to refuse them; the server of its first start does not."""
    try:
        psycopg.connect(f"host=127.0.0.1 port={port} user=postgres connect_timeout=2").close()
    except psycopg.OperationalError as error:
        return "password" in str(error)
    return True


_Server = TypeVar("_Server", bound=Running)


def _run(server: _Server) -> Iterator[_Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()
        if server.box is not None:
            server.box.remove()


def _initialise(data: Path, password_file: Path, password: str | None) -> None:
    command = [*_as_postgres(), program("initdb"), "-D", str(data), "-U", "postgres", "--no-sync", "-E", "UTF8"]
    if password is None:
        command += ["-A", "trust"]
    else:
        password_file.write_text(password)
        _own(password_file)
        command += ["-A", "scram-sha-256", f"--pwfile={password_file}"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []


def _own(path: Path) -> None:
    if os.geteuid() != 0:
        return
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        lacking("PostgreSQL does not run as root, and there is no user postgres")
    os.chown(path, user.pw_uid, user.pw_gid)


@pytest.fixture(name="redis_server")
def _redis_server(tmp_path: Path) -> Iterator[Running]:
    """A running Redis without a password."""
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture(name="postgres_server")
def _postgres_server(tmp_path: Path) -> Iterator[RunningPostgres]:
    """A running PostgreSQL that trusts this machine."""
    with postgres_server(tmp_path) as server:
        yield server
