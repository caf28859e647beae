"""The demo service: counted from zero, broken and mended on request."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from watchspec.load import load

Ask = Callable[..., tuple[int, Any]]
LISTENERS = 4
"""How many clients of its own the shop has."""


@pytest.fixture
def shop(start: Callable[..., None], free_port: Callable[[], int]) -> str:
    """The address of a running service."""
    port = free_port()
    start("service.py", "--port", port)
    return f"http://127.0.0.1:{port}"


def requests(text: str) -> dict[tuple[str, str, str], float]:
    """Requests so far by method, handler and status."""
    return {
        (sample.labels["method"], sample.labels["handler"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "http_requests_total"
    }


def test_errors_are_series_before_the_first_one(shop: str, ask: Ask) -> None:
    """A rate over a series that begins with its first error would miss it."""
    assert requests(ask(f"{shop}/metrics")[1])["GET", "/api/orders", "500"] == 0


def test_it_makes_its_own_traffic(shop: str, ask: Ask) -> None:
    """Nobody has to click for the dashboards to move."""
    deadline = time.monotonic() + 10
    while not all(
        requests(ask(f"{shop}/metrics")[1])[*route, "200"] for route in (("GET", "/"), ("POST", "/api/orders"))
    ):
        assert time.monotonic() < deadline, "no traffic after 10 s"


def test_a_share_of_errors_is_exact(shop: str, ask: Ask) -> None:
    """Of many requests, ours and its own, the failing share is the one that was asked for."""
    assert ask(f"{shop}/break?errors=50", b"")[1] == {"errors_percent": 50, "health_broken": False}
    for _ in range(40):
        ask(f"{shop}/")
    seen = requests(ask(f"{shop}/metrics")[1])
    failed = sum(count for (_, _, status), count in seen.items() if status == "500")
    assert 20 <= failed <= sum(seen.values()) / 2 + 1


def test_mending_ends_errors_and_bad_health(shop: str, ask: Ask) -> None:
    """/mend undoes both kinds of fault."""
    ask(f"{shop}/break?errors=100&health=1", b"")
    assert (ask(f"{shop}/")[0], ask(f"{shop}/health")[0]) == (500, 500)
    ask(f"{shop}/mend", b"")
    assert (ask(f"{shop}/")[0], ask(f"{shop}/health")[0]) == (200, 200)


def test_health_names_the_broken_component(shop: str, ask: Ask) -> None:
    """Breaking the health touches the business not at all."""
    ask(f"{shop}/break?health=1", b"")
    assert ask(f"{shop}/health")[1] == {"status": "error", "components": {"orders": "error", "stock": "ok"}}
    assert ask(f"{shop}/")[0] == 200


@pytest.mark.parametrize("query", ["", "?errors=101", "?errors=-1", "?errors=x", "?colour=red"])
def test_a_fault_that_makes_no_sense_is_refused(shop: str, ask: Ask, query: str) -> None:
    """A slip of the finger changes nothing."""
    assert ask(f"{shop}/break{query}", b"")[0] == 400
    assert ask(f"{shop}/")[0] == 200


def test_an_unknown_page_counts_under_one_name(shop: str, ask: Ask) -> None:
    """Whoever asks for random pages makes no new series."""
    assert [ask(f"{shop}/{page}")[0] for page in ("a", "b")] == [404, 404]
    assert requests(ask(f"{shop}/metrics")[1])["GET", "other", "404"] == 2


def live(text: str) -> dict[str, float]:
    """Values of the metrics of live connections."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {sample.name: sample.value for sample in samples if not sample.name.endswith("_created")}


def test_live_events_are_counted_and_so_is_who_leaves(shop: str, ask: Ask) -> None:
    """A client that takes two events and goes: one connection more, then one disconnection."""
    before = live(ask(f"{shop}/metrics")[1])
    with urlopen(f"{shop}/live", timeout=10) as events:  # noqa: S310  # our own http address
        lines = [events.readline() for _ in range(4)]
        during = live(ask(f"{shop}/metrics")[1])
    assert events.headers["Content-Type"] == "text/event-stream"
    assert [json.loads(line.removeprefix(b"data: ")).keys() for line in lines[::2]] == [{"broken", "asked"}] * 2
    assert lines[1::2] == [b"\n", b"\n"]
    assert during["shop_live_connections"] >= 1
    assert during["shop_live_messages_total"] >= before["shop_live_messages_total"] + 2
    deadline = time.monotonic() + 10
    while live(ask(f"{shop}/metrics")[1])["shop_live_disconnections_total"] <= before["shop_live_disconnections_total"]:
        assert time.monotonic() < deadline, "nobody noticed in 10 s that the client had gone"
        time.sleep(0.1)


def test_it_has_listeners_of_its_own(shop: str, ask: Ask) -> None:
    """All of them are there a moment after the start."""
    deadline = time.monotonic() + 10
    while live(ask(f"{shop}/metrics")[1])["shop_live_connections"] < LISTENERS:
        assert time.monotonic() < deadline, "not all listeners after 10 s"
        time.sleep(0.1)


def test_the_bundled_spec_names_its_metrics_and_labels(shop: str, ask: Ask, root: Path) -> None:
    """What `instrumentation:` says is what the service publishes."""
    names = load(root / "monitoring.yml").spec.services[0].instrumentation
    assert names is not None
    families = {family.name: family for family in text_string_to_metric_families(ask(f"{shop}/metrics")[1])}
    counted = families[str(names.requests).removesuffix("_total")].samples[0].labels
    timed = families[str(names.duration)].samples[0].labels
    assert {names.method, names.route, names.status} == set(counted)
    assert {names.method, names.route} <= set(timed)
    assert {names.connections, names.messages, names.disconnects} <= set(live(ask(f"{shop}/metrics")[1]))
