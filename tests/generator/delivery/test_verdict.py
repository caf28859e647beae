"""What happens to one alert, followed by hand through small specs."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from generator.delivery.alerts import asked, by_target, possible, sources
from generator.delivery.answer import answer
from generator.delivery.plan import delivery
from generator.delivery.verdict import turns, verdict
from watchspec.errors import UsageError
from watchspec.spec import Spec

Make = Callable[[str], Spec]
BELGRADE = ZoneInfo("Europe/Belgrade")
SPEC = """
channels: {ops: {webhook: 'http://h/1'}, chief: {webhook: 'http://h/2'}, data: {webhook: 'http://h/3'}}
hosts: [{name: web-1, exporter: 'web-1:9877'}]
redis:
  - {name: cache, url: 'redis://x:1', team: data, runs_on: web-1}
  - {name: store, url: 'redis://x:2', alerts: {RedisMemoryUsage: off}}
services: [{name: shop, url: 'http://x', depends_on: [cache]}]
severities:
  critical: {notify: ops, escalate: {after: 30m, to: chief}}
  warning:
    notify: ops
    resolved: false
    hours: {weekdays: monday:friday, times: "09:00-17:00", timezone: Europe/Belgrade}
routes: [{team: data, notify: data}]
maintenance: [{name: backups, targets: cache, weekdays: sunday, times: "22:00-04:00", timezone: Europe/Belgrade}]
"""
DOWN = {"alertname": "RedisDown", "target": "cache", "kind": "redis", "severity": "critical", "team": "data"}
SUNDAY = datetime(2026, 11, 22, 23, tzinfo=BELGRADE)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=BELGRADE)


def _channels(spec: Spec, labels: dict[str, str], moment: datetime = MONDAY) -> list[tuple[str, ...]]:
    return [telling.receiver.channels for telling in verdict(delivery(spec), labels, moment=moment).told]


def test_an_exception_takes_an_alert_from_the_matrix_but_not_from_the_escalation(spec_of: Make) -> None:
    """Whoever is told instead may sleep, too."""
    assert _channels(spec_of(SPEC), DOWN) == [("chief",), ("data",)]


def test_nobody_is_told_in_a_window_and_everybody_a_minute_later(spec_of: Make) -> None:
    """Of this target; another's alert goes through."""
    spec = spec_of(SPEC)
    assert _channels(spec, DOWN, SUNDAY) == []
    assert _channels(spec, {**DOWN, "target": "store", "team": ""}, SUNDAY) == [("chief",), ("ops",)]
    assert _channels(spec, DOWN, SUNDAY.replace(day=23, hour=4)) == [("chief",), ("data",)]


def test_outside_of_business_hours_nobody_is_told(spec_of: Make) -> None:
    """And it is known when they begin."""
    spec, mild = spec_of(SPEC), {"alertname": "X", "severity": "warning"}
    assert _channels(spec, mild) == [("ops",)]
    (telling,) = verdict(delivery(spec), mild, moment=SUNDAY).tellings
    assert [interval.name for interval in telling.closed] == ["hours/warning"]
    assert turns(delivery(spec), telling, SUNDAY) == datetime(2026, 11, 23, 9, tzinfo=BELGRADE)


def test_a_route_without_times_never_turns(spec_of: Make) -> None:
    """Nothing is looked for."""
    spec = spec_of(SPEC)
    (_, telling) = verdict(delivery(spec), {"alertname": "X", "severity": "critical"}, moment=MONDAY).tellings
    assert turns(delivery(spec), telling, MONDAY) is None


def test_an_outage_mutes_what_stands_on_it_and_not_the_other_way_round(spec_of: Make) -> None:
    """The dependency is told, once."""
    told = delivery(spec_of(SPEC))
    errors = {"alertname": "ServiceDown", "target": "shop", "kind": "service", "severity": "critical"}
    assert [muting.source for muting in verdict(told, errors, [DOWN]).mutings] == [DOWN]
    assert verdict(told, errors, [DOWN]).told == ()
    assert verdict(told, DOWN, [errors]).mutings == ()


def test_everything_that_would_mute_an_alert_does_so_when_it_fires(spec_of: Make) -> None:
    """What is listed is what Alertmanager does, alert by alert."""
    spec = spec_of(SPEC)
    told, there = delivery(spec), possible(spec)
    for labels in there:
        listed = sources(told, labels, by_target(there))
        assert listed == list(verdict(told, labels, there).mutings)


def test_the_spec_completes_what_it_knows(spec_of: Make) -> None:
    """Team and kind of a target, target and severity of an alert that has only one."""
    spec = spec_of(SPEC)
    there = possible(spec)
    assert asked(spec, {"alertname": "RedisDown", "target": "cache"}, there).labels == DOWN
    found = asked(spec, {"alertname": "RedisMemoryUsage"}, there)
    assert (found.labels["target"], found.added, found.severities) == (
        "cache", ("target", "kind", "team"), ("critical", "warning"),
    )  # fmt: skip
    assert asked(spec, {"alertname": "RedisDown"}, there).labels.keys() == {"alertname", "kind", "severity"}


def test_a_label_that_is_given_is_believed(spec_of: Make) -> None:
    """Even where the spec has another: somebody asks what would be."""
    found = asked(spec_of(SPEC), {"target": "cache", "team": "data", "severity": "warning"}, [])
    assert (found.labels["severity"], found.severities) == ("warning", ())


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"trget": "x"}, 'trget: no alert of this spec has such a label; did you mean "target"\\?'),
        ({"target": "cach"}, 'target="cach": no such target in this spec; did you mean "cache"\\?'),
        ({"alertname": "RedisDwon"}, 'no such alert in this spec; did you mean "RedisDown"\\?'),
        ({"severity": "x"}, "no such severity in this spec; known are critical, warning, none"),
        ({"alertname": "Qqqqqqqqq"}, "no such alert in this spec; it has [0-9]+ others"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(spec_of: Make, labels: dict[str, str], message: str) -> None:
    """In one line."""
    with pytest.raises(UsageError, match=message) as caught:
        asked(spec_of(SPEC), labels, [])
    assert "\n" not in str(caught.value)


def test_a_rule_of_ones_own_may_have_any_label(spec_of: Make) -> None:
    """Its expression brings them."""
    own = "rules: [{alert: Mine, expr: up == 0, severity: warning, summary: x}]\n"
    spec = spec_of(SPEC + own)
    found = asked(spec, {"alertname": "Mine", "target": "elsewhere", "pod": "x"}, possible(spec))
    assert (found.labels["severity"], found.labels["kind"], found.known) == ("warning", "custom", True)


def test_the_answer_is_a_tree_that_says_who_when_why_and_what_mutes_it(spec_of: Make) -> None:
    """With the line first that a tired person needs."""
    text = answer(spec_of(SPEC), {"alertname": "RedisMemoryUsage", "target": "cache"}, [], SUNDAY)
    assert text.splitlines() == [
        "RedisMemoryUsage of cache, Sun 2026-11-22 23:00 CET",
        "  from the spec: kind=redis team=data",
        "  its severity is not given; it may be critical or warning",
        "",
        "critical → nobody is told now: maintenance backups, until Mon 2026-11-23 04:00 CET",
        "├─ data (webhook)",
        "│    when  after 10s, again every 4h, and when it ends",
        "│    why   routes[0]: team data, of cache",
        "│    now   not told: maintenance backups, until Mon 2026-11-23 04:00 CET",
        "├─ chief (webhook)",
        "│    when  after 30m unless somebody silences it, again every 4h, and when it ends",
        "│    why   severity critical, not silenced for 30m, of cache",
        "│    now   not told: maintenance backups, until Mon 2026-11-23 04:00 CET",
        "├─ not told in",
        "│    maintenance backups: sunday 22:00-04:00 Europe/Belgrade",
        "└─ muted while one of these fires",
        "     HostDown of web-1: an outage of web-1 mutes what runs on it",
        "     HostDown of web-1: an outage of the exporter of web-1 mutes what it alone sees",
        "",
        "warning → nobody is told now: maintenance backups and outside of its hours, until Mon 2026-11-23 09:00 CET",
        "├─ data (webhook)",
        "│    when  after 10s, again every 4h, but not when it ends",
        "│    why   routes[0]: team data, of cache",
        "│    only  monday:friday 09:00-17:00 Europe/Belgrade",
        "│    now   not told: maintenance backups and outside of its hours, until Mon 2026-11-23 09:00 CET",
        "├─ not told in",
        "│    maintenance backups: sunday 22:00-04:00 Europe/Belgrade",
        "└─ muted while one of these fires",
        "     RedisMemoryUsage of cache, critical: critical mutes milder alerts of the same name and target",
        "     HostDown of web-1: an outage of web-1 mutes what runs on it",
        "     HostDown of web-1: an outage of the exporter of web-1 mutes what it alone sees",
    ]


def test_what_fires_now_stands_first(spec_of: Make) -> None:
    """Not what might."""
    text = answer(spec_of(SPEC), {"alertname": "ServiceDown"}, [{"alertname": "RedisDown", "target": "cache"}], MONDAY)
    assert "\n→ nobody is told: RedisDown of cache fires\n" in text
    assert "muted now by\n     RedisDown of cache: an outage of cache mutes" in text


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        ({"alertname": "Watchdog"}, "nobody is ever told of it"),
        ({"alertname": "RedisMemoryUsage", "target": "store"}, "this spec has no such alert"),
        ({"severity": "critical"}, "no alertname and no target given"),
    ],
)
def test_what_leads_nowhere_is_said(spec_of: Make, labels: dict[str, str], text: str) -> None:
    """Plainly."""
    assert text in answer(spec_of(SPEC), labels, [], MONDAY)
