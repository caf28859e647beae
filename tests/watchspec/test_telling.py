"""Mistakes in who is told, and when, that the folder of mistakes does not show: warnings, edges, and what is right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchspec import telling
from watchspec.check import checked
from watchspec.meaning import findings
from watchspec.problems import shown
from watchspec.spec import Spec

CHANNELS = {name: {"webhook": f"http://{name}/"} for name in ("ops", "boss", "switch")}
CRITICAL = {"notify": ["ops"], "escalate": {"after": "15m", "to": "boss"}}


def spec(**sections: object) -> Spec:
    """A spec of these sections, with three channels."""
    return Spec.model_validate({"version": 1, "name": "shop", "channels": CHANNELS, **sections})


def said(found: Spec) -> list[str]:
    """Every warning about `found` as `place: message`, shortened."""
    assert all(finding.warning for finding in findings(found))
    return [f"{shown(finding.path)}: {finding.message.split(';')[0]}" for finding in findings(found)]


def test_a_channel_that_nobody_uses_is_said() -> None:
    """Severities, their escalation, exceptions and the watchdog use one."""
    used: dict[str, object] = {"severities": {"critical": CRITICAL}}

    assert said(spec(**used)) == ["channels.switch: is used by nobody"]
    assert said(spec(**used, watchdog={"notify": "switch"})) == []
    assert said(spec(**used, routes=[{"severity": "critical", "notify": "switch"}])) == []


def test_without_severities_every_channel_is_used() -> None:
    """The matrix tells them all."""
    assert said(spec()) == []


def test_a_dead_mans_switch_shares_no_channel_with_people() -> None:
    """They would be told every minute that nothing is wrong."""
    found = spec(severities={"critical": CRITICAL}, watchdog={"notify": ["switch", "boss"], "every": "2m"})

    assert said(found) == ['watchdog.notify[1]: "boss" tells people too, who would hear every 2m that all is well']


def test_a_step_that_tells_nobody_new_is_said() -> None:
    """Those before count together."""
    steps = [{"after": "5m", "to": "boss"}, {"after": "10m", "to": ["ops", "boss"]}]
    found = spec(severities={"critical": {"notify": "ops", "escalate": steps}}, watchdog={"notify": "switch"})

    assert said(found) == ["severities.critical.escalate[1].to: tells only those who have been told already"]


@pytest.mark.parametrize(("repeat", "right"), [("59s", False), ("1m", True), ("120h", True), ("121h", False)])
def test_a_repeat_lies_between_the_interval_and_what_is_remembered(repeat: str, right: bool) -> None:
    """Both ends are allowed."""
    found = spec(severities={"critical": {"notify": "ops", "repeat": repeat}})

    assert (not list(telling.waits(found))) is right


@pytest.mark.parametrize(
    ("key", "moment", "zone", "message"),
    [
        ("from", "2026-03-29T01:59", "Europe/Belgrade", None),
        ("from", "2026-03-29T02:00", "Europe/Belgrade", "does not exist"),
        ("to", "2026-03-29T02:59", "Europe/Belgrade", "write 2026-03-29T03:59"),
        ("to", "2026-03-29T03:00", "Europe/Belgrade", None),
        ("from", "2026-10-25T01:59", "Europe/Belgrade", None),
        ("from", "2026-10-25T02:30", "Europe/Belgrade", "the first one is taken; write 2026-10-25T00:30"),
        ("to", "2026-10-25T02:30", "Europe/Belgrade", "the second one is taken; write 2026-10-25T01:30"),
        ("to", "2026-10-25T03:00", "Europe/Belgrade", None),
        ("from", "2026-03-29T02:30", "UTC", None),
        ("from", "2026-10-04T02:15", "Australia/Lord_Howe", "write 2026-10-04T02:45"),
    ],
)
def test_a_moment_that_the_clock_skips_or_repeats_is_told(
    key: str, moment: str, zone: str, message: str | None
) -> None:
    """A skipped one is wrong; of one that comes twice it is said which is meant."""
    other = {"from": "2026-01-01T00:00", "to": "2026-12-01T00:00"}
    window = {"name": "x", **other, key: moment, "timezone": zone}
    found = list(telling.clock_changes(spec(maintenance=[window])))

    assert len(found) == (message is not None)
    for finding in found:
        assert message is not None
        assert message in finding.message
        assert finding.path == ("maintenance", 0, key)
        assert finding.warning is ("taken" in message)


def test_a_window_that_is_over_is_said_from_its_last_minute_on() -> None:
    """Of an end that comes twice, from the second; a recurring one never is."""
    once = {"name": "x", "from": "2026-10-24T02:30", "to": "2026-10-25T02:30", "timezone": "Europe/Belgrade"}
    found = spec(maintenance=[once, {"name": "y", "times": "01:00-02:00"}])
    end = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert list(telling.over(found, end - timedelta(minutes=1))) == []
    (finding,) = telling.over(found, end)
    assert finding.path == ("maintenance", 0)
    assert finding.message == "is over since 2026-10-25T02:30 (Europe/Belgrade); remove it"
    assert finding.warning


def test_check_looks_at_the_clock(tmp_path: Path) -> None:
    """A spec that was right stays right; a warning is all."""
    path = tmp_path / "monitoring.yml"
    path.write_text("version: 1\nname: x\nmaintenance: [{name: x, from: 2020-01-01T10:00, to: 2020-01-01T12:00}]\n")

    assert [problem.line for problem in checked(path).warnings] == [3]
    assert checked(path, datetime(2020, 1, 1, 11, tzinfo=UTC)).warnings == ()


def test_a_team_that_an_expression_may_bring_is_only_doubted() -> None:
    """A rule that names its team itself brings no other."""
    rule = {"alert": "Own", "expr": "x", "severity": "critical", "summary": "x"}
    route = {"team": "shop", "notify": "ops"}

    assert said(spec(rules=[rule], routes=[route])) == ['routes[0].team: there is no team "shop"']
    assert said(spec(rules=[{**rule, "labels": {"team": "shop"}}], routes=[route])) == []
    (finding,) = findings(spec(rules=[{**rule, "labels": {"team": "data"}}], routes=[route]))
    assert not finding.warning
