"""Looking at this machine: engine, programs, ports, who we are."""

import os
import pwd
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Final

from watchspec.stack.plan import COMPOSE_FILE, OLDEST_COMPOSE, Machine

_ENGINE_PATIENCE_SECONDS: Final = 8
_POSTGRES: Final = Path("/usr/lib/postgresql")


def look(folder: Path) -> Machine:
    """The facts that decide how the stack of the spec in `folder` runs."""
    compose = _compose()
    return Machine(
        engine=bool(compose),
        old_compose=compose if _is_old(compose) else "",
        compose_file=(folder / COMPOSE_FILE).is_file(),
        prometheus=shutil.which("prometheus"),
        alertmanager=shutil.which("alertmanager") or shutil.which("prometheus-alertmanager"),
        can_install=is_root() and shutil.which("apt-get") is not None,
    )


def is_root() -> bool:
    """Whether this process may do everything."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _compose() -> str:
    """The version of Compose, if it and an engine answer."""
    said = ""
    for command in (("docker", "info", "--format", "{{.ServerVersion}}"), ("docker", "compose", "version", "--short")):
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_ENGINE_PATIENCE_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        said = done.stdout.strip()
        if done.returncode != 0 or not said:
            return ""
    return said


def _is_old(version: str) -> bool:
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return found is not None and tuple(map(int, found.groups())) < OLDEST_COMPOSE


def postgres_programs() -> Path | None:
    """The folder with `initdb` and `postgres`: Debian's newest, which is not on PATH, else the one on PATH."""
    versions = sorted(_POSTGRES.glob("*/bin/initdb"), key=lambda path: _version(path.parent.parent.name))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _version(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0.0


def as_user(user: str) -> tuple[str, ...] | None:
    """What to put before a command to run it as `user`; nothing if we are not root, `None` if it cannot be done."""
    if not is_root():
        return ()
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return None
    if shutil.which("setpriv"):
        return ("setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--init-groups", "--")
    return ("runuser", "-u", user, "--") if shutil.which("runuser") else None


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
