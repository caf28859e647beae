"""A small instrumented web shop: what the bundled spec watches, and what a newcomer breaks on purpose.

- `GET /`, `GET /api/orders`, `POST /api/orders`: business; counted and timed
- `GET /live`: server-sent events, one a second for as long as the client stays
- `GET /health`: `{"status": "ok", "components": {...}}`
- `GET /metrics`: Prometheus text format
- `POST /break?errors=100`: answer 500 to that percentage of the business
- `POST /break?health=1`: answer 500 to /health
- `POST /mend`: undo both
"""

import argparse
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

ROUTES: Final = (("GET", "/"), ("GET", "/api/orders"), ("POST", "/api/orders"), ("GET", "/health"))
"""Every (method, handler) that is counted; what else is asked for counts as handler "other"."""
STATUSES: Final = ("200", "500")
BUCKETS_SECONDS: Final = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, *Histogram.DEFAULT_BUCKETS)
"""The library's own and finer ones, for the shop answers within microseconds."""
TRAFFIC_PERIOD_SECONDS: Final = 0.2
EVENT_PERIOD_SECONDS: Final = 1.0
STAYS_EVENTS: Final = (10, 20, 40, 80)
"""How many events each of the shop's own listeners takes before it leaves and comes back."""
BODY_LIMIT_BYTES: Final = 65_536


@dataclass
class Faults:
    """What is broken on purpose."""

    errors_percent: int = 0
    health: bool = False
    asked: int = 0
    """Business requests since the start; makes the share of errors exact instead of random."""

    def fails(self) -> bool:
        """Whether the next business request is one of the failing share."""
        self.asked += 1
        return self.asked * self.errors_percent // 100 != (self.asked - 1) * self.errors_percent // 100


class Metrics:
    """The service's own series; each known label set begins at 0, so that rates see the first event."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "http_requests_total", "Requests answered.", ("method", "handler", "status"), registry=self.registry
        )
        self.duration = Histogram(
            "http_request_duration_seconds",
            "Time to answer, seconds.",
            ("method", "handler"),
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )
        self.connections = Gauge("shop_live_connections", "Clients of /live.", registry=self.registry)
        self.messages = Counter("shop_live_messages_total", "Events sent to them.", registry=self.registry)
        self.disconnections = Counter("shop_live_disconnections_total", "Clients that left.", registry=self.registry)
        for method, handler in ROUTES:
            self.duration.labels(method, handler)
            for status in STATUSES:
                self.requests.labels(method, handler, status)
        self.requests.labels("GET", "other", "404")


class Shop(ThreadingHTTPServer):
    """The server with its state."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int]) -> None:
        self.metrics = Metrics()
        self.faults = Faults()
        self.lock = threading.Lock()
        super().__init__(address, Visit)


class Visit(BaseHTTPRequestHandler):
    """One connection."""

    server: Shop
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer business, health, metrics and live events."""
        if self.path == "/metrics":
            self.reply(200, generate_latest(self.server.metrics.registry), CONTENT_TYPE_LATEST)
        elif self.path == "/live":
            self.live()
        else:
            self.counted("GET")

    def do_POST(self) -> None:
        """Take an order, or break and mend the shop."""
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_LIMIT_BYTES))
        parts = urlsplit(self.path)
        if parts.path in ("/break", "/mend"):
            self.switch(parse_qs(parts.query) if parts.path == "/break" else {"errors": ["0"], "health": ["0"]})
        else:
            self.counted("POST")

    def switch(self, query: dict[str, list[str]]) -> None:
        """Set the faults that `query` names; refuse what is not a percentage."""
        errors, health = (query.get(key, [""])[0] for key in ("errors", "health"))
        if not (errors or health) or not (errors.isdecimal() or not errors) or int(errors or 0) > 100:
            self.reply(400, b"write /break?errors=PERCENT or /break?health=1\n", "text/plain")
            return
        with self.server.lock:
            self.server.faults.errors_percent = int(errors or self.server.faults.errors_percent)
            self.server.faults.health = health == "1" if health else self.server.faults.health
            state = {"errors_percent": self.server.faults.errors_percent, "health_broken": self.server.faults.health}
        self.reply_json(200, state)

    def counted(self, method: str) -> None:
        """Answer a request that the metrics count."""
        began, path = time.perf_counter(), urlsplit(self.path).path
        handler = path if (method, path) in ROUTES else "other"
        status, body = self.answer(handler)
        self.server.metrics.requests.labels(method, handler, str(status)).inc()
        if handler != "other":
            self.server.metrics.duration.labels(method, handler).observe(time.perf_counter() - began)
        self.reply_json(status, body)

    def answer(self, handler: str) -> tuple[int, dict[str, object]]:
        """Status and body for one of the routes."""
        with self.server.lock:
            broken_health = self.server.faults.health
            failing = handler in ("/", "/api/orders") and self.server.faults.fails()
        if handler == "other":
            return 404, {"error": "no such page"}
        if handler == "/health":
            word = "error" if broken_health else "ok"
            return 500 if broken_health else 200, {"status": word, "components": {"orders": word, "stock": "ok"}}
        if failing:
            return 500, {"error": "broken on purpose; POST /mend"}
        return 200, {"orders": []} if handler == "/api/orders" else {"shop": "open"}

    def live(self) -> None:
        """Send the state of the shop every `EVENT_PERIOD_SECONDS` until the client has gone."""
        metrics = self.server.metrics
        self.close_connection = True
        metrics.connections.inc()
        try:
            self.head(200, "text/event-stream", {"Cache-Control": "no-store", "Connection": "close"})
            while True:
                state = {"broken": self.server.faults.errors_percent > 0, "asked": self.server.faults.asked}
                self.wfile.write(f"data: {json.dumps(state)}\n\n".encode())
                metrics.messages.inc()
                time.sleep(EVENT_PERIOD_SECONDS)
        except OSError:
            metrics.disconnections.inc()
        finally:
            metrics.connections.dec()

    def reply_json(self, status: int, body: object) -> None:
        """Send `body` as JSON."""
        self.reply(status, json.dumps(body).encode() + b"\n", "application/json")

    def reply(self, status: int, body: bytes, content_type: str) -> None:
        """Send a whole answer."""
        self.head(status, content_type, {"Content-Length": str(len(body))})
        self.wfile.write(body)

    def head(self, status: int, content_type: str, more: dict[str, str]) -> None:
        """Send what comes before the body."""
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing: its own traffic would fill the log."""


def visit_forever(address: tuple[str, int], pause: threading.Event) -> None:
    """Be the shop's customers: one request each `TRAFFIC_PERIOD_SECONDS`, until `pause` is set."""
    turn = 0
    while not pause.wait(TRAFFIC_PERIOD_SECONDS):
        method, path = ROUTES[turn % 3]
        turn += 1
        connection = HTTPConnection(*address, timeout=5)
        try:
            connection.request(method, path)
            connection.getresponse().read()
        except (OSError, HTTPException):
            continue  # the next customer tries again
        finally:
            connection.close()


def listen_forever(address: tuple[str, int], events: int, pause: threading.Event) -> None:
    """Be a client of /live: take so many events, leave, and come back a moment later, until `pause` is set."""
    while not pause.wait(EVENT_PERIOD_SECONDS):
        connection = HTTPConnection(*address, timeout=5)
        try:
            connection.request("GET", "/live")
            with connection.getresponse() as answer:
                for _ in range(2 * events):  # an event is a line and an empty one
                    answer.readline()
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until the process ends; say "ready" on standard output once connections are accepted."""
    parser = argparse.ArgumentParser(description="A small instrumented web shop.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    arguments = parser.parse_args(argv)
    with Shop((arguments.host, arguments.port)) as shop:
        port = shop.server_address[1]
        customer = ("127.0.0.1" if arguments.host in ("", "0.0.0.0") else arguments.host, port)  # noqa: S104
        threading.Thread(target=visit_forever, args=(customer, threading.Event()), daemon=True).start()
        for events in STAYS_EVENTS:
            threading.Thread(target=listen_forever, args=(customer, events, threading.Event()), daemon=True).start()
        print(f"ready on http://{customer[0]}:{port}", flush=True)
        shop.serve_forever()


if __name__ == "__main__":
    main()
