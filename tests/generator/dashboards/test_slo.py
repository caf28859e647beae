"""The page of promises asks only for what is recorded, and shows budgets only where something is promised."""

import json
from collections.abc import Callable

from generator.render import render
from watchspec.spec import Spec

PAGE = "grafana/dashboards/slo.json"


def test_budgets_are_shown_only_where_something_is_promised(spec_of: Callable[[str], Spec]) -> None:
    """Uptime always is."""
    plain = render(spec_of("services: [{name: a, url: 'http://a'}]\n"))
    promised = render(spec_of("services: [{name: a, url: 'http://a', slo: {availability: 99.9%}}]\n"))

    assert "slo:" not in plain[PAGE]
    assert "target:up:avg30d" in plain[PAGE]
    assert "slo:error_budget_left:ratio" in promised[PAGE]


def test_uptime_reaches_no_further_than_the_retention(spec_of: Callable[[str], Spec]) -> None:
    """A month of fifteen days would be a lie."""
    files = render(spec_of("prometheus: {retention: 15d}\n"))

    assert "target:up:avg15d" in files[PAGE]
    assert "record: target:up:avg15d" in files["rules/monitoring.yml"]
    assert "30d" not in json.dumps(json.loads(files[PAGE])["panels"])
