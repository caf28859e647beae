"""Every way to reach somebody: registered, accepted by the real tool, and without a secret in the output."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import alertmanager
from generator.findings.channels import lacking
from generator.layout import COMPOSE
from generator.receivers.registry import WAYS
from tests.support.channels import CHANNELS, SECRETS
from tests.support.need import program
from watchspec.spec import Channel, Spec
from watchspec.stack import channels, secrets

Make = Callable[[str], Spec]


def receivers(spec: Spec) -> dict[str, dict[str, Any]]:
    """The receivers of the drills: one for each channel."""
    value = yaml.safe_load(alertmanager.emit(spec, COMPOSE)["alertmanager/alertmanager.yml"])
    return {receiver.pop("name"): receiver for receiver in value["receivers"]}


def test_every_key_of_a_channel_is_registered() -> None:
    """In its order."""
    assert [*WAYS] == [*Channel.model_fields]


def test_the_spec_of_all_channels_has_every_way(spec_of: Make) -> None:
    """The tests that walk it leave none out."""
    assert {way for channel in spec_of(CHANNELS).channels.values() for way in channel.ways()} == {*WAYS}


def test_each_way_becomes_its_integration_and_no_other(spec_of: Make) -> None:
    """A drill of one channel reaches that one alone."""
    spec = spec_of(CHANNELS)
    found = receivers(spec)
    for name, channel in spec.channels.items():
        assert [*found[f"channel/{name}"]] == [WAYS[way].configs for way in channel.ways()]


def test_amtool_accepts_what_its_version_is_said_to_have(
    spec_of: Make, tmp_path: Path, judge: Callable[[dict[str, str]], None]
) -> None:
    """All that `since` allows, and that the newest one has."""
    spec = spec_of(CHANNELS)
    version = channels.version(program("alertmanager"))
    new = {lack.place[1] for lack in lacking(spec, version)}
    kept = {name: channel for name, channel in spec.channels.items() if name not in new}
    assert {"email", "slack", "pagerduty", "opsgenie", "victorops", "webex", "sns"} <= kept.keys()
    judge(alertmanager.emit(spec.model_copy(update={"channels": kept}), COMPOSE))


@pytest.mark.parametrize(
    "name", ["webhook", "telegram", "discord", "teams", "mattermost", "pushover", "jira", "incidentio"]
)
def test_an_older_alertmanager_refuses_what_it_is_said_to_lack(spec_of: Make, name: str, tmp_path: Path) -> None:
    """A finding that is too strict would keep people from what works."""
    spec = spec_of(CHANNELS)
    version = channels.version(program("alertmanager"))
    if name not in {lack.place[1] for lack in lacking(spec, version)}:
        pytest.skip(f"Alertmanager {version} has it; an older one on PATH tests this")
    for path, text in alertmanager.emit(
        spec.model_copy(update={"channels": {name: spec.channels[name]}}), COMPOSE
    ).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    command = [program("amtool"), "check-config", str(tmp_path / "alertmanager/alertmanager.yml")]
    assert subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 1


def test_every_secret_is_named_by_its_file(spec_of: Make) -> None:
    """All secrets of all channels, and the configuration refers to each."""
    spec = spec_of(CHANNELS)
    named = {str(secret.env) for _, secret in secrets.of_delivery(spec)}
    assert named == SECRETS.keys()
    text = alertmanager.emit(spec, COMPOSE)["alertmanager/alertmanager.yml"]
    assert {name for name in named if f"{COMPOSE.env}/{name}\n" not in text} == set()


@pytest.mark.parametrize(
    ("severities", "found"),
    [
        ("critical, warning, info", [("critical", "P1", "2"), ("warning", "P3", "0"), ("info", "P5", "-1")]),
        (
            "p1, p2, p3, p4",
            [("critical", "P1", "2"), ("error", "P2", "1"), ("warning", "P3", "0"), ("info", "P4", "-1")],
        ),
        ("only", [("critical", "P1", "2")]),
    ],
)
def test_priorities_follow_the_place_of_the_severity_or_its_name(
    spec_of: Make, severities: str, found: list[tuple[str, str, str]]
) -> None:
    """PagerDuty's, Opsgenie's and Pushover's."""
    matrix = ", ".join(f"{name}: {{notify: [pagerduty, opsgenie, pushover]}}" for name in severities.split(", "))
    told = receivers(spec_of(f"{CHANNELS}\nseverities: {{{matrix}}}\n"))
    assert [
        (
            told[f"severity/{name}"]["pagerduty_configs"][0]["severity"],
            told[f"severity/{name}"]["opsgenie_configs"][0]["priority"],
            told[f"severity/{name}"]["pushover_configs"][0]["priority"].split("}}")[1].split("{{")[0],
        )
        for name in severities.split(", ")
    ] == found


def test_a_bot_is_never_asked_to_edit_its_message(spec_of: Make) -> None:
    """`update_message` crashes Alertmanager 0.33 where the token comes from a file."""
    assert "update_message" not in json.dumps(receivers(spec_of(CHANNELS)))


def test_the_page_names_every_way_with_its_version(root: Path) -> None:
    """`docs/channels.md` is what the registry says."""
    rows = [line for line in (root / "docs/channels.md").read_text().splitlines() if line.startswith("| ")]
    for key, way in WAYS.items():
        (row,) = [row for row in rows if f"`{key}: " in row]
        wanted = ".".join(map(str, way.since)) if way.since > (0, 22) else "any"
        assert row.split("|")[-2].strip().startswith(wanted), row


def test_what_the_page_shows_is_valid(root: Path, spec_of: Make) -> None:
    """The example, and the shortest form of each way."""
    page = (root / "docs/channels.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    spec_of(example)
    forms = re.findall(r"^\| [^|]+ \| `([a-z]+: [^`]+)`", page, flags=re.MULTILINE)
    assert [form.split(":")[0] for form in forms] == [*WAYS]
    values = {
        "url: …": "url: https://x.example.com",
        "chat: -100…": "chat: -100",
        "arn:aws:sns:…": "arn:aws:sns:eu:1:x",
    }
    for form in forms:
        for shown, meant in values.items():
            form = form.replace(shown, meant)  # noqa: PLW2901
        spec_of(f"smtp: {{host: 'm:1', from: a@b}}\nslack: {{webhook: {{file: x}}}}\nchannels: {{c: {{{form}}}}}\n")


def test_a_workspace_with_a_bot_is_reached_through_it(spec_of: Make) -> None:
    """A room with a webhook of its own is not."""
    text = "slack: {token: {env: BOT}}\nchannels: {a: {slack: '#a'}, b: {slack: {webhook: {env: OWN}}}}\n"
    found = receivers(spec_of(text))
    (bot,), (own,) = (found[f"channel/{name}"]["slack_configs"] for name in "ab")
    assert (bot["channel"], bot["api_url"]) == ("#a", "https://slack.com/api/chat.postMessage")
    assert bot["http_config"] == {"authorization": {"credentials_file": f"{COMPOSE.env}/BOT"}}
    assert own["api_url_file"] == f"{COMPOSE.env}/OWN"
    assert not {"channel", "api_url", "http_config"} & own.keys()


def test_addresses_and_options_of_your_own_are_passed_on(spec_of: Make) -> None:
    """Of other regions and servers."""
    text = """channels:
  a:
    pagerduty: {key: {file: k}, url: "https://events.eu.pagerduty.com/v2/enqueue"}
    opsgenie: {key: {file: k}, url: "https://api.eu.opsgenie.com/", responders: [{schedule: nights}, {escalation: e}]}
    telegram: {token: {file: k}, chat: 1, url: "https://telegram.example.com"}
    victorops: {key: {file: k}, routing_key: r, url: "https://victorops.example.com/"}
    pushover: {user: {file: k}, token: {file: k}, device: phone, sound: siren}
    jira:
      {url: "https://jira.example.com/", project: P, token: {file: k}, priorities: [], reopen: Again, reopen_within: 1d}
    sns: {topic: "arn:aws:sns:eu-west-1:1:x", role: "arn:aws:iam::1:role/r", profile: p}
"""
    found = receivers(spec_of(text))["channel/a"]
    assert found["pagerduty_configs"][0]["url"] == "https://events.eu.pagerduty.com/v2/enqueue"
    assert found["opsgenie_configs"][0]["api_url"] == "https://api.eu.opsgenie.com/"
    assert found["opsgenie_configs"][0]["responders"] == [
        {"type": "schedule", "name": "nights"},
        {"type": "escalation", "name": "e"},
    ]
    assert found["telegram_configs"][0]["api_url"] == "https://telegram.example.com"
    assert found["victorops_configs"][0]["api_url"] == "https://victorops.example.com/"
    assert (found["pushover_configs"][0]["device"], found["pushover_configs"][0]["sound"]) == ("phone", "siren")
    (jira,) = found["jira_configs"]
    assert jira["http_config"] == {"authorization": {"credentials_file": f"{COMPOSE.files}/k"}}
    assert (jira["api_url"], jira["reopen_transition"], jira["reopen_duration"]) == (
        "https://jira.example.com/rest/api/2", "Again", "1d",
    )  # fmt: skip
    assert "priority" not in jira
    assert found["sns_configs"][0]["sigv4"] == {
        "region": "eu-west-1",
        "role_arn": "arn:aws:iam::1:role/r",
        "profile": "p",
    }
