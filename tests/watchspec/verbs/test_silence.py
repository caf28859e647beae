"""`watchspec silence` on a real Alertmanager: what it makes mutes, what it lists is so, what it ends is told again."""

import getpass
import io
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from tests.support.delivering import Stage, stage
from tests.support.servers import wait_until
from watchspec.cli import main
from watchspec.stack.state import Record, State

DOWN = {"alertname": "RedisDown", "target": "cache", "severity": "critical", "team": "data"}
MEMORY = {"alertname": "RedisMemoryUsage", "target": "cache", "severity": "warning", "team": "data"}
SESSIONS = {"alertname": "RedisDown", "target": "sessions", "severity": "critical"}


@pytest.fixture
def stack(told: Stage) -> Iterator[Stage]:
    """The Alertmanager, with three alerts that fire, and in the end without silences."""
    told.fire(DOWN, MEMORY, SESSIONS)
    yield told
    for silence in told.silences():
        if silence["status"]["state"] != "expired":
            assert told.run("silence", "end", silence["id"])[0] == 0


def add(stack: Stage, *argv: str) -> str:
    """Make a silence of an hour; its short ID."""
    status, stdout, stderr = stack.run("silence", "add", *argv, "--for", "1h", "--reason", "new disk")
    assert (status, stderr) == (0, "")
    found = re.match(r"silence (\w{8}): ", stdout)
    assert found, stdout
    return found[1]


def silenced(stack: Stage) -> list[tuple[str, str]]:
    """Name and target of what is silenced."""
    labels = [alert["labels"] for alert in stack.alerts() if alert["status"]["silencedBy"]]
    return sorted((label["alertname"], label["target"]) for label in labels)


def test_a_silence_mutes_what_it_says_and_names_it(stack: Stage) -> None:
    """Two alerts of one target fire; the third is another's."""
    status, stdout, stderr = stack.run("silence", "add", "target=cache", "--for", "2h", "--reason", "new disk")
    assert (status, stderr) == (0, "")
    (silence,) = [silence for silence in stack.silences() if silence["status"]["state"] == "active"]
    lines = stdout.splitlines()
    assert lines[0] == f'silence {silence["id"][:8]}: target="cache"'
    assert re.fullmatch(r"  when   now until \w{3} \d{4}-\d\d-\d\d \d\d:\d\d \S+, 2h", lines[1])
    assert lines[2] == f"  why    new disk ({getpass.getuser()}@{socket.gethostname()})"
    assert lines[3] == "  mutes  2 alerts that fire now: RedisDown of cache, RedisMemoryUsage of cache"
    assert "nothing of it escalates" in lines[4]
    assert lines[5] == f"  end    watchspec silence end {silence['id'][:8]}"
    assert silenced(stack) == [("RedisDown", "cache"), ("RedisMemoryUsage", "cache")]


@pytest.mark.parametrize(
    ("matchers", "expected"),
    [
        (["target=cache", "severity!=warning"], [("RedisDown", "cache")]),
        (["target=~cache|sessions", "alertname=RedisDown"], [("RedisDown", "cache"), ("RedisDown", "sessions")]),
        (["alertname=~Redis.*", "target!~cache"], [("RedisDown", "sessions")]),
        (['team="data"', "severity = warning"], [("RedisMemoryUsage", "cache")]),
    ],
)
def test_matchers_are_those_of_amtool(stack: Stage, matchers: list[str], expected: list[tuple[str, str]]) -> None:
    """All four operators, quoted or not, with spaces or without."""
    add(stack, *matchers)
    assert silenced(stack) == expected


def test_an_odd_value_is_taken_as_it_is(stack: Stage) -> None:
    """Quotes, backslashes and other alphabets reach Alertmanager unchanged, and match there."""
    odd = 'č "q" \\ ,{}'
    stack.fire({"alertname": "DiskFull", "target": "web-1", "device": odd})
    identity = add(stack, f"device={odd}", "--anyway")
    (silence,) = [silence for silence in stack.silences() if silence["id"].startswith(identity)]
    assert [(m["name"], m["value"], m["isRegex"]) for m in silence["matchers"]] == [("device", odd, False)]
    assert [alert["labels"]["device"] for alert in stack.alerts() if alert["status"]["silencedBy"]] == [odd]


def test_a_silence_may_begin_later(stack: Stage) -> None:
    """It mutes nothing yet, and the list says from when."""
    begin = (datetime.now().astimezone() + timedelta(days=2)).replace(microsecond=0)
    argv = ["target=cache", "--from", begin.isoformat(), "--for", "90m", "--reason", "move", "--author", "Ana"]
    status, stdout, _ = stack.run("silence", "add", *argv)
    assert status == 0
    assert f"when   {begin:%a %Y-%m-%d %H:%M %Z} until" in stdout
    assert ", 1h30m\n" in stdout
    assert silenced(stack) == []
    _, listed, _ = stack.run("silence", "list")
    assert re.search(rf"pending +from {begin:%a %Y-%m-%d %H:%M %Z} until", listed), listed
    assert "move (Ana)" in listed
    (silence,) = [silence for silence in stack.silences() if silence["status"]["state"] == "pending"]
    assert datetime.fromisoformat(silence["startsAt"]) == begin
    assert datetime.fromisoformat(silence["endsAt"]) == begin + timedelta(minutes=90)


def test_a_moment_with_a_zone_is_that_moment(stack: Stage) -> None:
    """It is shown in this machine's zone."""
    until = (datetime.now(UTC) + timedelta(hours=3)).replace(microsecond=0)
    text = until.astimezone().isoformat()
    assert stack.run("silence", "add", "target=cache", "--until", text, "--reason", "x")[0] == 0
    (silence,) = [silence for silence in stack.silences() if silence["status"]["state"] == "active"]
    assert datetime.fromisoformat(silence["endsAt"]) == until


def test_the_list_shows_who_why_and_how_much(stack: Stage) -> None:
    """The one that ends first at the top; what has ended only if asked."""
    long = add(stack, "target=~cache|sessions")
    assert (
        stack.run("silence", "add", "severity=warning", "--for", "5m", "--reason", "noise", "--author", "Ana")[0] == 0
    )
    status, stdout, _ = stack.run("silence", "list")
    head, first, second = stdout.splitlines()
    assert status == 0
    assert head.split() == ["ID", "STATE", "TIME", "MUTES", "LABELS", "REASON"]
    assert re.search(r' 1 +severity="warning" +noise \(Ana\)$', first), first
    assert second.startswith(f"{long}  active")
    assert re.search(r' 3 +target=~"cache\|sessions" +new disk', second), second
    assert stack.run("silence", "end", long)[0] == 0
    assert long not in stack.run("silence", "list")[1]
    assert re.search(rf"{long} +expired", stack.run("silence", "list", "--expired")[1])


def test_the_list_for_labels_shows_what_may_mute_such_an_alert(stack: Stage) -> None:
    """Whatever the matchers look like; what excludes it is left out."""
    ours, theirs = add(stack, "target=~cache|web-1"), add(stack, "target=sessions")
    kinds = add(stack, "severity=warning")
    _, stdout, _ = stack.run("silence", "list", "target=cache")
    assert (ours in stdout, theirs in stdout, kinds in stdout) == (True, False, True)
    _, stdout, _ = stack.run("silence", "list", "target=cache", "severity=critical")
    assert (ours in stdout, kinds in stdout) == (True, False)


def test_nothing_silenced_is_said(stack: Stage) -> None:
    """Of all, or of some labels."""
    assert stack.run("silence", "list") == (0, "nothing is silenced\n", "")
    assert stack.run("silence", "list", "target=cache") == (0, 'nothing is silenced for target="cache"\n', "")


def test_ending_a_silence_says_what_is_told_again(stack: Stage) -> None:
    """By the first letters of its ID; what another one still mutes is not told."""
    wide, narrow = add(stack, "target=cache"), add(stack, "target=cache", "severity=warning")
    status, stdout, _ = stack.run("silence", "end", wide)
    assert status == 0
    assert stdout.splitlines() == [f'ended {wide}: target="cache": new disk', "told again: RedisDown of cache"]
    assert silenced(stack) == [("RedisMemoryUsage", "cache")]
    assert stack.run("silence", "end", narrow)[0] == 0
    assert silenced(stack) == []


def test_silences_end_by_their_matchers_as_they_are_written(stack: Stage) -> None:
    """All that have them; a silence that is wider, or of other labels, stays."""
    first, second, other = (
        add(stack, "target=cache", "severity=warning"), add(stack, "target=cache"), add(stack, "target=~cache"),
    )  # fmt: skip
    status, stdout, _ = stack.run("silence", "end", "target=cache")
    assert status == 0
    assert {line.split()[1].rstrip(":") for line in stdout.splitlines() if line.startswith("ended")} == {first, second}
    assert other in stack.run("silence", "list")[1]


def test_a_silence_acknowledges(tmp_path: Path) -> None:
    """The step of the escalation goes to what nobody has silenced, and to nothing else."""

    def soon(text: str) -> str:
        return text.replace("after: 30m, to: [refusing]", "after: 4s, to: [both]").replace(
            "notify: [mail, hook]", "notify: [hook]"
        )

    with stage(tmp_path, soon) as told:
        told.fire(DOWN, {**DOWN, "target": "web-1"})
        assert told.run("silence", "add", "target=cache", "--for", "1h", "--reason", "I look at it")[0] == 0
        wait_until(lambda: any(m["kind"] == "mail" for m in told.messages()), "the escalation")
        mails = [message for message in told.messages() if message["kind"] == "mail"]
        assert all("web-1" in message["text"] for message in mails)
        assert not any("cache" in message["subject"] for message in mails)


def test_a_silence_of_the_watchdog_is_warned_of(stack: Stage) -> None:
    """The dead man's switch would raise the alarm."""
    status, _, stderr = stack.run("silence", "add", "stack=shop", "--for", "1h", "--reason", "move")
    assert status == 0
    assert stderr.startswith("warning: this silences the watchdog too")
    assert stack.run("silence", "add", "stack=shop", "alertname!=Watchdog", "--for", "1h", "--reason", "x")[2] == ""


def test_a_reason_is_required(stack: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Those who come after read it."""
    with pytest.raises(SystemExit) as caught:
        stack.run("silence", "add", "target=cache", "--for", "1h")
    assert caught.value.code == 2
    assert "--reason" in capsys.readouterr().err
    assert stack.run("silence", "add", "target=cache", "--for", "1h", "--reason", " ")[0] == 2


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["target=cash"], 'target="cash": no such target in this spec; did you mean "cache"?; --anyway silences it'),
        (["severity=critcal"], 'severity="critcal": no such severity in this spec; did you mean "critical"?'),
        (["alertname=RedisDwon"], 'did you mean "RedisDown"?'),
        (["team!=dta"], 'team="dta": no such team in this spec; did you mean "data"?'),
        (["targte=cache"], 'targte: no alert of this spec has such a label; did you mean "target"?'),
        (["target=~nothing.*"], 'target=~"nothing.*": no alert of this spec has such labels together'),
        (["target=web-1", "alertname=RedisDown"], "no alert of this spec has such labels together"),
        (["stack=shpo"], "no alert of this spec has such labels together"),
        (["cache"], "cache: no matcher; did you mean target=cache?"),
        (["what"], "what: no matcher; write label=value, such as target=cache"),
        (["target=cache", "target=sessions"], "for either, write 'target=~cache|sessions'"),
    ],
)
def test_what_no_alert_can_have_is_refused(stack: Stage, argv: list[str], said: str) -> None:
    """A silence that mutes nothing is found out when the phone rings."""
    status, stdout, stderr = stack.run("silence", "add", *argv, "--for", "1h", "--reason", "x")
    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert said in stderr
    assert stack.run("silence", "list")[1] == "nothing is silenced\n"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "how long? give one of --for 2h and --until 18:00"),
        (["--for", "2h", "--until", "18:00"], "give one of"),
        (["--for", "two hours"], '--for "two hours" is not a duration'),
        (["--for", "0"], "--for 0: is no time at all"),
        (["--for", "9000000y"], "--for 9000000y: is for ever"),
        (["--until", "tomorrow"], "--until tomorrow: is not a moment; write 2026-12-05T22:00"),
        (["--until", "25:00"], "--until 25:00: is not a moment"),
        (["--until", "2020-01-01T00:00Z"], "is over already"),
        (["--from", "2020-01-01T00:00Z", "--for", "1h"], "is over already"),
        (["--from", "2199-01-02T00:00Z", "--until", "2199-01-01T00:00Z"], "is before it begins"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(stack: Stage, argv: list[str], said: str) -> None:
    """With how to write it."""
    status, _, stderr = stack.run("silence", "add", "target=cache", "--reason", "x", *argv)
    assert (status, stderr.count("\n")) == (2, 1)
    assert said in stderr


def test_anyway_silences_what_the_spec_does_not_know(stack: Stage) -> None:
    """Alertmanager may hear of more than one spec."""
    add(stack, "target=elsewhere", "--anyway")
    assert 'target="elsewhere"' in stack.run("silence", "list")[1]


@pytest.mark.parametrize(
    ("matcher", "said"),
    [("target=~(", "refuses (400)"), ("target=", "at least one matcher must not match the empty string")],
)
def test_what_alertmanager_refuses_is_said_in_its_words(stack: Stage, matcher: str, said: str) -> None:
    """One line."""
    status, stdout, stderr = stack.run("silence", "add", matcher, "--for", "1h", "--reason", "x", "--anyway")
    assert (status, stdout, stderr.count("\n")) == (1, "", 1)
    assert said in stderr


def test_a_silence_that_is_not_there_is_not_ended(stack: Stage) -> None:
    """What there is instead is shown."""
    identity = add(stack, "target=cache")
    for name, said in (
        ("zzz", "zzz: no silence has this ID"),
        ("target=web-1", 'target="web-1": no silence is for that'),
    ):
        status, _, stderr = stack.run("silence", "end", name)
        assert status == 2
        assert said in stderr
        assert f'there are {identity} target="cache"' in stderr


def test_letters_that_begin_two_ids_are_asked_about(stack: Stage) -> None:
    """An empty beginning is that of all."""
    identities = {add(stack, "target=cache"), add(stack, "target=sessions")}
    status, _, stderr = stack.run("silence", "end", "")
    assert status == 2
    assert stderr.startswith(": which one? ")
    assert all(identity in stderr for identity in identities)
    assert len(silenced(stack)) == 3


def test_the_stack_that_runs_is_found_without_being_named(stack: Stage, tmp_path: Path) -> None:
    """Where the spec names no address."""
    text = re.sub(r"links: .*\n", "", stack.spec.read_text())
    spec = tmp_path / "monitoring.yml"
    spec.write_text(text, encoding="utf-8")
    assert stack.server.process is not None
    pid = stack.server.process.pid
    created = psutil.Process(pid).create_time()
    State(tmp_path / ".watchspec").remember(Record("alertmanager", pid, created, stack.port, "", 15))
    add(stack, "target=cache")
    stdout = io.StringIO()
    assert main(["silence", "list", "--spec", str(spec)], stdout, io.StringIO()) == 0
    assert 'target="cache"' in stdout.getvalue()
