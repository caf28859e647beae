"""The exporter's pages over HTTP."""

import gzip
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from exporter.reasons import ScrapeError

Serve = Callable[..., Any]
Target = Callable[..., Any]


def test_metrics_are_the_text_format_whatever_the_client_would_rather_have(serve: Serve, target: Target) -> None:
    """Names of the compatible exporters do not survive OpenMetrics."""
    running = serve(target("redis", "cache", samples={"redis_up": 1}))

    answer = running.ask("/metrics", Accept="application/openmetrics-text")

    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b'\nredis_up{target="cache"} 1\n' in answer.body


def test_a_page_is_packed_for_who_can_unpack_it(serve: Serve, target: Target) -> None:
    """And says that it depends on who asks."""
    running = serve(target("redis", "cache", samples={f"redis_figure_{n}": n for n in range(100)}))

    packed = running.ask("/metrics", Accept_Encoding="br;q=1, gzip;q=0.5")
    plain = running.ask("/metrics", Accept_Encoding="gzip;q=0")

    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert b"redis_figure_99" in gzip.decompress(packed.body)
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("collect[]=redis", {"cache", "queue"}),
        ("exclude[]=redis", {"main"}),
        ("target=cache", {"cache"}),
        ("target=cache&target=main", {"cache", "main"}),
        ("collect[]=postgres&target=cache", set()),
    ],
)
def test_a_part_of_the_page_can_be_asked_for(serve: Serve, target: Target, query: str, kept: set[str]) -> None:
    """By kind and by target."""
    running = serve(target("redis", "cache"), target("redis", "queue"), target("postgres", "main"))

    body = running.ask(f"/metrics?{query}").body.decode()

    assert {name for name in ("cache", "queue", "main") if f'target="{name}"' in body} == kept


@pytest.mark.parametrize("path", ["/metrics", "/health", "/"])
def test_what_does_not_exist_is_named(serve: Serve, target: Target, path: str) -> None:
    """Rather than answered with an empty page."""
    answer = serve(target("redis", "cache")).ask(f"{path}?target=nobody&collect[]=mongodb")

    assert (answer.status, answer.body) == (400, b"unknown: mongodb, nobody\n")


def test_scrapes_beyond_the_limit_are_told_to_come_again(serve: Serve, target: Target) -> None:
    """While those at work go on."""
    hung = target("redis", "cache", go=threading.Event())
    running = serve(hung, scrapes=1)
    first = threading.Thread(target=running.ask, args=("/metrics",))
    first.start()
    assert hung.entered.wait(10)

    answer = running.ask("/metrics")
    known = running.ask("/health")
    hung.go.set()
    first.join()

    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert (known.status, json.loads(known.body)["targets"][0]["status"]) == (200, "unknown")
    assert running.ask("/metrics").status == 200


def test_the_client_says_how_long_a_scrape_may_take(serve: Serve, target: Target) -> None:
    """A target that hangs is given up before that."""
    running = serve(target("redis", "cache", go=threading.Event()))

    started = time.monotonic()
    assert running.ask("/metrics", X_Prometheus_Scrape_Timeout_Seconds="0.3").status == 200

    assert time.monotonic() - started < 2


def test_health_says_how_each_target_is(serve: Serve, target: Target) -> None:
    """Even if nobody has scraped yet."""
    running = serve(
        target("redis", "cache", samples={"redis_up": 1}),
        target("postgres", "main", error=ScrapeError("refused", "redis://bob:hunter2@db refused, ask bob@example.com")),
        target("service", "api", 'instance="a:80"', samples={"probe_success": 1, 'x_component_up{component="db"}': 0}),
    )

    answer = running.ask("/health")
    found = json.loads(answer.body)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert (found["status"], found["health_score"]) == ("degraded", 50)
    cache, main, api = found["targets"]
    assert (cache["status"], cache["error"], "instance" in cache) == ("up", None, False)
    assert cache["latency_seconds"] >= 0
    assert cache["since"].endswith("Z")
    assert (main["status"], main["error"]) == ("down", "refused: redis://bob:***@db refused, ask ***@***")
    assert (api["status"], api["instance"], api["error"]) == ("degraded", "a:80", "part: db failed")


def test_health_of_one_target_is_for_its_load_balancer(serve: Serve, target: Target) -> None:
    """503 while nothing of what was asked for answers."""
    down = target("redis", "queue", error=ScrapeError("dns", ""))
    running = serve(target("redis", "cache", samples={"redis_up": 1}), down)

    assert running.ask("/health?target=queue").status == 503
    assert running.ask("/health?target=cache").status == 200
    assert running.ask("/health").status == 200


def test_what_was_scraped_lately_is_not_looked_at_again(serve: Serve, target: Target) -> None:
    """Many people may look at the page."""
    cache = target("redis", "cache", samples={"redis_up": 1})
    running = serve(cache)
    running.ask("/metrics")

    for path in ("/", "/health", "/"):
        assert running.ask(path).status == 200

    assert cache.count == 1


def test_signs_of_life_ask_no_target(serve: Serve, target: Target) -> None:
    """They are about the exporter."""
    cache = target("redis", "cache")
    running = serve(cache)

    assert [running.ask(path).status for path in ("/-/healthy", "/-/ready")] == [200, 200]
    assert cache.count == 0


@pytest.mark.parametrize("path", ["/", "/metrics", "/health", "/-/healthy", "/-/ready"])
def test_head_is_get_without_a_body_and_other_methods_are_refused(serve: Serve, path: str) -> None:
    """With the methods that would do."""
    running = serve()

    assert running.ask(path, "HEAD").body == b""
    assert running.ask(path, "HEAD").status == 200
    refused = running.ask(path, "POST")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")


def test_every_answer_has_the_headers_that_keep_browsers_safe(serve: Serve) -> None:
    """Those of errors too."""
    running = serve()

    for path in ("/", "/metrics", "/nothing"):
        headers = running.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-security-policy"].startswith("default-src 'none'")


def test_a_bug_costs_one_answer_and_says_nothing(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the traceback."""

    def broken() -> str:
        raise RuntimeError("S3cret")

    running = serve(warning=broken)

    answer = running.ask("/")

    assert (answer.status, b"S3cret" in answer.body) == (500, False)
    assert running.ask("/-/healthy").status == 200
