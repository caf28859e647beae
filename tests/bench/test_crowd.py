"""The series of many services."""

import re
from http.client import HTTPConnection
from pathlib import Path

from bench import crowd, specs
from bench.page import series
from generator.render import render
from watchspec.load import load

_ASKED = re.compile(r"\b([a-z_]+)\{target")


def test_counters_grow_with_the_clock() -> None:
    """And one service in a hundred fails."""
    early, late = ({(one.name, *one.labels.items()): one.value for one in series(crowd.text(2, at))} for at in (0, 60))

    grown = {key[0] for key, value in late.items() if value > early[key]}
    assert grown == {
        "http_requests_total",
        "http_request_duration_highr_seconds_bucket",
        "http_request_duration_highr_seconds_count",
    }
    failing = {
        one.labels["target"] for one in series(crowd.text(2, 0)) if one.labels.get("status") == "5xx" and one.value
    }
    assert failing == {"service-0"}


def test_a_page_is_served_until_the_end() -> None:
    """As often as it is asked for."""
    with crowd.served(3) as port:
        for _ in range(2):
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/metrics")
            page = connection.getresponse().read().decode()
            connection.close()
            assert {one.labels["target"] for one in series(page)} == {"service-0", "service-1", "service-2"}


def test_the_rules_of_services_find_series_of_every_name_that_they_ask_for(tmp_path: Path) -> None:
    """Else they would be evaluated on nothing."""
    path = tmp_path / "monitoring.yml"
    path.write_text(specs.services(2))
    asked = set(_ASKED.findall(render(load(path).spec)["rules/service.yml"]))

    assert asked
    assert asked - {one.name for one in series(crowd.text(1, 0))} == set()
