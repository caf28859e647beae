"""A stack that is being broken: a source of alerts beside it, what was told of them, and whether all is well again.

All times are a fifth of those by default: of scrapes and evaluations, of saying again what fires, of groups, and of
Alertmanager's start.
"""

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support import composed
from tests.support.composed import CORE, DEMO, Project
from watchspec.cli import main
from watchspec.stack.compose import PAIR
from watchspec.stack.plan import COMPOSE_FILE

RESEND: Final = 12
"""Seconds; a minute by default. Alertmanager takes for over what Prometheus has not said for four times as long."""
SCRAPE: Final = 3
"""Seconds from scrape to scrape and from evaluation to evaluation."""
START_DELAY: Final = "12s"
ROOM: Final = "96m"
"""The size of Prometheus's volume."""
PARTS: Final = (*CORE, *DEMO)
"""What is broken; the source of alerts and the keeper of the volume are not."""
TWINS: Final = ("prometheus-2", "alertmanager-2")
"""What `replicas: 2` adds."""
STAYS, MUTED = "Stays", "Muted"
WELL_SECONDS: Final = 90
TOLD_SECONDS: Final = 90
_BESIDE: Final = "chaos.yml"
_ZONES: Final = Path("/usr/share/zoneinfo")
_SUBJECT: Final = re.compile(r"\[(FIRING|RESOLVED)\S*\] \S+ (\S+)")
_SPEC: Final = """
version: 1
name: chaos
hosts: [{{name: local}}]
services:
  - {{name: shop, url: "http://demo:8000", health: /health, metrics: /metrics}}
  - {{name: source, url: "http://source:9000", metrics: /metrics.txt}}
redis: [{{name: cache, url: "redis://redis:6379"}}]
postgres: [{{name: main-db, url: "postgresql://watchspec@postgres:5432/app", password: {{file: secrets/postgres}}}}]
smtp: {{host: "mailbox:1025", from: alerts@example.com, require_tls: false}}
channels: {{mail: {{email: ops@example.com}}, hook: {{webhook: {{url: "http://mailbox:8025/webhook"}}}}}}
severities:
  critical: {{notify: [mail, hook], wait: 2s, interval: {interval}, repeat: 24h}}
  warning: {{notify: hook, wait: 2s, interval: {interval}, repeat: 24h}}
  info: {{notify: hook, wait: 2s, interval: {interval}, repeat: 24h}}
maintenance: [{{name: now, severities: info, from: "{before}", to: "{after}"}}]
alerts: {{PrometheusNotIngesting: {{window: 15s, for: 9s}}}}
prometheus: {{scrape_interval: {scrape}s, replicas: {replicas}}}
rules:
{rules}
"""


@dataclass(frozen=True)
class Told:
    """One message about one alert of the source."""

    at: float
    """When it arrived, in Unix seconds."""
    kind: str
    """mail or webhook."""
    alert: str
    status: str
    """firing or resolved."""


@dataclass
class Run:
    """The stack, and what has been told so far; the mailbox forgets with its container, this does not."""

    stack: Project
    alerts: dict[str, int] = field(default_factory=dict)
    """Of the source: 1 for those that are to fire."""
    current: str = ""
    """The alert that began last."""
    _messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def turn(self, **alerts: int) -> None:
        """Let the source's alerts begin (1) or end (0)."""
        self.alerts |= alerts
        page = "".join(f'event{{alert="{name}"}} {value}\n' for name, value in self.alerts.items())
        fresh = self.stack.folder / "source" / "next"
        fresh.write_text(page)
        fresh.rename(fresh.with_name("metrics.txt"))

    def collect(self) -> list[dict[str, Any]]:
        """All messages that ever arrived, oldest first."""
        for message in json.loads(self.stack.get("mailbox", "/messages")):
            self._messages[json.dumps(message)] = message
        return sorted(self._messages.values(), key=lambda message: float(message["received"]))

    def told(self) -> list[Told]:
        """What was said of each of the source's alerts, oldest first."""
        return [told for message in self.collect() for told in _told(message) if told.alert in self.alerts]

    def others(self, since: float, before: float = float("inf")) -> set[str]:
        """The catalogue's own alerts that were told within a time."""
        late = [message for message in self.collect() if since <= message["received"] < before]
        return {told.alert for message in late for told in _told(message)} - self.alerts.keys()

    def is_told(self, alert: str, status: str) -> bool:
        """Whether both channels have heard it."""
        return {told.kind for told in self.told() if (told.alert, told.status) == (alert, status)} == {
            "mail",
            "webhook",
        }

    def doubles(self, since: float, before: float = float("inf")) -> list[Told]:
        """Messages within a time that say what a message before them has said."""
        seen: set[tuple[str, str, str]] = set()
        found = []
        for told in self.told():
            key = (told.kind, told.alert, told.status)
            if key in seen and since <= told.at < before:
                found.append(told)
            seen.add(key)
        return found


def _told(message: Mapping[str, Any]) -> Iterator[Told]:
    at, kind = float(message["received"]), str(message["kind"])
    if kind == "mail" and (found := _SUBJECT.match(message["subject"])):
        yield Told(at, kind, found[2], found[1].lower())
    if kind == "webhook":
        for alert in message["payload"]["alerts"]:
            yield Told(at, kind, alert["labels"]["alertname"], alert["status"])


@contextmanager
def run(root: Path, folder: Path, alerts: int, replicas: int = 1) -> Iterator[Run]:
    """The stack with `alerts` alerts of the source (`Event0`, ...), one that stays and one that is muted."""
    composed.need(root, *PARTS)
    if not (_ZONES / "Pacific/Auckland").exists():
        pytest.skip("this machine has no data of time zones")
    composed.fresh(root, folder)
    files = (COMPOSE_FILE, *([PAIR[1]] if replicas == 2 else []))
    _write(folder, [*map(event, range(alerts)), STAYS], replicas)
    named = composed.configured(folder, *files)
    (folder / _BESIDE).write_text(json.dumps(_beside(named)))
    with composed.project(folder, *files[1:], _BESIDE) as stack:
        found = Run(stack)
        found.turn(**dict.fromkeys(map(event, range(alerts)), 0), **{STAYS: 1, MUTED: 1})
        stack.up(*PARTS, *(second for second in TWINS if second in named), "source", "room")
        yield found


def event(number: int) -> str:
    """The name of an alert of the source."""
    return f"Event{number}"


def _write(folder: Path, alerts: list[str], replicas: int) -> None:
    """The spec and what is generated of it, the pages of the source and the zones."""
    rules = [_rule(alert, "critical") for alert in alerts] + [_rule(MUTED, "info")]
    now = datetime.now(UTC)
    window = {key: f"{now + timedelta(hours=away):%Y-%m-%dT%H:%M}" for key, away in {"before": -1, "after": 2}.items()}
    spec = folder / "monitoring.yml"
    interval = "12s" if replicas == 1 else "20s"  # the second of a pair waits 15 s for the first
    spec.write_text(_SPEC.format(rules="\n".join(rules), scrape=SCRAPE, replicas=replicas, interval=interval, **window))
    assert main(["generate", str(spec)], sys.stdout, sys.stderr) == 0
    (folder / "source").mkdir()
    for zone in ("UTC", "Pacific/Auckland"):
        (folder / "zones" / zone).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile((_ZONES / zone).resolve(), folder / "zones" / zone)


def _rule(alert: str, severity: str) -> str:
    # Without its target's series an alert ends; what is to fire all along bridges that.
    bridge = f"keep_firing_for: {2 * RESEND}s, " if alert == STAYS else ""
    expression = f'event{{alert="{alert}"}} == 1'
    # It waits, as all alerts do that look at one moment: a Prometheus that begins anew first sees samples from before.
    waits = f"for: {SCRAPE + 1}s, {bridge}"
    return f"  - {{alert: {alert}, expr: '{expression}', severity: {severity}, {waits}summary: {alert}}}"


def _beside(named: Mapping[str, Any]) -> Mapping[str, object]:
    """Shorter times, a zone that can be moved, a volume that can be filled, and two services of the test's own."""
    zone = ["./zones/${CHAOS_ZONE:-UTC}:/etc/localtime:ro"]
    resend = f"--rules.alert.resend-delay={RESEND}s"
    started = {
        **{part: [*named[part]["command"], resend] for part in ("prometheus", "prometheus-2") if part in named},
        **{
            part: [re.sub("(?<=start-delay=).*", START_DELAY, word) for word in named[part]["command"]]
            for part in ("alertmanager", "alertmanager-2")
            if part in named
        },
    }
    mine = {"image": composed.BASE, "init": True, "user": "65534:65534", "read_only": True}
    memory = {"type": "tmpfs", "device": "tmpfs", "o": f"size={ROOM},uid=65534,gid=65534,mode=0755"}
    return {
        "services": {
            **{part: {"command": command, "volumes": zone} for part, command in started.items()},
            "exporter": {"volumes": zone},
            "source": {
                **mine,
                "command": ["python", "-m", "http.server", "9000", "--directory", "/source"],
                "volumes": ["./source:/source:ro"],
                "networks": ["targets"],
            },
            # The volume is memory: it lasts as long as somebody mounts it, whoever is killed meanwhile.
            "room": {**mine, "command": ["sleep", "infinity"], "volumes": ["prometheus:/prometheus"]},
        },
        "volumes": {"prometheus": {"driver_opts": memory}},
    }


def unwell(stack: Project, since: float) -> Iterator[str]:
    """What is not healthy, or was not scraped, stored or evaluated since a moment in Unix seconds."""

    def fresh(moment: str) -> bool:
        return datetime.fromisoformat(moment).timestamp() > since

    states = {name: found["State"] for name, found in stack.containers().items()}
    yield from (part for part in PARTS if states[part].get("Health", {}).get("Status") != "healthy")
    yield from (f"{part} is frozen" for part in PARTS if states[part]["Paused"])
    if stack.get("alertmanager", "/-/ready") == "":
        yield "alertmanager is not ready"
    targets = stack.prometheus("targets?state=active")["activeTargets"]
    names = {target["labels"]["target"]: target["health"] == "up" and fresh(target["lastScrape"]) for target in targets}
    yield from (f"{name} is not scraped" for name, scraped in names.items() if not scraped)
    stored = stack.query("min by (target) (timestamp(up))")
    yield from (f"nothing of {name} is stored" for name in names if stored.get(name, 0) <= since)
    for group in stack.prometheus("rules")["groups"]:
        if fresh(group["lastEvaluation"]):
            yield from (f"{rule['name']}: {rule['lastError']}" for rule in group["rules"] if rule["health"] == "err")
        elif group["interval"] <= SCRAPE:  # others have minutes
            yield f"{group['name']} was not evaluated"


def recover(stack: Project, since: float) -> float:
    """Wait until all is well; the seconds that it took."""
    deadline = time.monotonic() + WELL_SECONDS
    while True:
        try:
            wrong = [*unwell(stack, since)]
        except OSError as error:  # nobody listens yet
            wrong = [str(error)]
        if not wrong:
            return time.time() - since
        assert time.monotonic() < deadline, f"not after {WELL_SECONDS} s: {wrong}"
        time.sleep(0.5)
