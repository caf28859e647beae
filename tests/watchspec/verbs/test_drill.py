"""`watchspec drill` on a real Alertmanager: what it says was delivered arrived, and what it says failed did not."""

import io
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.delivering import Stage, stage
from tests.support.servers import wait_until
from watchspec.cli import main
from watchspec.stack.state import Record, State


def arrived(told: Stage, kind: str, drill: str) -> list[str]:
    """The texts of what arrived for a drill, by its ID or other words."""
    return [message["text"] for message in told.messages() if message["kind"] == kind and drill in message["text"]]


def firing(told: Stage) -> list[str]:
    """Drills that have not ended."""
    return [alert["labels"]["drill"] for alert in told.alerts() if alert["labels"]["alertname"] == "WatchspecDrill"]


def test_a_drill_of_one_channel_reaches_it_and_no_other(told: Stage) -> None:
    """And is over afterwards."""
    mails = len(arrived(told, "mail", "drill"))
    status, stdout, stderr = told.run("drill", "--channel", "hook")
    assert (status, stderr) == (0, "")
    assert re.search(r"^  hook +webhook +delivered in \d\.\d s$", stdout, re.MULTILINE), stdout
    (newest, *_) = arrived(told, "webhook", "WatchspecDrill")
    assert '"channel": "hook"' in newest
    assert '"stack": "shop"' in newest
    assert "This is a drill" in newest
    assert len(arrived(told, "mail", "drill")) == mails
    assert firing(told) == []


def test_every_drill_is_a_new_message(told: Stage) -> None:
    """Alertmanager would not say the same thing twice."""
    before = len(arrived(told, "webhook", '"channel": "hook"'))
    for _ in range(3):
        assert told.run("drill", "--channel", "hook")[0] == 0
    assert len(arrived(told, "webhook", '"channel": "hook"')) >= before + 3


def test_a_channel_of_two_addresses_is_delivered_when_both_have_it(told: Stage) -> None:
    """Each address is a mail of its own."""
    before = {(message["received"]) for message in told.messages() if message["kind"] == "mail"}
    status, stdout, _ = told.run("drill", "--channel", "mail")
    assert status == 0, stdout
    fresh = [m for m in told.messages() if m["kind"] == "mail" and m["received"] not in before]
    assert {message["to"] for message in fresh} == {"ops@example.com", "dev@example.com"}


def test_a_channel_that_nobody_listens_to_fails(told: Stage) -> None:
    """Status 1, with what to read."""
    status, stdout, _ = told.run("drill", "--channel", "refusing")
    assert status == 1
    assert re.search(r"^  refusing +webhook +FAILED: \d+ attempts in 1\d\.\d s", stdout, re.MULTILINE), stdout
    assert "why, in full: Alertmanager's log" in stdout
    assert ("no connection" in stdout) is told.by_receiver  # 0.25 gives no reason
    assert firing(told) == []


def test_a_service_that_refuses_for_good_is_told_at_once(told: Stage) -> None:
    """There is no second attempt to wait for."""
    told.failing.status = 404
    status, stdout, _ = told.run("drill", "--channel", "failing")
    assert status == 1
    found = re.search(r"failing +webhook +FAILED: \d attempts? in (\d\.\d) s", stdout)
    assert found, stdout
    assert float(found[1]) < 5
    assert ("refused for good" in stdout) is told.by_receiver


def test_a_service_that_recovers_within_the_wait_has_the_message(told: Stage) -> None:
    """The first attempts fail; the drill waits on."""
    told.failing.status = 500
    before = len(told.server.log.read_text())
    command = [sys.executable, "-c", "from watchspec.cli import entry; entry()"]
    argv = [*command, "drill", "--channel", "failing", "--spec", str(told.spec)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        wait_until(lambda: "attempts=1" in told.server.log.read_text()[before:], "an attempt")
        told.failing.status = 200
        stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 0, stdout
    assert re.search(r"failing +webhook +delivered in", stdout), stdout


def test_a_wait_that_is_too_short_says_what_it_saw(told: Stage) -> None:
    """Alertmanager has not given up yet."""
    told.failing.status = 500
    status, stdout, _ = told.run("drill", "--channel", "failing", "--wait", "1s")
    assert status == 1
    assert re.search(r"failing +webhook +FAILED so far: \d+ attempts? in .*still tries", stdout), stdout


def test_without_a_channel_every_one_is_tried_in_turn(told: Stage) -> None:
    """One that fails keeps the others from nothing."""
    told.failing.status = 404
    status, stdout, _ = told.run("drill", "--wait", "3s")
    assert status == 1
    fates = re.findall(r"^  (\w+) +(\w+) +(delivered|FAILED|NOT SENT)", stdout, re.MULTILINE)
    assert [fate for fate in fates if fate[0] != "both"] == [
        ("mail", "email", "delivered"), ("hook", "webhook", "delivered"), ("refusing", "webhook", "FAILED"),
        ("failing", "webhook", "FAILED"),
    ]  # fmt: skip
    assert sorted(fates[4:]) == [("both", "email", "delivered"), ("both", "webhook", "FAILED")]
    assert "2 messages" in stdout
    assert firing(told) == []


def test_a_severity_is_drilled_along_its_whole_way(told: Stage) -> None:
    """With its group wait; escalation is named, and not waited for."""
    status, stdout, stderr = told.run("drill", "--severity", "critical", "--target", "cache")
    assert (status, stderr) == (0, ""), stdout
    assert "mail, hook: severity critical" in stdout
    assert re.search(r"email +delivered 2 messages in [1-9]\d?\.\d s", stdout), stdout
    assert re.search(r"webhook +delivered in [1-9]\d?\.\d s", stdout), stdout
    assert re.search(r"refusing: .*\n +webhook +not sent: told after 30m if nobody silences it", stdout), stdout
    (newest, *_) = [text for text in arrived(told, "webhook", '"severity": "critical"') if '"target": "cache"' in text]
    assert '"team": "data"' in newest  # as the spec completes it, so that the team's routes take it


def test_what_is_silenced_is_not_sent_and_the_drill_says_so(told: Stage) -> None:
    """Nothing was delivered: status 1."""
    _, stdout, _ = told.run("silence", "add", "severity=warning", "target=cache", "--for", "5m", "--reason", "drill")
    found = re.search(r"silence (\w{8})", stdout)
    assert found, stdout
    try:
        status, stdout, _ = told.run("drill", "--severity", "warning", "--target", "cache")
        assert status == 1
        assert f"webhook    not sent: silenced by {found[1]}" in stdout
    finally:
        told.run("silence", "end", found[1])


def test_what_fires_and_mutes_is_named(told: Stage) -> None:
    """A worse drill of the same target mutes a milder one."""
    told.fire({"alertname": "WatchspecDrill", "target": "web-1", "severity": "critical", "drill": "mine"})
    status, stdout, _ = told.run("drill", "--severity", "warning", "--target", "web-1")
    assert status == 1
    assert "not sent: muted by WatchspecDrill of web-1, which fires" in stdout


def test_a_maintenance_window_holds_a_drill_back(told: Stage) -> None:
    """By its name."""
    status, stdout, _ = told.run("drill", "--severity", "warning", "--target", "sessions")
    assert status == 1
    assert "not sent: maintenance always" in stdout


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--channel", "hok"], 'channel="hok": no such channel in this spec; did you mean "hook"?'),
        (["--severity", "critcal"], 'severity="critcal": no such severity in this spec; did you mean "critical"?'),
        (["--severity", "none"], "--severity none: nobody is told of it"),
        (
            ["--channel", "hook", "--target", "cash"],
            'target="cash": no such target in this spec; did you mean "cache"?',
        ),
        (["--target", "cache"], "--target cache: of which severity? give --severity critical or warning"),
        (["--channel", "hook", "--wait", "5 minutes"], '--wait "5 minutes" is not a duration'),
        (["--channel", "hook", "--wait", "0"], "--wait 0: is no time at all"),
    ],
)
def test_a_name_that_the_spec_does_not_know_is_refused(told: Stage, argv: list[str], said: str) -> None:
    """Before anything is sent: it would begin with the name of whom it goes through."""
    status, stdout, stderr = told.run("drill", *argv)
    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert said in stderr


def test_no_alertmanager_is_one_clear_line(bare: Path) -> None:
    """Who named the address, and what to do."""
    stdout, stderr = io.StringIO(), io.StringIO()
    assert main(["drill", "--spec", str(bare)], stdout, stderr) == 1
    assert (stdout.getvalue(), stderr.getvalue()) == (
        "",
        (
            "Alertmanager at http://127.0.0.1:1 (links.alertmanager of the spec) does not answer: connection refused;"
            " start it with `watchspec up`, or name another: --alertmanager URL\n"
        ),
    )


def test_a_drill_that_is_interrupted_ends_its_alert(told: Stage) -> None:
    """Ctrl-C, while a channel fails."""
    told.failing.status = 500
    command = [sys.executable, "-c", "from watchspec.cli import entry; entry()"]
    argv = [*command, "drill", "--channel", "failing", "--spec", str(told.spec)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: bool([name for name in firing(told) if name != "mine"]), "the drill to be sent")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert [name for name in firing(told) if name != "mine"] == []


def test_a_configuration_that_is_not_the_specs_is_said(told: Stage, tmp_path: Path) -> None:
    """A channel that was added, and never loaded."""
    text = told.spec.read_text().replace("channels:\n", "channels:\n  fresh: {webhook: 'http://127.0.0.1:1/'}\n")
    (tmp_path / "monitoring.yml").write_text(text)
    stdout, stderr = io.StringIO(), io.StringIO()
    assert main(["drill", "--channel", "fresh", "--spec", str(tmp_path / "monitoring.yml")], stdout, stderr) == 1
    assert "does not know channel fresh" in stderr.getvalue()
    assert "watchspec up" in stderr.getvalue()


def test_without_counts_by_receiver_the_note_says_so(tmp_path: Path) -> None:
    """An old Alertmanager, or one without the feature: delivered is delivered all the same."""
    with stage(tmp_path, by_receiver=False) as told:
        status, stdout, _ = told.run("drill", "--channel", "mail")
        assert status == 0, stdout
        assert "does not count by receiver" in stdout
        told.failing.status = 404
        status, stdout, _ = told.run("drill", "--wait", "3s")
        assert status == 1
        assert re.search(r"hook +webhook +delivered", stdout), stdout
        assert re.search(r"refusing +webhook +FAILED", stdout), stdout
        assert re.search(r"failing +webhook +FAILED", stdout), stdout


def test_a_failure_in_the_stack_that_runs_here_names_its_log(told: Stage, tmp_path: Path) -> None:
    """Found by the state that `watchspec up` leaves beside the spec."""
    told.failing.status = 404
    spec = tmp_path / "monitoring.yml"
    spec.write_text(re.sub(r"links: .*\n", "", told.spec.read_text()), encoding="utf-8")
    assert told.server.process is not None
    pid = told.server.process.pid
    record = Record("alertmanager", pid, psutil.Process(pid).create_time(), told.port, "", 15)
    State(tmp_path / ".watchspec").remember(record)
    stdout = io.StringIO()
    assert main(["drill", "--channel", "failing", "--spec", str(spec)], stdout, io.StringIO()) == 1
    assert stdout.getvalue().endswith("why, in full: .watchspec/log/alertmanager.log\n")
