"""`docker compose --profile demo up -d --wait` on a fresh clone: all of it works, and shows something at once."""

import io
import json
from urllib.parse import urlsplit

import yaml

from tests.support.composed import CORE, DEMO, Project, until
from watchspec.cli import main
from watchspec.load import load

LIVE_SECONDS = 60


def test_every_service_is_healthy(stack: Project) -> None:
    """And the one that makes the secrets ended well."""
    states = {name: found["State"] for name, found in stack.containers().items()}
    assert states.keys() == {*CORE, *DEMO, "secrets"}
    made = states.pop("secrets")
    assert (made["Status"], made["ExitCode"]) == ("exited", 0)
    assert {name: state["Health"]["Status"] for name, state in states.items()} == dict.fromkeys(states, "healthy")


def test_every_target_is_up(stack: Project) -> None:
    """Prometheus scrapes all that is configured, and the exporter reaches what the spec names."""
    spec = load(stack.folder / "monitoring.yml").spec
    configured = yaml.safe_load((stack.folder / "prometheus/prometheus.yml").read_text())["scrape_configs"]

    def active() -> dict[str, str]:
        found = stack.prometheus("targets?state=active")["activeTargets"]
        return {target["labels"]["target"]: target["health"] for target in found}

    until(lambda: len(active()) == len(configured) and {*active().values()} == {"up"}, "all of them up")
    until(
        lambda: stack.query("target:up:max == 1").keys() >= {target.name for *_, target in spec.targets()},
        "every target of the spec up",
    )
    assert stack.query("watchspec_scrape_success == 0") == {}


def test_every_rule_of_the_files_is_loaded_and_works(stack: Project) -> None:
    """As many as lie in `rules/`; none ever failed."""
    files = [yaml.safe_load(path.read_text()) for path in (stack.folder / "rules").glob("*.yml")]
    written = sum(len(group["rules"]) for file in files for group in file["groups"])
    rules = [rule for group in stack.prometheus("rules")["groups"] for rule in group["rules"]]
    assert len(rules) == written > 100
    assert [rule["lastError"] for rule in rules if rule["health"] == "err"] == []


def test_alertmanager_is_reached_and_hears_the_watchdog(stack: Project) -> None:
    """Over the network between the parts, by name."""
    found = [urlsplit(one["url"]).netloc for one in stack.prometheus("alertmanagers")["activeAlertmanagers"]]
    assert found == ["alertmanager:9093"]
    heard = "/api/v2/alerts?filter=alertname%3D%22Watchdog%22"
    until(lambda: json.loads(stack.get("alertmanager", heard)) != [], "the watchdog at Alertmanager", 120)


def test_the_demo_shows_live_data_within_a_minute(stack: Project) -> None:
    """Requests, errors, commands, transactions and the machine's own processors."""
    for query in (
        'sum by (target) (rate(http_requests_total{target="shop"}[1m])) > 0',
        'sum by (target) (rate(redis_commands_processed_total{target="cache"}[1m])) > 0',
        'sum by (target) (rate(pg_stat_database_xact_commit{target="main-db"}[1m])) > 0',
        'sum by (target) (rate(node_cpu_seconds_total{target="local"}[1m])) > 0',
    ):
        until(lambda query=query: stack.query(query) != {}, query, LIVE_SECONDS)  # type: ignore[misc]


def test_a_drill_reaches_every_channel(stack: Project) -> None:
    """Mail and Slack arrive in the mailbox; Alertmanager could read the webhook's address, which is a secret."""
    out, err = io.StringIO(), io.StringIO()
    address = f"http://127.0.0.1:{stack.ports['alertmanager']}"
    status = main(["drill", "--spec", str(stack.folder / "monitoring.yml"), "--alertmanager", address], out, err)
    assert status == 0, out.getvalue() + err.getvalue()
    arrived = json.loads(stack.get("mailbox", "/messages"))
    assert {message["kind"] for message in arrived} >= {"mail", "slack"}


def test_the_secrets_are_made_for_their_owner_alone(stack: Project) -> None:
    """Random, each its own, and Grafana's password among them."""
    folder = stack.folder / "secrets"
    made = {path.name: path for path in folder.iterdir() if path.is_file()}
    assert made.keys() == {"grafana_admin", "postgres", "postgres_superuser", "slack_webhook"}
    assert {path.stat().st_mode & 0o777 for path in made.values()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == (stack.folder / "monitoring.yml").stat().st_uid
    values = {path.read_text().strip() for name, path in made.items() if name != "slack_webhook"}
    assert len(values) == 3
    assert min(map(len, values)) >= 32
