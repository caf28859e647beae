"""The bundled stack's secrets: made once, for us alone."""

import os
from pathlib import Path

import pytest

from tests.support.channels import CHANNELS, SECRETS
from watchspec.errors import EnvironmentFailure
from watchspec.load import load
from watchspec.problems import shown
from watchspec.stack import secrets

CONTAINER, PROCESS = secrets.MAILBOXES


def mode(path: Path) -> int:
    """Permission bits."""
    return path.stat().st_mode & 0o777


@pytest.fixture(autouse=True)
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What was given to another user, and to whom: only root could do it."""
    found: dict[str, int] = {}
    own = os.chown

    def chown(path: Path, user: int, group: int) -> None:
        if user in secrets.OWNERS.values():
            found[path.name] = user
        else:
            own(path, user, group)

    monkeypatch.setattr(os, "chown", chown)
    return found


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


def test_the_copy_for_containers_can_be_read_and_holds_no_more(tmp_path: Path, given: dict[str, int]) -> None:
    """What was removed on the machine is removed for the containers."""
    source, target = tmp_path / "machine", tmp_path / "stack"
    target.mkdir()
    (target / "old").write_text("x")
    secrets.create(source, CONTAINER)
    spec = tmp_path / "monitoring.yml"
    spec.touch()
    spec.write_text("version: 1\nname: x\n")
    (source / "certificate").write_text("two\nlines\n")
    secrets.main([str(source), str(target), "--spec", str(spec)])
    copied = {path.name: path.read_text() for path in target.iterdir() if path.is_file()}
    assert copied.pop("certificate") == "two\nlines\n"
    # Not every integration of Alertmanager passes over the newline at the end.
    assert copied == {name: (source / name).read_text().removesuffix("\n") for name in copied}
    assert copied.keys() == {*secrets.RANDOM, "slack_webhook"}
    modes = {path.name: mode(path) for path in target.iterdir() if path.is_file()}
    assert modes == {name: 0o400 if name in secrets.OWNERS else 0o444 for name in modes}
    assert given == {f".{name}.new": owner for name, owner in secrets.OWNERS.items()}


@pytest.fixture
def stack(tmp_path: Path) -> list[str]:
    """The arguments of the container's program, for a spec that takes two secrets from the environment."""
    (tmp_path / "stack").mkdir()
    (tmp_path / "monitoring.yml").write_text(
        "version: 1\nname: x\nchannels: {a: {pagerduty: {env: PD}}, b: {discord: {env: DISCORD}}}\n"
    )
    return [str(tmp_path / "machine"), str(tmp_path / "stack"), "--spec", str(tmp_path / "monitoring.yml")]


def test_what_was_left_in_env_becomes_files_of_the_containers(stack: list[str], tmp_path: Path) -> None:
    """By `watchspec up`, or by the user."""
    given = tmp_path / "machine" / "env"
    given.mkdir(parents=True)
    (given / "PD").write_text("key\n")
    (given / "DISCORD").write_text("https://discord.example.com/x\n")
    secrets.main(stack)
    found = {path.name: (path.read_text(), mode(path)) for path in (tmp_path / "stack" / "env").iterdir()}
    assert found == {"PD": ("key", 0o444), "DISCORD": ("https://discord.example.com/x", 0o444)}


def test_a_variable_that_is_not_set_ends_the_container(
    stack: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its place and what to do; the others wait for the container's success and do not start."""
    (tmp_path / "machine" / "env").mkdir(parents=True)
    (tmp_path / "machine" / "env" / "PD").write_text("x")
    monkeypatch.setenv("DISCORD", "not asked: the engine would show it")
    with pytest.raises(SystemExit) as ended:
        secrets.main(stack)
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "channels.b.discord: the environment variable DISCORD is not set; start with `watchspec up` where it is set,"
        " or put the secret into secrets/env/DISCORD\n"
    )


def test_every_secret_of_every_channel_is_found(tmp_path: Path) -> None:
    """In whatever section it lies, with its place, and each becomes a file."""
    path = tmp_path / "monitoring.yml"
    path.write_text(f"version: 1\nname: x\n{CHANNELS}")
    spec = load(path).spec
    secrets.from_environment(spec, {**SECRETS, "OTHER": "x"}, tmp_path / "env")
    assert {file.name: file.read_text() for file in (tmp_path / "env").iterdir()} == SECRETS
    assert {mode(file) for file in (tmp_path / "env").iterdir()} == {0o600}
    secrets.require(spec, tmp_path / "env", "env")
    places = [shown(place) for place, _ in secrets.of_delivery(spec)]
    assert {"smtp.password", "slack.webhook", "channels.webhook.webhook", "channels.webhook.webhook.token"} <= {*places}
    for place, secret in secrets.of_delivery(spec):
        (tmp_path / "env" / str(secret.env)).unlink(missing_ok=True)
        with pytest.raises(
            EnvironmentFailure, match=f"{shown(place)}: the environment variable {secret.env} is not set"
        ):
            secrets.require(spec, tmp_path / "env", "env")


def test_files_that_delivery_lacks_are_said(tmp_path: Path) -> None:
    """So are those that containers cannot see."""
    (tmp_path / "secrets").mkdir()
    for name in ("secrets/here", "elsewhere"):
        (tmp_path / name).write_text("x")
    path = tmp_path / "monitoring.yml"
    files = {"a": "secrets/here", "b": "elsewhere", "c": "secrets/gone"}
    ways = ", ".join(f"{name}: {{discord: {{file: {file}}}}}" for name, file in files.items())
    path.write_text(f"version: 1\nname: x\nchannels: {{{ways}}}\n")
    spec = load(path).spec
    gone = f"warning: channels.c.discord: {tmp_path}/secrets/gone: no such file; nothing can be delivered without it"
    assert [*secrets.missing(spec, tmp_path)] == [gone]
    assert [*secrets.missing(spec, tmp_path, contained=True)] == [
        f"warning: channels.b.discord: {tmp_path}/elsewhere: containers cannot see it; put it into {tmp_path}/secrets",
        gone,
    ]


def test_a_wrong_spec_ends_the_container_with_its_problems(
    stack: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `watchspec check` would say them."""
    (tmp_path / "monitoring.yml").write_text("version: 1\nname: x\nchanels: {}\n")
    with pytest.raises(SystemExit) as ended:
        secrets.main(stack)
    assert ended.value.code == 2
    assert 'chanels: unknown key; did you mean "channels"?' in capsys.readouterr().err
