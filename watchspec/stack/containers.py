"""The containers of the stack as the engine knows them."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from watchspec.errors import EnvironmentFailure

PATIENCE_SECONDS: Final = 15.0
"""How long the engine may think about a question."""
_LABEL: Final = "com.docker.compose."


@dataclass(frozen=True, slots=True)
class Container:
    """One container of the project."""

    identity: str
    service: str
    status: str
    """`running`, `exited`, `restarting`, `paused`, `created` or `dead`."""
    health: str
    """`healthy`, `unhealthy`, `starting`; empty without a health check."""
    since: float
    """When it was started, in Unix seconds."""
    exit_code: int
    image: str
    """The identity of the image that it was made of, as Compose noted it: by this it decides whether it is the same."""
    config: str
    """Compose's hash of the service as it was then."""
    ports: Mapping[int, int]
    """Port in the container → the one on this machine."""
    secure: bool
    """Whether it speaks TLS and asks for a login: the compose file's label says so."""

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.status == "running"

    @property
    def answers(self) -> bool:
        """Whether it is worth asking: a part that starts again and again takes its files by itself."""
        return self.runs and self.health in {"healthy", ""}


def containers(compose: Sequence[str]) -> dict[str, Container]:
    """Service → its container, for a `docker compose` command line without a verb; raises `EnvironmentFailure`."""
    identities = asked((*compose, "ps", "--all", "--quiet")).split()
    if not identities:
        return {}
    try:
        found = [_container(one) for one in json.loads(asked(("docker", "inspect", *identities)))]
    except (ValueError, LookupError, TypeError) as error:
        raise EnvironmentFailure(f"docker inspect: an answer that cannot be read: {error!r}") from None
    return {one.service: one for one in sorted(found, key=lambda one: one.service)}


def asked(words: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What a command of the engine prints; raises `EnvironmentFailure` if it fails or takes too long."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
            timeout=PATIENCE_SECONDS, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise EnvironmentFailure(f"docker does not answer within {PATIENCE_SECONDS:g} s") from None
    except OSError as error:
        raise EnvironmentFailure(f"docker: cannot be started: {error.strerror}") from None
    if done.returncode != 0:
        said = done.stderr.strip().split("\n")[-1]
        raise EnvironmentFailure(f"docker: {said or f'ended with {done.returncode}'}")
    return done.stdout


def _container(found: Mapping[str, Any]) -> Container:
    state, labels = found["State"], found["Config"]["Labels"]
    published = found["NetworkSettings"]["Ports"] or {}
    return Container(
        found["Id"], labels[f"{_LABEL}service"], state["Status"], (state.get("Health") or {}).get("Status", ""),
        _moment(state["StartedAt"]), int(state["ExitCode"]),
        labels.get(f"{_LABEL}image", found["Image"]), labels.get(f"{_LABEL}config-hash", ""),
        {int(inner.partition("/")[0]): int(outer[0]["HostPort"]) for inner, outer in published.items() if outer},
        labels.get("watchspec.secure") == "true",
    )  # fmt: skip


def _moment(text: str) -> float:
    """`2026-11-21T15:00:00.123456789Z` in Unix seconds; Python reads no more than six digits."""
    whole = text.partition(".")[0].removesuffix("Z")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp()
