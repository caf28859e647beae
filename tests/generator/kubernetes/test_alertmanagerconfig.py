"""The tree of delivery as AlertmanagerConfig."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from generator import alertmanager
from generator.kubernetes.alertmanagerconfig import unsaid
from generator.kubernetes.layout import OPERATED
from generator.promql import string
from tests.support.manifests import CHANNELS, LACKING, read
from watchspec.spec import Spec

Make = Callable[[str], Mapping[str, Any]]
TREE = (
    CHANNELS
    + """
hosts: [{name: metal, exporter: "metal:9877", team: platform}]
redis: [{name: 'a"\\b', url: 'redis://r', team: data, runs_on: metal}, {name: c.d, url: 'redis://s', runs_on: metal}]
severities:
  critical: {notify: [mail, chat], escalate: {after: 30m, to: [pager]}}
  info: {notify: [hook], hours: {weekdays: [monday:friday, sunday], times: "22:00-06:00", timezone: UTC}}
routes: [{team: data, notify: [own-chat]}]
maintenance:
  - {name: once, targets: [c.d], from: 2026-12-05T22:00, to: 2026-12-09T03:30, timezone: Europe/Belgrade}
  - {name: weekly, weekdays: sunday, times: "02:00-04:00", timezone: Etc/UTC}
"""
)
_OPERATORS = {"=": "=", "=~": "=~", "!=": "!=", "!~": "!~"}


def _spec(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict(found["alertmanager/config.yml"]["spec"])


def _there(spec: Spec) -> dict[str, Any]:
    return dict(read(alertmanager.emit(spec, OPERATED)["alertmanager/alertmanager.yml"]))


def _matchers(matchers: list[dict[str, str]]) -> list[str]:
    return [f"{each['name']}{_OPERATORS[each['matchType']]}{string(each['value'])}" for each in matchers]


def _route(route: Mapping[str, Any]) -> dict[str, Any]:
    """As Alertmanager's own configuration has it."""
    names = {
        "receiver": "receiver", "groupBy": "group_by", "groupWait": "group_wait", "groupInterval": "group_interval",
        "repeatInterval": "repeat_interval", "muteTimeIntervals": "mute_time_intervals",
        "activeTimeIntervals": "active_time_intervals", "continue": "continue",
    }  # fmt: skip
    found = {names[key]: value for key, value in route.items() if key in names}
    assert route.keys() <= names.keys() | {"matchers", "routes"}
    if "matchers" in route:
        found["matchers"] = _matchers(route["matchers"])
    if "routes" in route:
        found["routes"] = [_route(child) for child in route["routes"]]
    return found


def test_the_tree_is_that_of_alertmanagers_own_configuration(manifests: Make, spec_of: Callable[[str], Spec]) -> None:
    """Read back, it is the same, to the last matcher and interval."""
    here, there = _spec(manifests(TREE)), _there(spec_of(TREE))
    assert _route(here["route"]) == there["route"]
    inhibitions = [
        {
            "source_matchers": _matchers(each["sourceMatch"]),
            "target_matchers": _matchers(each["targetMatch"]),
            **({"equal": each["equal"]} if "equal" in each else {}),
        }
        for each in here["inhibitRules"]
    ]
    assert inhibitions == there["inhibit_rules"]
    assert len(inhibitions) > 3


def test_intervals_are_the_same_in_utc(manifests: Make, spec_of: Callable[[str], Spec]) -> None:
    """Days of the month are numbers here."""
    here, there = _spec(manifests(TREE)), _there(spec_of(TREE))
    assert [each["name"] for each in here["muteTimeIntervals"]] == [each["name"] for each in there["time_intervals"]]
    for interval, same in zip(here["muteTimeIntervals"], there["time_intervals"], strict=True):
        for span, other in zip(interval["timeIntervals"], same["time_intervals"], strict=True):
            assert other.pop("location") in {"UTC", "Etc/UTC"}
            assert _span(span) == other
    (once,) = (each for each in here["muteTimeIntervals"] if each["name"] == "maintenance/once")
    assert {"start": 6, "end": 8} in [day for span in once["timeIntervals"] for day in span["daysOfMonth"]]


def _span(span: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: span[key] for key in ("weekdays", "months", "years") if key in span}
    if "times" in span:
        found["times"] = [{"start_time": time["startTime"], "end_time": time["endTime"]} for time in span["times"]]
    if "daysOfMonth" in span:
        days = [(day["start"], day["end"]) for day in span["daysOfMonth"]]
        found["days_of_month"] = [str(first) if first == last else f"{first}:{last}" for first, last in days]
    return found


def test_every_receiver_has_the_same_integrations(manifests: Make, spec_of: Callable[[str], Spec]) -> None:
    """As many of each way, and none left out."""
    here, there = _spec(manifests(CHANNELS))["receivers"], _there(spec_of(CHANNELS))["receivers"]
    count = [
        sorted((key.lower().removesuffix("configs"), len(value)) for key, value in each.items() if key != "name")
        for each in here
    ]
    assert count == [
        sorted((key.removesuffix("_configs"), len(value)) for key, value in each.items() if key != "name")
        for each in there
    ]
    assert [each["name"] for each in here] == [each["name"] for each in there]


def test_what_is_global_elsewhere_stands_in_each_integration(manifests: Make) -> None:
    """Alertmanager's global part is somebody else's here; secrets are keys of the Secret."""
    (receiver,) = (each for each in _spec(manifests(CHANNELS))["receivers"] if each["name"] == "severity/critical")
    mail, slack = receiver["emailConfigs"][0], receiver["slackConfigs"]
    assert mail["smarthost"] == "mail:587"
    assert mail["from"] == "a@example.com"
    assert mail["requireTLS"] is True
    assert mail["authUsername"] == "me"
    assert mail["authPassword"] == {"name": "watchspec-secrets", "key": "secrets.smtp"}
    assert mail["headers"] == [{"key": "Subject", "value": '{{ template "watchspec.subject" . }}'}]
    assert [each["apiURL"]["key"] for each in slack] == ["secrets.slack", "secrets.own"]
    assert receiver["webexConfigs"][0]["httpConfig"] == {
        "authorization": {"credentials": {"name": "watchspec-secrets", "key": "WEBEX"}}
    }
    assert receiver["pagerdutyConfigs"][0]["routingKey"]["key"] == "secrets.pager"
    assert receiver["pagerdutyConfigs"][0]["details"][0]["key"] == "alerts"
    assert {each.get("url") or each["urlSecret"]["key"] for each in receiver["webhookConfigs"]} == {
        "HOOK", "http://hook:80/x",
    }  # fmt: skip


def test_one_that_could_not_say_all_is_not_written(manifests: Make, spec_of: Callable[[str], Spec]) -> None:
    """Each reason has its place."""
    assert unsaid(spec_of(LACKING)) == [
        "channels.bot: it takes Slack's address from a Secret only, and a bot's is none",
        "channels.issues: it cannot tell Jira so",
        "channels.matter: it cannot tell Mattermost so",
        "channels.incident: it cannot tell incident.io so",
        "channels.rocket: it cannot tell Rocket.Chat so",
        "hours/info: hours of the time zone Europe/Belgrade; it knows UTC only",
    ]
    found = manifests(LACKING)
    assert "alertmanager/config.yml" not in found
    assert "servers/configuration.yml" in found


@pytest.mark.parametrize("text", [CHANNELS, TREE], ids=["channels", "tree"])
def test_what_can_be_said_has_no_excuse(spec_of: Callable[[str], Spec], text: str) -> None:
    """A window in another zone is written in UTC."""
    assert unsaid(spec_of(text)) == []
