"""What many services publish, as one page: the series that the rules of services read."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

_BUCKETS: Final = ("0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf")
_GAUGES: Final = {
    "up": 1, "scrape_duration_seconds": 0.02, "probe_success": 1, "probe_duration_seconds": 0.03,
    "probe_dns_lookup_time_seconds": 0.001, "process_open_fds": 40, "process_max_fds": 1024,
    "process_start_time_seconds": 1_700_000_000, "scrape_samples_post_metric_relabeling": 100,
    "watchspec_health_status": 1, "watchspec_scrape_success": 1,
}  # fmt: skip
_REQUESTS: Final = 10
"""Requests a second of each service."""
_FAILING: Final = 100
"""One in so many services fails…"""
_FAILS: Final = 0.08
"""…in so large a share of its requests."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024  # with Python's own five, who comes with many others waits for a second


@contextmanager
def served(count: int) -> Iterator[int]:
    """Publish the series of so many services until the end; the port. Counters grow with the clock."""
    began = time.monotonic()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = text(count, time.monotonic() - began).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def text(count: int, seconds: float) -> str:
    """The page after so many seconds."""
    return "".join(f"{name}{{{labels}}} {value}\n" for name, labels, value in _series(count, seconds))


def _series(count: int, seconds: float) -> Iterator[tuple[str, str, float]]:
    requests = 1000 + _REQUESTS * seconds
    for index in range(count):
        target = f'target="service-{index}"'
        failed = requests * _FAILS if index % _FAILING == 0 else 0
        for name, value in _GAUGES.items():
            yield name, target, value
        yield "watchspec_health_component_up", f'{target},component="database"', 1
        for method in ("GET", "POST"):
            labels = f'{target},handler="/",method="{method}"'
            yield "http_requests_total", f'{labels},status="2xx"', (requests - failed) / 2
            yield "http_requests_total", f'{labels},status="5xx"', failed / 2
        for place, limit in enumerate(_BUCKETS, 1):
            share = place / len(_BUCKETS) if place < 3 else 1
            yield "http_request_duration_highr_seconds_bucket", f'{target},le="{limit}"', requests * share
        yield "http_request_duration_highr_seconds_count", target, requests
