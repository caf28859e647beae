"""Alertmanager's configuration from the severity matrix."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import yaml

from generator import alertmanager
from generator.catalogue import alerts
from generator.delivery.alerts import possible
from generator.layout import COMPOSE, Files
from watchspec.spec import Spec

Make = Callable[[str], Spec]
DELIVERY = """
smtp: {host: "mail:587", from: a@example.com, username: me, password: {file: secrets/smtp}}
slack: {webhook: {file: secrets/slack}}
channels:
  mail: {email: [b@example.com, c@example.com]}
  chat: {slack: "#alerts"}
  both: {email: b@example.com, slack: "#alerts"}
  hook: {webhook: {env: HOOK}}
  plain-hook: {webhook: "http://hook:80/x"}
  pager: {pagerduty: {file: secrets/pager}}
"""


def _read(spec: Spec) -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load(alertmanager.emit(spec, COMPOSE)["alertmanager/alertmanager.yml"])
    return value


def _receiver(config: dict[str, Any], name: str) -> dict[str, Any]:
    return next(receiver for receiver in config["receivers"] if receiver["name"] == name)


def test_each_severity_has_its_route_and_its_timing(spec_of: Make) -> None:
    """In the order of the spec."""
    config = _read(
        spec_of(DELIVERY + "severities: {bad: {notify: mail, repeat: 1h}, mild: {notify: chat, wait: 30s}}\n")
    )
    root = config["route"]
    watchdog, *_, bad, mild = ({**root, **route} for route in root["routes"])
    assert (watchdog["receiver"], watchdog["matchers"]) == ("nobody", ['alertname="Watchdog"'])
    assert (bad["receiver"], bad["matchers"], bad["repeat_interval"]) == ("severity/bad", ['severity="bad"'], "1h")
    assert (mild["receiver"], mild["group_wait"]) == ("severity/mild", "30s")
    assert config["route"]["group_by"] == ["alertname", "target"]


def test_an_alert_that_no_route_takes_is_told_to_the_first_severity(spec_of: Make) -> None:
    """It is never lost."""
    assert (
        _read(spec_of(DELIVERY + "severities: {bad: {notify: mail}, mild: {notify: chat}}\n"))["route"]["receiver"]
        == "severity/bad"
    )


def test_a_receiver_reaches_each_way_of_its_channels_once(spec_of: Make) -> None:
    """Two channels that share a room or an address do not say everything twice."""
    config = _read(spec_of(DELIVERY + "severities: {bad: {notify: [mail, both, chat, hook, plain-hook, pager]}}\n"))
    found = _receiver(config, "severity/bad")
    assert [mail["to"] for mail in found["email_configs"]] == ["b@example.com", "c@example.com"]
    assert [chat["channel"] for chat in found["slack_configs"]] == ["#alerts"]
    assert [hook.get("url") or hook["url_file"] for hook in found["webhook_configs"]] == [
        "/etc/watchspec/secrets/env/HOOK",
        "http://hook:80/x",
    ]
    assert found["pagerduty_configs"][0]["routing_key_file"] == "/etc/watchspec/secrets/pager"


def test_every_integration_says_whether_it_tells_the_end(spec_of: Make) -> None:
    """Alertmanager's own default differs from one to the other."""
    severities = (
        "severities: {bad: {notify: [mail, chat, hook, pager]}, mild: {notify: [mail, chat], resolved: false}}\n"
    )
    config = _read(spec_of(DELIVERY + severities))
    for name, told in (("severity/bad", True), ("severity/mild", False)):
        ways = [way for key, found in _receiver(config, name).items() if key != "name" for way in found]
        assert {way["send_resolved"] for way in ways} == {told}


def test_secrets_are_files_with_absolute_paths(spec_of: Make) -> None:
    """Alertmanager resolves them against its own working directory."""
    found = _read(spec_of(DELIVERY))["global"]
    assert found["smtp_auth_password_file"] == "/etc/watchspec/secrets/smtp"
    assert found["slack_api_url_file"] == "/etc/watchspec/secrets/slack"


def _matches(matchers: list[str], severity: str) -> bool:
    (text,) = matchers
    label, sign, quoted = re.fullmatch(r"(\w+)(=~|=)(\".*\")", text).groups()  # type: ignore[union-attr]
    value = yaml.safe_load(quoted)
    return label == "severity" and bool(re.fullmatch(value, severity) if sign == "=~" else value == severity)


def test_worse_mutes_milder_and_no_alert_is_both(spec_of: Make) -> None:
    """Source and target of an inhibition are disjoint, in any names; Alertmanager keeps one source only."""
    names = ["crit.ical", 'hi"gh', "me|dium", "low"]
    severities = ", ".join(f"'{name}': {{notify: mail}}" for name in names)
    rules = _read(spec_of(DELIVERY + f"severities: {{{severities}}}\n"))["inhibit_rules"]
    muted = {
        (worse, milder)
        for rule in rules
        for worse, milder in product(names, names)
        if _matches(rule["source_matchers"], worse) and _matches(rule["target_matchers"], milder)
    }
    assert muted == {(a, b) for place, a in enumerate(names) for b in names[place + 1 :]}
    assert not any(
        _matches(r["source_matchers"], name) and _matches(r["target_matchers"], name) for r in rules for name in names
    )


def test_only_alerts_about_the_same_thing_mute_each_other(spec_of: Make) -> None:
    """The fuller disk mutes its own milder alert, not that of another disk."""
    targets = (
        "hosts: [{name: h}]\npostgres: [{name: p, url: 'postgresql://p/x'}]\n"
        "redis: [{name: r, url: 'redis://r', queues: {q: {critical: 5, warning: 3}}}]\n"
    )
    spec = spec_of(DELIVERY + targets)
    (rule, *_) = _read(spec)["inhibit_rules"]
    assert {"alertname", "target", "mountpoint", "datname", "key"} <= set(rule["equal"])
    muted = {labels["alertname"] for labels in possible(spec) if labels["severity"] == "warning"}
    louder = {labels["alertname"] for labels in possible(spec) if labels["severity"] == "critical"}
    assert {label for name in muted & louder for label in alerts()[name].labels} <= set(rule["equal"])


def test_amtool_accepts_awkward_names(spec_of: Make, judge: Callable[[Files], None]) -> None:
    """Severities may be called anything."""
    without_hook = DELIVERY.replace("  hook: {webhook: {env: HOOK}}\n", "")  # Alertmanager 0.25 has no url_file
    names = ["a,b", 'q"uote', "back\\slash", "žurnal ✓", "{{ x }}", "a=b", "x}"]
    severities = ", ".join(f"'{name}': {{notify: [mail, chat, plain-hook, pager]}}" for name in names)
    judge(alertmanager.emit(spec_of(without_hook + f"severities: {{{severities}}}\n"), COMPOSE))


def test_a_spec_without_channels_still_has_a_valid_configuration(spec_of: Make, judge: Callable[[Files], None]) -> None:
    """Alerts show in Alertmanager; nobody is told, as the loader warns."""
    judge(alertmanager.emit(spec_of(""), COMPOSE))
