"""What the bundled spec watches, as processes of this machine: a Redis, a Postgres, the shop and the mailbox."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from watchspec.errors import EnvironmentFailure
from watchspec.stack import machine
from watchspec.stack.process import Program
from watchspec.stack.state import State

USER: Final = "postgres"
_FOLDER_NOTE: Final = "postgres-folder"
_SETUP_PATIENCE_SECONDS: Final = 120


def programs(folder: Path, state: State, ports: Mapping[str, int]) -> list[Program]:
    """What runs here, of the four; `folder` holds `demo/` and `secrets/`."""
    code = (folder / "demo",)
    found = [
        Program("mailbox", _python(folder, "mailbox.py", "--smtp", ports["smtp"], "--web", ports["mailbox"]),
                ports["mailbox"], "/messages", code=code),
        Program("demo", _python(folder, "service.py", "--port", ports["demo"]), ports["demo"], "/metrics", code=code),
    ]  # fmt: skip
    redis = shutil.which("redis-server") or shutil.which("valkey-server")
    if redis:
        found.append(_redis(redis, state))
    postgres = machine.postgres_programs()
    if postgres and machine.as_user(USER) is not None:
        found.append(_postgres(postgres, folder, state))
    return found


def addresses(programs: list[Program], ports: Mapping[str, int]) -> dict[str, str]:
    """`host:port` of the bundled spec → where that listens here."""
    at = {program.name: f"127.0.0.1:{program.port}" for program in programs}
    moves = {"demo:8000": at.get("demo"), "redis:6379": at.get("redis"), "postgres:5432": at.get("postgres")}
    found = {named: here for named, here in moves.items() if here}
    return {**found, "mailbox:1025": f"127.0.0.1:{ports['smtp']}"}


def missing(programs: list[Program]) -> list[str]:
    """What of the demo cannot run here, and how to get it."""
    names = {program.name for program in programs}
    advice = {"redis": "redis-server", "postgres": "postgresql"}
    return [
        f"{name}: its target shows as down; to see it up, install {package}"
        for name, package in advice.items()
        if name not in names
    ]


def _python(folder: Path, script: str, *arguments: object) -> tuple[str, ...]:
    return (sys.executable, str(folder / "demo" / script), *map(str, arguments))


def _port(name: str, state: State) -> int:
    record = state.running(name)
    return record.port if record else machine.free_port()


def _redis(path: str, state: State) -> Program:
    port = _port("redis", state)
    command = (path, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no")
    return Program("redis", (*command, "--dir", str(state.below("data", "redis"))), port)


def _postgres(bin_folder: Path, folder: Path, state: State) -> Program:
    """A cluster in a folder of its own: Postgres refuses to run as root, and its user may not enter ours."""
    port = _port("postgres", state)
    note = state.below("run") / _FOLDER_NOTE
    data = Path(note.read_text(encoding="utf-8")) if note.exists() else None
    if data is None or not (data / "PG_VERSION").exists():
        data = _cluster(bin_folder, folder)
        note.write_text(str(data), encoding="utf-8")
    command = (
        *(machine.as_user(USER) or ()), str(bin_folder / "postgres"), "-D", str(data), "-p", str(port),
        "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data.parent}",
    )  # fmt: skip
    ready = (str(bin_folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port))
    return Program("postgres", command, port, ready, stop=signal.SIGINT)  # "fast": does not wait for clients


def _cluster(bin_folder: Path, folder: Path) -> Path:
    """A new cluster with the database and the role of `demo/postgres.sql`; its data folder."""
    home = Path(tempfile.mkdtemp(prefix="watchspec-postgres-"))
    data, user = home / "data", machine.as_user(USER) or ()
    if user:
        entry = pwd.getpwnam(USER)
        os.chown(home, entry.pw_uid, entry.pw_gid)
    sockets = f"-c listen_addresses= -c unix_socket_directories={home}"
    try:
        _run(*user, bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--auth-host=scram-sha-256")
        _run(*user, bin_folder / "pg_ctl", "-D", data, "-w", "-o", sockets, "-l", home / "setup.log", "start")
        try:
            psql = (bin_folder / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", home, "-U", "postgres")
            _run(*psql, "-c", "CREATE DATABASE app")
            secret = {"WATCHSPEC_PASSWORD_FILE": str(folder / "secrets" / "postgres")}
            _run(*psql, "-d", "app", "-f", folder / "demo" / "postgres.sql", environment=secret)
        finally:
            _run(*user, bin_folder / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop")
    except EnvironmentFailure:
        shutil.rmtree(home, ignore_errors=True)
        raise
    return data


def _run(*command: object, environment: Mapping[str, str] | None = None) -> None:
    """Run one step of the setup; raise with its last line of complaint."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
            timeout=_SETUP_PATIENCE_SECONDS, cwd="/", env={**os.environ, **(environment or {})},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailure(f"the demo's Postgres cannot be set up: {error}") from None
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().split("\n")[-1]
        raise EnvironmentFailure(f"the demo's Postgres cannot be set up: {last}")


def clean(state: State) -> None:
    """Remove the cluster of a demo that has ended."""
    note = state.folder / "run" / _FOLDER_NOTE
    if note.exists():
        shutil.rmtree(Path(note.read_text(encoding="utf-8")).parent, ignore_errors=True)
        note.unlink()
