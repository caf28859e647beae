"""A whole stack at work: every kind of target, generated rules and configuration, traffic, an outage, lasting faults.

What looks back over days finds a day that is written before Prometheus starts; everything else is real.
"""

import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.live.conftest import demo, fetch, until, watchspec
from tests.support import driving_delivery, driving_postgres, driving_redis, driving_shop
from tests.support.asking import Prometheus, Span
from tests.support.need import program
from tests.support.panels import Asker
from tests.support.servers import Running, RunningPostgres, free_port, postgres_server, redis_server
from tests.support.traffic import Traffic
from watchspec.load import load
from watchspec.spec import Spec

SPEC: Final = """
version: 1
name: whole
labels: {{environment: test}}
hosts:
  - name: box
    textfiles: {folder}/textfiles
    processes: [postgres, redis-server]
    alerts: {{HostMemoryUsage: {{warning: 1%, for: 0s}}}}
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
      connections: shop_live_connections
      messages: shop_live_messages_total
      disconnects: shop_live_disconnections_total
      buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    team: web
    runs_on: box
    depends_on: [main-db, cache]
    slo: {{availability: 99%, latency: {{below: 100ms, for: 95%}}}}
  - {{name: ledger, url: "http://127.0.0.1:{ledger}", health: /health}}
redis:
  - name: cache
    url: redis://127.0.0.1:{redis}
    queues: {{"queue:mail": {{warning: 10}}}}
    keys: [recent, {{pattern: "session:*", count: true}}]
    streams: [orders]
    clients: by_name
postgres:
  - name: main-db
    url: postgresql://postgres@127.0.0.1:{postgres}/shop
    collectors: {{bloat: true, statio_user_indexes: true, unused_indexes: true}}
    tables: {{databases: all, every: 10s}}
    statements: {{top: 20}}
    queries:
      - name: shop_orders
        help: Orders by outcome.
        sql: SELECT outcome, count(*) AS value FROM orders GROUP BY outcome
        labels: [outcome]
        every: 1s
      - name: shop_orders_placed_total
        help: Orders that were ever placed.
        sql: SELECT last_value AS value FROM orders_id_seq
        type: counter
        every: 1s
      - {{name: shop_refunds, help: Refunds., sql: SELECT count(*) AS value FROM refunds, every: 1s}}
jobs:
  - {{name: nightly-backup, file: backups/latest.dump, every: 24h}}
  - {{name: report, metric: report_last_success_timestamp_seconds, every: 24h}}
alerts:
  RedisDown: {{for: 0s}}
  ServiceDown: {{for: 0s}}
  HighErrorRate: {{critical: 5%, for: 0s}}
  ExporterMemory: {{info: 1MB, for: 0s}}
smtp: {{host: "127.0.0.1:{smtp}", from: alerts@example.com, require_tls: false}}
slack: {{webhook: {{file: slack_webhook}}}}
channels:
  ops: {{email: ops@example.com, slack: "#alerts"}}
severities:
  critical: {{notify: ops, wait: 1s, interval: 1s, repeat: 1h}}
  warning: {{notify: ops, wait: 1s, interval: 1s, repeat: 4h}}
  info: {{notify: ops, wait: 1s, interval: 1s, repeat: 24h}}
prometheus: {{scrape_interval: {pace}s}}
links: {{runbooks: "https://runbooks.example.com"}}
"""

SHOWN_SECONDS: Final = 3600.0
"""The last hour: what the dashboards show at first."""
PACE: Final = 2
"""Seconds between two scrapes; as long may one take on a machine that has much else to do."""
SCRAPES: Final = 20
"""How many of them under traffic are enough for every rate."""
ERRORS_PERCENT: Final = 50
"""Of the shop's business, from the outage on."""
PAST: Final[Mapping[str, float]] = {"requests": 1000, "errors": 5}
"""What each promise of the shop counted a second on the day before: half of one per cent was bad."""
_PATIENCE: Final = 180
"""Seconds until something that takes a few must have happened."""
_DAY: Final = 86_400
_STEP: Final = 300


@dataclass(frozen=True)
class Whole:
    """The running stack, and what happens to it."""

    spec: Spec
    began: float
    """Unix seconds; nothing older is asked for."""
    redis: Running
    postgres: RunningPostgres
    shop: driving_shop.Shop
    ledger: str
    """The address of a service whose probe fails when all has begun, and goes on to."""
    prometheus: Prometheus
    alertmanager: str
    exporter: str
    visits: Traffic
    """Requests to a page that the shop does not have; nobody else asks for one."""
    counted: dict[str, float] = field(default_factory=dict)
    """`outage`: the seconds that Redis was away; `requests`: what the shop had answered before anybody looked."""

    def asker(self, shown: float = SHOWN_SECONDS) -> Asker:
        """Who looks at dashboards now, as if at the last `shown` seconds."""
        return Asker(self.prometheus, Span(self.began, time.time(), PACE), shown, PACE)

    def age(self) -> float:
        """Seconds since it began."""
        return time.time() - self.began

    def scrapes(self) -> float:
        """How many there were of the exporter."""
        return self.prometheus.number(f'count_over_time(up{{job="watchspec"}}[{SHOWN_SECONDS:.0f}s])') or 0

    def steady(self, seconds: float) -> bool:
        """Whether every scrape of the last seconds went well, of all targets but the one that fails."""
        over = f"[{seconds:.0f}s]"
        worst = f"min(min_over_time(up{over}) or min_over_time(watchspec_scrape_success{{target!='ledger'}}{over}))"
        return self.prometheus.number(worst) == 1

    def fires(self, alert: str, target: str) -> bool:
        """Whether it does now."""
        selector = f'alertname="{alert}", target="{target}", alertstate="firing"'
        return bool(self.prometheus.now(f"ALERTS{{{selector}}}"))


@contextmanager
def whole_stack(folder: Path) -> Iterator[Whole]:
    """Start everything, let things happen, and let traffic and lasting faults go on until the end of the block."""
    for name in ("prometheus", "promtool", "alertmanager"):
        program(name)
    ports = {name: free_port() for name in ("exporter", "prometheus", "alertmanager", "shop", "ledger", "smtp", "web")}
    with ExitStack() as stack:
        for name in ("redis", "postgres", "textfiles", "backups"):
            (folder / name).mkdir()
        redis = stack.enter_context(redis_server(folder / "redis", *driving_redis.OPTIONS))
        postgres = stack.enter_context(postgres_server(folder / "postgres", None, *driving_postgres.OPTIONS))
        driving_postgres.prepare(postgres)
        stack.enter_context(demo("mailbox.py", "--smtp", str(ports["smtp"]), "--web", str(ports["web"])))
        stack.enter_context(demo("service.py", "--port", str(ports["ledger"])))
        shop = stack.enter_context(driving_shop.Shop(ports["shop"]))
        _files(folder, ports["web"])
        spec = folder / "monitoring.yml"
        spec.write_text(
            SPEC.format(**ports | {"redis": redis.port, "postgres": postgres.port}, folder=folder, pace=PACE)
        )
        _write_past(folder)
        stack.callback(watchspec, "down", str(spec))
        flags = [f"--port={name}={ports[name]}" for name in ("exporter", "prometheus", "alertmanager")]
        watchspec("up", str(spec), "--native", *flags)
        _evaluate_often(folder, f"http://127.0.0.1:{ports['prometheus']}")
        ledger = f"http://127.0.0.1:{ports['ledger']}"
        whole = Whole(
            load(spec).spec, time.time(), redis, postgres, shop, ledger,
            Prometheus(f"http://127.0.0.1:{ports['prometheus']}"), f"http://127.0.0.1:{ports['alertmanager']}",
            f"http://127.0.0.1:{ports['exporter']}", driving_shop.traffic(shop.url),
        )  # fmt: skip
        whole.counted["requests"] = shop.answered()
        _drive(whole, stack)
        yield whole


def _files(folder: Path, web: int) -> None:
    (folder / "slack_webhook").write_text(f"http://127.0.0.1:{web}/slack\n")
    (folder / "backups" / "latest.dump").write_bytes(b"x" * 4096)
    metric = "report_last_success_timestamp_seconds"
    (folder / "textfiles" / "report.prom").write_text(f"# TYPE {metric} gauge\n{metric} {time.time():.0f}\n")


def _write_past(folder: Path) -> None:
    """A day of what the promises are counted from, up to ten minutes ago, as a block of Prometheus."""
    end = int(time.time()) // _STEP * _STEP - 2 * _STEP
    lines = []
    for name, value in PAST.items():
        lines.append(f"# TYPE slo:{name}:rate5m gauge")
        for slo in ("availability", "latency"):
            series = f'slo:{name}:rate5m{{target="shop",slo="{slo}"}}'
            lines += [f"{series} {value} {moment}" for moment in range(end - _DAY, end, _STEP)]
    past = folder / "past.txt"
    past.write_text("\n".join([*lines, "# EOF\n"]))
    data = folder / ".watchspec" / "data" / "prometheus"
    data.mkdir(parents=True, mode=0o700)
    command = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(past), str(data)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr


def _evaluate_often(folder: Path, prometheus: str) -> None:
    """Records of months are computed every few minutes; here nobody waits so long for them."""
    for file in (folder / ".watchspec" / "config" / "rules").glob("*.yml"):
        file.write_text(re.sub(r"^(\s+interval:) .*$", r"\1 5s", file.read_text(), flags=re.MULTILINE))
    fetch(f"{prometheus}/-/reload", post=True)


def _drive(whole: Whole, stack: ExitStack) -> None:
    """Traffic, an outage of Redis and one of the shop that are told and end, and faults that last."""
    ask = whole.prometheus.number
    targets = sum(1 for _ in whole.spec.targets()) - len(whole.spec.jobs)
    until(lambda: ask("count(target:up:max == 1)") == targets or None, _PATIENCE)
    for traffic in (whole.visits, driving_redis.traffic(whole.redis.port), driving_postgres.traffic(whole.postgres)):
        stack.enter_context(traffic.running())
    _outage(whole)
    stack.enter_context(driving_redis.troubled(whole.redis.port))
    stack.enter_context(driving_postgres.troubled(whole.postgres))
    with driving_postgres.without_refunds(whole.postgres):
        until(lambda: (ask("sum(watchspec_query_errors_total)") or 0) > 0 or None, _PATIENCE)
    driving_delivery.silence(whole.alertmanager, "HostMemoryUsage", "box")
    fetch(f"{whole.shop.url}/break?errors={ERRORS_PERCENT}", post=True)
    until(lambda: whole.fires("HighErrorRate", "shop") or None, _PATIENCE)
    told = 'sum(alertmanager_notifications_total{integration="email"})'
    until(lambda: (ask(told) or 0) > 0 or None, _PATIENCE)
    until(lambda: whole.scrapes() >= SCRAPES or None, _PATIENCE)


def _outage(whole: Whole) -> None:
    stopped = time.monotonic()
    whole.redis.stop()
    whole.shop.stop()
    until(lambda: (whole.fires("RedisDown", "cache") and whole.fires("ServiceDown", "shop")) or None, _PATIENCE)
    whole.redis.start()
    whole.counted["outage"] = time.monotonic() - stopped
    whole.shop.start()
    fetch(f"{whole.ledger}/break?health=1", post=True)
    until(lambda: not (whole.fires("RedisDown", "cache") or whole.fires("ServiceDown", "shop")) or None, _PATIENCE)
