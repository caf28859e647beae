"""The whole thread on real servers: a spec, the exporter, Prometheus, Alertmanager, a mailbox; short intervals."""

import io
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support.need import program
from tests.support.servers import Running, free_port, postgres_server, redis_server
from tests.support.timed import timed  # noqa: F401  # a fixture
from watchspec.cli import main
from watchspec.units import Duration

T = TypeVar("T")
DEMO = Path(__file__).resolve().parent.parent.parent / "demo"
INTERVAL = Duration(1_000)
GROUP_WAIT = Duration(1_000)

SPEC = """
version: 1
name: live
labels: {{environment: test}}
hosts:
  - {{name: box}}
redis:
  - {{name: cache, url: "redis://127.0.0.1:{redis}"}}
postgres:
  - {{name: main-db, url: "postgresql://postgres@127.0.0.1:{postgres}/postgres"}}
services:
  - name: shop
    url: http://127.0.0.1:{shop}
    health: /health
    metrics: /metrics
    instrumentation:
      requests: http_requests_total
      duration: http_request_duration_seconds
      status: status
      method: method
      route: handler
alerts:
  RedisDown: {{for: 0s}}
  PostgresDown: {{for: 0s}}
  ServiceDown: {{for: 0s}}
  HighErrorRate: {{critical: 5%, for: 0s}}
smtp: {{host: "127.0.0.1:{smtp}", from: alerts@example.com, require_tls: false}}
slack: {{webhook: {{file: slack_webhook}}}}
channels:
  ops: {{email: ops@example.com, slack: "#alerts"}}
severities:
  critical: {{notify: ops, wait: {wait}, interval: 1s, repeat: 1h}}
  warning: {{notify: ops, wait: {wait}, interval: 1s, repeat: 4h}}
prometheus: {{scrape_interval: {interval}, evaluation_interval: {interval}}}
links: {{runbooks: "https://runbooks.example.com"}}
"""


@dataclass(frozen=True)
class Live:
    """A running stack and what it watches."""

    folder: Path
    redis: Running
    postgres: Running
    shop: str
    mailbox: str
    prometheus: str

    def messages(self, kind: str) -> list[dict[str, Any]]:
        """What has arrived as `kind` (mail or slack), oldest first."""
        found = json.loads(fetch(f"{self.mailbox}/messages"))
        return sorted(
            (message for message in found if message["kind"] == kind), key=lambda message: message["received"]
        )

    def message(self, kind: str, *words: str, since: float, patience: float = 60) -> dict[str, Any]:
        """The first message of `kind` since a moment (Unix seconds) that has all the words; waits for it."""

        def look() -> dict[str, Any] | None:
            for message in self.messages(kind):
                text = f"{message['subject']}\n{message['text']}"
                if message["received"] >= since and all(word in text for word in words):
                    return message
            return None

        try:
            return until(look, patience)
        except TimeoutError:
            arrived = [f"{message['subject']}" for message in self.messages(kind)]
            pytest.fail(f"no {kind} with {words} in {patience} s; what arrived: {arrived}")

    def critical(self) -> list[str]:
        """Names and targets of what fires as critical."""
        alerts = json.loads(fetch(f"{self.prometheus}/api/v1/alerts"))["data"]["alerts"]
        labels = [alert["labels"] for alert in alerts if alert["state"] == "firing"]
        return [f"{of['alertname']} {of['target']}" for of in labels if of["severity"] == "critical"]


def until(look: Callable[[], T | None], patience: float) -> T:
    """The first answer of `look` that is not None; `TimeoutError` after `patience` seconds."""
    deadline = time.monotonic() + patience
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Start everything; end it after the module's tests."""
    for name in ("prometheus", "alertmanager"):
        program(name)
    folder = tmp_path_factory.mktemp("live")
    ports = {name: free_port() for name in ("exporter", "prometheus", "alertmanager", "shop", "smtp", "web")}
    with ExitStack() as stack:
        for name in ("redis", "postgres"):
            (folder / name).mkdir()
        redis = stack.enter_context(redis_server(folder / "redis"))
        postgres = stack.enter_context(postgres_server(folder / "postgres"))
        stack.enter_context(demo("mailbox.py", "--smtp", str(ports["smtp"]), "--web", str(ports["web"])))
        stack.enter_context(demo("service.py", "--port", str(ports["shop"])))
        (folder / "slack_webhook").write_text(f"http://127.0.0.1:{ports['web']}/slack\n")
        spec = folder / "monitoring.yml"
        spec.write_text(
            SPEC.format(
                **ports | {"redis": redis.port, "postgres": postgres.port, "wait": GROUP_WAIT, "interval": INTERVAL}
            )
        )
        flags = [f"--port={name}={ports[name]}" for name in ("exporter", "prometheus", "alertmanager")]
        stack.callback(watchspec, "down", str(spec))
        watchspec("up", str(spec), "--native", *flags)
        found = Live(
            folder,
            redis,
            postgres,
            *(f"http://127.0.0.1:{ports[name]}" for name in ("shop", "web", "prometheus")),
        )
        until(lambda: settled(found) or None, 60)
        yield found


def settled(live: Live) -> bool:
    """Whether every target has been scraped well and nothing critical fires."""
    answer = json.loads(
        fetch(f"{live.prometheus}/api/v1/query?query=count(redis_up==1)%2Bcount(pg_up==1)%2Bcount(probe_success==1)")
    )
    values = [sample["value"][1] for sample in answer["data"]["result"]]
    return values == ["3"] and not live.critical()


def watchspec(*argv: str) -> None:
    """Run a verb in this process; it must end well."""
    stdout, stderr = io.StringIO(), io.StringIO()
    status = main(argv, stdout, stderr)
    assert status == 0, f"watchspec {' '.join(argv)}: {stderr.getvalue()}"


@contextmanager
def demo(script: str, *flags: str) -> Iterator[None]:
    """One of the demo's programs, from the moment it says that it is ready."""
    command = [sys.executable, str(DEMO / script), *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


def fetch(url: str, *, post: bool = False) -> str:
    """The body of an answer."""
    request = urllib.request.Request(url, method="POST" if post else "GET")  # noqa: S310  # loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return str(answer.read().decode())
