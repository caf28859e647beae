"""`watchspec up` again: the running parts take a changed spec without a restart, all of them or none."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.native_stacks import SPEC, Stack, native_stack

NEW_HOST = "hosts: [{name: other}]"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all; each test begins with the same spec, and leaves nothing broken."""
    with native_stack(tmp_path_factory.mktemp("changed") / "stack") as found:
        yield found


@pytest.fixture
def stack(running: Stack) -> Iterator[Stack]:
    """The stack with the spec of the beginning."""
    yield running
    running.spec.write_text(SPEC)
    status, _, err = running.up()
    assert status == 0, err


def test_all_parts_take_a_changed_spec_without_a_restart(stack: Stack) -> None:
    """The same processes, with new targets and rules; who has nothing new is left alone."""
    before = stack.pids()
    stack.change("hosts: [{name: local}]", NEW_HOST)
    stack.change("scrape_interval: 1s", "scrape_interval: 2s")
    status, out, err = stack.up()
    assert status == 0, err
    assert "\nreloaded: prometheus, exporter; unchanged: alertmanager\n" in out
    assert stack.pids() == before
    assert "scrape_interval: 2s" in stack.loaded()["config"]
    assert 'target="other"' in stack.get("exporter", "/metrics")


def test_alertmanager_takes_a_new_channel(stack: Stack) -> None:
    """It alone has something new, beside the exporter, who reads the spec itself."""
    before = stack.pids()
    stack.change("http://127.0.0.1:9/", "http://127.0.0.1:9/new")
    status, out, err = stack.up()
    assert status == 0, err
    assert "\nreloaded: alertmanager, exporter; unchanged: prometheus\n" in out
    assert stack.pids() == before
    assert "alertmanager_config_last_reload_successful 1\n" in stack.get("alertmanager", "/metrics")


def test_a_part_whose_command_line_changes_is_restarted_and_that_is_said(stack: Stack) -> None:
    """How long Prometheus keeps samples is on its command line only."""
    before = stack.pids()
    stack.change("scrape_interval: 1s", "scrape_interval: 1s, retention: 40d")
    status, out, err = stack.up()
    assert status == 0, err
    assert "restarted: prometheus" in out
    after = stack.pids()
    assert {name for name in after if after[name] != before[name]} == {"prometheus"}


def picture(stack: Stack) -> dict[str, Any]:
    """Everything that must be as it was."""
    served = "\n".join(line for line in stack.get("exporter", "/metrics").splitlines() if "node_uname_info{" in line)
    return {"files": stack.files(), "pids": stack.pids(), "served": served, **stack.loaded()}


@pytest.mark.parametrize(
    ("part", "place", "text", "reason"),
    [
        ("prometheus", "rules/zz.yml", "groups: nonsense\n", "failed to reload config"),
        ("alertmanager", "alertmanager/templates/zz.tmpl", '{{ define "x" }}{{ nonsense }}', "failed to reload config"),
    ],
)
def test_a_part_that_refuses_is_told_with_its_reason_and_all_is_as_it_was(
    stack: Stack, part: str, place: str, text: str, reason: str
) -> None:
    """Somebody's own file breaks it; Prometheus, which is asked first, goes back if Alertmanager refuses."""
    before = picture(stack)
    foreign = stack.folder / ".watchspec/config" / place
    foreign.write_text(text)
    stack.change("hosts: [{name: local}]", NEW_HOST)
    stack.change("http://127.0.0.1:9/", "http://127.0.0.1:9/new")
    try:
        status, out, err = stack.up()
    finally:
        foreign.unlink()
    assert status == 1
    assert "taken" not in out
    assert err.startswith(f"{part}: does not take the change: refuses (500): {reason}")
    assert foreign.name in err
    assert err.count("\n") == 1
    assert picture(stack) == before


def test_a_restart_that_fails_brings_the_old_program_back(stack: Stack) -> None:
    """It listens where it did, with the configuration that it had."""
    before = picture(stack)
    stack.change("hosts: [{name: local}]", NEW_HOST)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, err = stack.up(f"--port=prometheus={port}")
    assert status == 1
    assert err.startswith(f"port {port} is taken, prometheus needs it: ")
    after = picture(stack)
    assert after.pop("pids").keys() == before.pop("pids").keys()
    assert after == before


def test_a_wrong_spec_changes_nothing(stack: Stack) -> None:
    """Exit status 2, all problems, and neither a file nor a part is another."""
    before = picture(stack)
    with stack.spec.open("a") as spec:
        spec.write("nonsense: 1\nrubbish: 2\n")
    status, out, err = stack.up()
    assert (status, out, err.count("unknown key")) == (2, "", 2)
    assert picture(stack) == before


def test_the_exporter_is_restarted_for_a_variable_that_it_gets_at_its_start_only(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reload could not give it the password."""
    before = stack.pids()
    monkeypatch.setenv("CACHE_PASSWORD", "s3cret")
    with stack.spec.open("a") as spec:
        spec.write("redis: [{name: cache, url: 'redis://127.0.0.1:1', password: {env: CACHE_PASSWORD}}]\n")
    status, out, err = stack.up()
    assert status == 0, err
    assert "restarted: exporter" in out
    assert stack.pids()["prometheus"] == before["prometheus"]


def test_a_secret_that_is_replaced_is_read_again(stack: Stack, tmp_path: Path) -> None:
    """The spec is the same, its file holds another password."""
    secret = tmp_path / "password"
    secret.write_text("old")
    with stack.spec.open("a") as spec:
        spec.write(f"redis: [{{name: cache, url: 'redis://127.0.0.1:1', password: {{file: {secret}}}}}]\n")
    assert stack.up()[0] == 0
    secret.write_text("new")
    status, out, err = stack.up()
    assert status == 0, err
    assert "\nreloaded: exporter; " in out
