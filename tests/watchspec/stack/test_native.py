"""The stack as processes: command lines and rewritten addresses."""

from pathlib import Path

import pytest

from tests.support import need
from watchspec.spec import Spec
from watchspec.stack import native, ports
from watchspec.stack.state import State

SPEC = Spec.model_validate(
    {
        "version": 1,
        "name": "demo",
        "services": [{"name": "shop", "url": "http://demo:8000"}],
        "redis": [{"name": "cache", "url": "redis://redis", "password": {"env": "REDIS_PASSWORD"}}],
        "smtp": {"host": "mailbox:1025", "from": "a@example.com", "password": {"file": "secrets/smtp"}},
        "slack": {"webhook": {"env": "SLACK_WEBHOOK"}},
        "channels": {"ops": {"email": "ops@example.com"}},
    }
)
ADDRESSES = {"demo:8000": "127.0.0.1:18000", "redis:6379": "127.0.0.1:16379", "mailbox:1025": "127.0.0.1:11025"}


@pytest.fixture
def place(tmp_path: Path) -> native.Place:
    """A native stack below a temporary folder."""
    return native.Place(tmp_path / "monitoring.yml", State(tmp_path / ".watchspec"), ports.DEFAULTS, ADDRESSES)


def test_every_address_moves_the_mail_servers_too() -> None:
    """Targets and deliveries alike lead to this machine's processes."""
    moved = native.localised(SPEC, ADDRESSES)
    assert moved.smtp is not None
    assert (moved.services[0].url, moved.redis[0].url, moved.smtp.host) == (
        ("http://127.0.0.1:18000",), "redis://127.0.0.1:16379", "127.0.0.1:11025",
    )  # fmt: skip


def test_an_address_that_nothing_moves_stays() -> None:
    """A user's own servers are contacted where the spec says."""
    assert native.localised(SPEC, {}) == SPEC


def test_every_part_listens_on_loopback_alone(place: native.Place) -> None:
    """Nothing of a native stack is open to the network."""
    alertmanager = native.alertmanager(SPEC, place, need.program("alertmanager"))
    programs = [native.exporter(SPEC, place), native.prometheus(SPEC, place, "prometheus"), alertmanager]
    listening = {
        word
        for program in programs
        for word in program.command
        if word.startswith("--") and "listen" in word.partition("=")[0]
    }
    assert listening == {
        "--listen=127.0.0.1:9877", "--web.listen-address=127.0.0.1:9090",
        "--web.listen-address=127.0.0.1:9093", "--cluster.listen-address=",
    }  # fmt: skip


def test_alertmanager_writes_down_what_it_told_every_few_seconds(place: native.Place) -> None:
    """By default a quarter of an hour of it would be told again after a crash, and its silences be lost."""
    command = native.alertmanager(SPEC, place, need.program("alertmanager")).command
    assert "--data.maintenance-interval=2s" in command


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("usage", []),
        ("Valid options: utf8-strict-mode", ["--enable-feature=utf8-strict-mode"]),
        (
            "Valid options: receiver-name-in-metrics, classic-mode, utf8-strict-mode",
            ["--enable-feature=receiver-name-in-metrics,utf8-strict-mode"],
        ),
    ],
)
def test_an_alertmanager_gets_the_features_that_it_knows(
    place: native.Place, tmp_path: Path, line: str, expected: list[str]
) -> None:
    """Its help names them; an older one would refuse to start."""
    program = tmp_path / "alertmanager"
    program.write_text(f"#!/bin/sh\necho '{line}' >&2\n")
    program.chmod(0o755)
    command = native.alertmanager(SPEC, place, str(program)).command
    assert [word for word in command if word.startswith("--enable-feature")] == expected


def test_a_secret_of_the_environment_becomes_a_file_for_us_alone(
    place: native.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alertmanager reads secrets from files; one that is not set makes none."""
    monkeypatch.setenv("SLACK_WEBHOOK", "https://hooks.example.com/x")
    monkeypatch.delenv("REDIS_PASSWORD", raising=False)
    native.configure(SPEC, place)
    (file,) = (place.state.folder / "env").iterdir()
    assert (file.name, file.read_text(), file.stat().st_mode & 0o777) == (
        "SLACK_WEBHOOK", "https://hooks.example.com/x", 0o600,
    )  # fmt: skip
