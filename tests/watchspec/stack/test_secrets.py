"""The bundled stack's secrets: made once, for us alone."""

from pathlib import Path

import pytest

from watchspec.stack import secrets

CONTAINER, PROCESS = secrets.MAILBOXES


def mode(path: Path) -> int:
    """Permission bits."""
    return path.stat().st_mode & 0o777


def test_only_we_may_read_them(tmp_path: Path) -> None:
    """The folder and the files are closed to others, whatever the umask is."""
    made = secrets.create(tmp_path / "secrets", PROCESS)
    assert sorted(made) == sorted([*secrets.RANDOM, "slack_webhook"])
    assert mode(tmp_path / "secrets") == 0o700
    assert {mode(tmp_path / "secrets" / name) for name in made} == {0o600}


def test_they_differ_and_are_long(tmp_path: Path) -> None:
    """No default passwords: each is random, of 24 bytes."""
    secrets.create(tmp_path, PROCESS)
    texts = {(tmp_path / name).read_text().strip() for name in secrets.RANDOM}
    assert len(texts) == len(secrets.RANDOM)
    assert min(map(len, texts)) == 32


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    """A password that a running server knows stays."""
    secrets.create(tmp_path, PROCESS)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert secrets.create(tmp_path, PROCESS) == []
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("old", [CONTAINER, "http://127.0.0.1:18025/slack", ""])
def test_the_demos_mailbox_follows_the_way_it_runs(tmp_path: Path, old: str) -> None:
    """From containers to processes and back, messages still arrive."""
    (tmp_path / "slack_webhook").write_text(old + "\n")
    assert "slack_webhook" in secrets.create(tmp_path, PROCESS)
    assert (tmp_path / "slack_webhook").read_text() == PROCESS + "\n"


def test_a_users_own_webhook_stays(tmp_path: Path) -> None:
    """The address of a real workspace is never replaced."""
    (tmp_path / "slack_webhook").write_text("https://hooks.slack.com/services/T/B/x")
    secrets.create(tmp_path, PROCESS)
    assert (tmp_path / "slack_webhook").read_text() == "https://hooks.slack.com/services/T/B/x"


def test_the_copy_for_containers_can_be_read_and_holds_no_more(tmp_path: Path) -> None:
    """What was removed on the machine is removed for the containers."""
    source, target = tmp_path / "machine", tmp_path / "stack"
    target.mkdir()
    (target / "old").write_text("x")
    secrets.create(source, CONTAINER)
    spec = tmp_path / "monitoring.yml"
    spec.touch()
    secrets.main([str(source), str(target), "--owner-of", str(spec)])
    assert {path.name: path.read_text() for path in target.iterdir()} == {
        path.name: path.read_text() for path in source.iterdir()
    }
    assert {mode(path) for path in target.iterdir()} == {0o444}
