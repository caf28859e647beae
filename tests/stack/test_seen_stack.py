"""`watchspec status` and `logs` of a native stack: healthy, drifted, and with parts that are gone or hang."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.native_stacks import SPEC, Stack, native_stack
from tests.support.servers import wait_until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all."""
    with native_stack(tmp_path_factory.mktemp("seen") / "stack") as found:
        yield found


@pytest.fixture
def stack(running: Stack) -> Iterator[Stack]:
    """The stack, well again after each test."""
    wait_until(lambda: running.run("status")[0] == 0, "all to be well", 60)
    yield running
    running.spec.write_text(SPEC)
    status, _, err = running.up()
    assert status == 0, err


def test_a_stack_that_is_well_says_so_in_a_line_a_part(stack: Stack) -> None:
    """Exit status 0; address and version are its own."""
    status, out, _ = stack.run("status")
    assert status == 0, out
    lines = out.splitlines()
    for part in ("prometheus", "alertmanager", "exporter"):
        (line,) = (line for line in lines if line.startswith(f"  {part}"))
        assert "  healthy  since 20" in line
        assert f"  http://127.0.0.1:{stack.ports[part]}  " in line
    assert "targets: 1 up, 0 down" in lines
    assert "silences: 0" in lines
    assert lines[-1] == "all is well"


def test_scripts_get_the_same_as_json(stack: Stack) -> None:
    """With the rules that are loaded, which are all that are generated."""
    status, out, _ = stack.run("status", "--json")
    found = json.loads(out)
    assert (status, found["well"], found["drift"], found["unknown"]) == (0, True, [], [])
    assert found["rules"]["loaded"] == found["rules"]["generated"] == len(stack.loaded()["rules"])


def test_a_part_that_ended_is_named_and_the_rest_is_still_told(stack: Stack) -> None:
    """The command does not need it."""
    os.kill(stack.pids()["alertmanager"], signal.SIGKILL)
    wait_until(lambda: "alertmanager" not in stack.pids(), "Alertmanager to end")
    status, out, _ = stack.run("status", "--json")
    found = json.loads(out)
    states = {part["name"]: part["state"] for part in found["parts"]}
    assert (status, states) == (
        1, {"prometheus": "healthy", "alertmanager": "not running", "exporter": "healthy"},
    )  # fmt: skip
    assert found["firing"] is None
    assert found["targets"]["up"] == 1


def test_a_part_that_hangs_costs_its_own_answers_only(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question has its deadline."""
    monkeypatch.setattr("watchspec.stack.questions.PATIENCE_SECONDS", 0.5)
    pid = stack.pids()["prometheus"]
    os.kill(pid, signal.SIGSTOP)
    try:
        status, out, _ = stack.run("status")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert status == 1
    assert "does not answer: no answer within 0.5 s" in out
    assert "silences: 0" in out
    assert "targets:" not in out


def test_a_spec_that_nobody_has_taken_is_a_drift(stack: Stack) -> None:
    """It says which files differ, who has not taken them, and the command that mends it."""
    stack.change("hosts: [{name: local}]", "hosts: [{name: other}]")
    status, out, _ = stack.run("status")
    assert status == 1
    assert "drift: the spec renders other files than those in " in out
    assert "drift: exporter: its files have changed since it took them; let it take them: watchspec up" in out


def test_a_wrong_spec_is_told_and_what_runs_is_still_seen(stack: Stack) -> None:
    """What runs is an earlier one."""
    stack.change("name: small", "name: small\nnaem: small")
    status, out, _ = stack.run("status")
    assert status == 1
    assert f"drift: the spec is wrong, what runs is an earlier one: {stack.spec}:3:1: naem: unknown key" in out
    assert "targets: 1 up, 0 down" in out


def test_rules_that_are_not_of_the_spec_are_named(stack: Stack) -> None:
    """Somebody put them where Prometheus looks, and let it read them."""
    foreign = stack.folder / ".watchspec/config/rules/zz.yml"
    foreign.write_text("groups: [{name: theirs, rules: [{record: 'a:b', expr: vector(1)}]}]\n")
    stack.change("scrape_interval: 1s", "scrape_interval: 2s")
    try:
        assert stack.up()[0] == 0
        status, out, _ = stack.run("status")
    finally:
        foreign.unlink()
    assert status == 1
    assert "drift: rules loaded, and not of the spec: a:b" in out


def test_logs_of_all_parts_come_by_time_with_their_names(stack: Stack) -> None:
    """As many lines of each as were asked for, at most."""
    status, out, _ = stack.run_logs("-n", "2")
    assert status == 0
    names = [line.partition(" ")[0] for line in out.splitlines()]
    assert {name: names.count(name) <= 2 for name in names} == dict.fromkeys(
        ("prometheus", "alertmanager", "exporter"), True
    )


def test_only_the_named_parts_are_printed_and_a_wrong_name_is_told(stack: Stack) -> None:
    """It says which there are."""
    _, out, _ = stack.run_logs("exporter")
    assert {line.partition(" ")[0] for line in out.splitlines()} == {"exporter"}
    assert stack.run_logs("nope") == (2, "", "no part nope; there are: alertmanager, exporter, prometheus\n")


def test_where_nothing_was_started_both_say_how_to_start(tmp_path: Path) -> None:
    """Exit status 1; nothing is made."""
    nothing = Stack(tmp_path, {})
    nothing.spec.write_text(SPEC)
    assert nothing.run("status") == (1, "", f"nothing runs for {nothing.spec}; start it: watchspec up\n")
    assert nothing.run_logs() == (1, "", "there is no log yet; start the stack: watchspec up\n")
    assert [path.name for path in tmp_path.iterdir()] == ["monitoring.yml"]
