"""Every way to reach somebody, by a real Alertmanager: what arrives at the service, and with which key.

A proxy plays the services, so that the receivers are the generated ones, with their real addresses.
"""

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from generator import alertmanager
from generator.findings.channels import lacking
from generator.layout import COMPOSE
from tests.live.conftest import demo, fetch
from tests.support.channels import CHANNELS, SECRETS
from tests.support.need import program
from tests.support.servers import free_port, wait_until
from tests.support.services import Asked, Services, services
from watchspec.load import load
from watchspec.spec import Spec
from watchspec.stack import channels, secrets

LABELS: Final = {
    "alertname": "RedisDown", "severity": "critical", "target": "cache", "kind": "redis", "team": "data",
    "stack": "shop",
}  # fmt: skip
ANNOTATIONS: Final = {"summary": "Redis cache is down", "description": "It has not answered."}
_AWS: Final = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_EC2_METADATA_DISABLED": "true"}


@dataclass(frozen=True)
class Wanted:
    """What a channel's service must be asked."""

    host: str
    path: str
    """As a pattern."""
    header: tuple[str, str] = ("", "")
    words: tuple[str, ...] = ("RedisDown", "cache")
    """In the body, or in the path where there is none."""


WANTED: Final[Mapping[str, Wanted]] = {
    "slack": Wanted("hooks.slack.com", "/services/hush-slack", words=('"#alerts"', "RedisDown", "danger")),
    "slack-bot": Wanted("slack.com", "/api/chat.postMessage", ("authorization", "Bearer hush-slack-bot")),
    "slack-own": Wanted("hooks.slack.com", "/services/hush-own"),
    "webhook": Wanted("hook.example.com", "/hush-hook", ("authorization", "Bearer hush-hook-token")),
    "webhook-plain": Wanted("plain.example.com", "http://plain.example.com/alerts"),
    "pagerduty": Wanted(
        "events.pagerduty.com", "/v2/enqueue",
        words=('"routing_key":"hush-pagerduty"', '"event_action":"trigger"', '"severity":"critical"', "RedisDown"),
    ),
    "opsgenie": Wanted(
        "api.opsgenie.com", "/v2/alerts", ("authorization", "GenieKey hush-opsgenie"),
        ('"priority":"P1"', '"entity":"cache"', '{"name":"platform","type":"team"}', "RedisDown"),
    ),
    "telegram": Wanted("api.telegram.org", "/bot1:hush-telegram/sendMessage", words=("-100123", "RedisDown", "HTML")),
    "telegram-topic": Wanted("api.telegram.org", "/bot1:hush-telegram/sendMessage", words=("-100124", '"5"')),
    "discord": Wanted("discord.com", "/api/webhooks/1/hush-discord"),
    "teams": Wanted("prod.logic.azure.com", "/hush-teams", words=("AdaptiveCard", "RedisDown")),
    "mattermost": Wanted(
        "mattermost.example.com", "/hooks/hush-mattermost", words=("town-square", "RedisDown", "#D00000")
    ),
    "pushover": Wanted(
        "api.pushover.net",
        r"/1/messages\.json\?.*priority=2.*RedisDown.*token=hush-pushover&.*user=hush-pushover-user",
        words=(),
    ),
    "rocketchat": Wanted("chat.example.com", "/api/v1/chat.postMessage", ("x-auth-token", "hush-rocketchat")),
    "victorops": Wanted(
        "alert.victorops.com", "/integrations/generic/20131114/alert/hush-victorops/platform",
        words=('"message_type":"CRITICAL"', "RedisDown"),
    ),
    "jira": Wanted(
        "example.atlassian.net", "/rest/api/2/issue", ("authorization", "Basic YUBleGFtcGxlLmNvbTpodXNoLWppcmE="),
        ('"priority":{"name":"Highest"}', '"key":"OPS"', "RedisDown"),
    ),
    "webex": Wanted("webexapis.com", "/v1/messages", ("authorization", "Bearer hush-webex"), ('"r1"', "RedisDown")),
    "incidentio": Wanted(
        "api.incident.io", "/v2/alert_events/alertmanager/1", ("authorization", "Bearer hush-incidentio")
    ),
    "sns": Wanted(
        "sns.eu-west-1.amazonaws.com", "/",
        words=("TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Aalerts", "Subject=critical+RedisDown+cache"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A running Alertmanager that was told of one alert."""

    url: str
    services: Services
    mailbox: str
    spec: Spec
    folder: Path
    version: str

    def tell(self, alerts: Sequence[Mapping[str, str]] = (LABELS,), **moments: str) -> None:
        """Send alerts with these labels."""
        body = json.dumps([{"labels": labels, "annotations": ANNOTATIONS, **moments} for labels in alerts]).encode()
        request = urllib.request.Request(f"{self.url}/api/v2/alerts", body, {"Content-Type": "application/json"})  # noqa: S310
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310

    def needs(self, channel: str) -> None:
        """Skip the test of a channel that this Alertmanager is too old for."""
        if channel not in self.spec.channels:
            pytest.skip(f"Alertmanager {self.version} is too old for {channel}; a newer one on PATH tests it")

    def arrived(self, wanted: Wanted, *words: str) -> Asked:
        """The request that a service was to get; waits for it."""

        def fits(asked: Asked) -> bool:
            return bool(re.fullmatch(wanted.path, asked.path)) and all(word in asked.body for word in words)

        wait_until(lambda: any(map(fits, self.services.of(wanted.host))), f"{wanted.host} to be asked {words}", 15)
        return next(asked for asked in self.services.of(wanted.host) if fits(asked))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """An Alertmanager with all channels that it is new enough for; an alert fires."""
    path = program("alertmanager")
    folder = tmp_path_factory.mktemp("channels")
    smtp, web = free_port(), free_port()
    with services(folder) as proxy, demo("mailbox.py", "--smtp", str(smtp), "--web", str(web)):
        version = channels.version(path)
        spec = _fitting(folder, version, smtp)
        _configure(spec, folder, proxy)
        with _alertmanager(path, folder) as url:
            found = Told(url, proxy, f"http://127.0.0.1:{web}", spec, folder, version)
            found.tell()
            yield found


def _fitting(folder: Path, version: str, smtp: int) -> Spec:
    """The spec of all channels, less those that are too new; the demo's mail server asks for no password."""
    text = CHANNELS.replace("127.0.0.1:25", f"127.0.0.1:{smtp}").replace(", username: me, password: {env: SMTP}", "")
    file = folder / "monitoring.yml"
    file.write_text(
        f"version: 1\nname: shop\n{text}\nseverities: {{critical: {{notify: email, wait: 0s, interval: 1s}}}}\n"
    )
    spec = load(file).spec
    new = {lack.place[1] for lack in lacking(spec, version)}
    kept = {name: channel for name, channel in spec.channels.items() if name not in new}
    matrix = {"critical": spec.severities["critical"].model_copy(update={"notify": tuple(kept)})}
    return spec.model_copy(update={"channels": kept, "severities": matrix})


def _configure(spec: Spec, folder: Path, proxy: Services) -> None:
    """The generated configuration; only the way to the services is ours."""
    secrets.from_environment(spec, SECRETS, folder / "env")
    layout = replace(COMPOSE, files=str(folder), env=str(folder / "env"))
    for name, text in alertmanager.emit(spec, layout).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    config = folder / "alertmanager/alertmanager.yml"
    value: dict[str, Any] = yaml.safe_load(config.read_text())
    through = {"proxy_url": proxy.url, "tls_config": {"insecure_skip_verify": True}}
    for receiver in value["receivers"]:
        for key, ways in receiver.items():
            for way in ways if key not in ("name", "email_configs") else ():
                way["http_config"] = {**way.get("http_config", {}), **through}
    config.write_text(yaml.safe_dump(value))


@contextmanager
def _alertmanager(path: str, folder: Path) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        path, f"--config.file={folder / 'alertmanager/alertmanager.yml'}", f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log, subprocess.Popen(
        command, stdout=log, stderr=log, env={**os.environ, **_AWS}
    ) as process:  # fmt: skip
        try:
            wait_until(lambda: process.poll() is not None or _answers(f"{url}/-/ready"), "Alertmanager to be ready")
            assert process.poll() is None, (folder / "log").read_text()
            yield url
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        fetch(url)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("channel", WANTED)
def test_the_service_gets_the_message_and_the_key(told: Told, channel: str) -> None:
    """At its real address, in its own words."""
    told.needs(channel)
    wanted = WANTED[channel]
    asked = told.arrived(wanted, *wanted.words)
    name, value = wanted.header
    assert not name or asked.headers[name] == value


MANY: Final = [{**LABELS, "alertname": "RedisQueueLength", "key": f"queue:{number}"} for number in range(200)]
LIMITS: Final[Mapping[str, tuple[str, Callable[[Asked], Mapping[str, int]]]]] = {
    "slack": ("RedisQueueLength", lambda asked: {asked.json()["attachments"][0]["title"]: 1024}),
    "pagerduty": (
        "RedisQueueLength",
        lambda asked: {asked.json()["payload"]["summary"]: 1024, asked.body: 512 * 1024},
    ),
    "opsgenie": (
        "RedisQueueLength",
        lambda asked: {asked.json()["message"]: 130, asked.json()["description"]: 15_000},
    ),
    "telegram": ("more", lambda asked: {asked.json()["text"]: 4096}),
    "discord": (
        "RedisQueueLength",
        lambda asked: {asked.json()["embeds"][0]["title"]: 256, asked.json()["embeds"][0]["description"]: 4096},
    ),
    "teams": ("RedisQueueLength", lambda asked: {asked.body: 28 * 1024}),
    "mattermost": ("RedisQueueLength", lambda asked: {asked.json()["attachments"][0]["text"]: 16_383}),
    "pushover": (
        "",
        lambda asked: {
            parse_qs(urlsplit(asked.path).query)["title"][0]: 250,
            parse_qs(urlsplit(asked.path).query)["message"][0]: 1024,
        },
    ),
    "rocketchat": ("RedisQueueLength", lambda asked: {asked.json()["attachments"][0]["text"]: 5000}),
    "victorops": ("RedisQueueLength", lambda asked: {asked.json()["state_message"]: 20_480}),
    "jira": (
        "RedisQueueLength",
        lambda asked: {asked.json()["fields"]["summary"]: 255, asked.json()["fields"]["description"]: 32_767},
    ),
    "webex": ("RedisQueueLength", lambda asked: {asked.json()["markdown"]: 7439}),
    "incidentio": ("RedisQueueLength", lambda asked: {asked.body: 512 * 1024}),
    "sns": (
        "RedisQueueLength",
        lambda asked: {parse_qs(asked.body)["Subject"][0]: 99, parse_qs(asked.body)["Message"][0]: 256 * 1024},
    ),
}
"""Channel → a word of the message about many alerts, and its parts with the bytes or characters that they may have."""


@pytest.mark.parametrize("channel", LIMITS)
def test_two_hundred_alerts_fit_into_one_message(told: Told, channel: str) -> None:
    """Nothing is cut by Alertmanager, or refused by the service."""
    told.needs(channel)
    told.tell(MANY)
    word, parts = LIMITS[channel]
    path = WANTED[channel].path.replace("RedisDown", "RedisQueueLength")
    asked = told.arrived(replace(WANTED[channel], path=path), word)
    assert {part: limit for part, limit in parts(asked).items() if len(part.encode()) > limit} == {}
    assert "could not be sent" not in asked.body
    assert "Truncated" not in (told.folder / "log").read_text()


def test_a_mail_arrives(told: Told) -> None:
    """At a real mail server."""

    def mails() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(fetch(f"{told.mailbox}/messages"))
        return [mail for mail in found if "RedisDown" in mail["subject"]]

    wait_until(lambda: bool(mails()), "a mail")
    assert mails()[0]["to"] == "ops@example.com"
    assert ANNOTATIONS["summary"] in mails()[0]["text"]


def test_every_way_is_proven() -> None:
    """None of the spec's channels is left out."""
    assert set(re.findall(r"^  ([\w-]+):", CHANNELS, flags=re.MULTILINE)) == {"email", *WANTED}


def test_alertmanager_takes_every_answer_for_a_success(told: Told) -> None:
    """None fails and is sent again."""
    sent = re.compile(r'^alertmanager_notifications(_failed)?_total\{integration="(\w+)".*\} (\d+)$', re.MULTILINE)

    def counts(*, failed: bool) -> dict[str, int]:
        found: dict[str, int] = {}
        for bad, integration, count in sent.findall(fetch(f"{told.url}/metrics")):
            if bool(bad) is failed:
                found[integration] = found.get(integration, 0) + int(count)
        return {integration: count for integration, count in found.items() if count}

    ways = {way for channel in told.spec.channels.values() for way in channel.ways()}
    wait_until(lambda: len(counts(failed=False)) == len(ways), f"{len(ways)} integrations to be used")
    assert counts(failed=True) == {}


def test_secrets_are_in_no_generated_file(told: Told) -> None:
    """Nor in what Alertmanager itself logs."""
    texts = [path.read_text() for path in told.folder.joinpath("alertmanager").rglob("*") if path.is_file()]
    assert "hush" not in "".join(texts)
    assert "hush" not in (told.folder / "log").read_text()


@pytest.mark.parametrize(
    ("channel", "path", "words"),
    [
        ("opsgenie", "/v2/alerts/[0-9a-f]+/close.*", ()),
        ("pagerduty", "/v2/enqueue", ('"event_action":"resolve"',)),
        ("victorops", ".*", ('"message_type":"RECOVERY"',)),
    ],
)
def test_the_end_of_a_problem_closes_it(told: Told, channel: str, path: str, words: tuple[str, ...]) -> None:
    """Where a service keeps track of problems."""
    told.tell(endsAt=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    told.arrived(replace(WANTED[channel], path=path), *words)
