"""What the engine says of containers; a real one is asked in tests/stack."""

import json
import sys
from pathlib import Path

import pytest

from watchspec.errors import EnvironmentFailure
from watchspec.stack.containers import asked, containers

FOUND = {
    "Id": "abc", "Image": "sha256:1",
    "Config": {"Labels": {"com.docker.compose.service": "prometheus", "com.docker.compose.config-hash": "h"}},
    "State": {"Status": "running", "StartedAt": "2026-11-21T15:00:00.123456789Z", "ExitCode": 0,
              "Health": {"Status": "healthy"}},
    "NetworkSettings": {"Ports": {"9090/tcp": [{"HostIp": "127.0.0.1", "HostPort": "19090"}], "1/udp": None}},
}  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `docker` that prints the file at this path when it is asked about containers."""
    answer, docker = tmp_path / "answer", tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\n[ "$1" = inspect ] && exec /bin/cat {answer}\necho abc\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return answer


def test_a_container_is_known_by_its_service(engine: Path) -> None:
    """With its state, the port where it is reached, and since when it runs."""
    engine.write_text(json.dumps([FOUND]))
    found = containers(("docker", "compose"))["prometheus"]
    assert (found.runs, found.health, found.ports, found.config) == (True, "healthy", {9090: 19090}, "h")
    assert found.since == 1795273200


def test_an_answer_that_cannot_be_read_is_one_line(engine: Path) -> None:
    """No traceback for another engine's form."""
    engine.write_text("[{}]")
    with pytest.raises(EnvironmentFailure, match="docker inspect: an answer that cannot be read: KeyError"):
        containers(("docker", "compose"))


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    """Or with its exit status, if it has none."""
    with pytest.raises(EnvironmentFailure, match=r"^docker: no engine$"):
        asked((sys.executable, "-c", "import sys; sys.exit('begin\\nno engine')"))
    with pytest.raises(EnvironmentFailure, match=r"^docker: ended with 3$"):
        asked((sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(EnvironmentFailure, match="cannot be started"):
        asked(("no-such-program",))
