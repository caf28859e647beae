"""The page of promises asks only for what is recorded, and shows budgets only where something is promised."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from generator.burn import TIERS
from generator.render import render
from watchspec.spec import Spec

PAGE = "grafana/dashboards/slo.json"
PROMISED = "services: [{name: a, url: 'http://a', slo: {availability: 99.9%}}]\n"


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


def panels(page: str) -> Mapping[str, Any]:
    """The page's panels by title."""
    return {panel["title"]: panel for panel in json.loads(page)["panels"]}


def lines(panel: Mapping[str, Any]) -> list[tuple[float | None, str]]:
    """Where a panel changes its colour."""
    return [(step["value"], step["color"]) for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]


def test_burn_rates_turn_the_severitys_colour_where_its_alert_fires(spec_of: Callable[[str], Spec]) -> None:
    """The factors of the rules, for each of their windows; a page is red, a ticket orange."""
    shown = panels(render(spec_of(PROMISED))[PAGE])
    found = {title.removeprefix("Burn rate over "): lines(panel) for title, panel in shown.items() if "over" in title}
    green = (None, "green")
    assert {over: found[over] for over in ("1h", "6h", "1d", "3d")} == {
        "1h": [green, (14.4, "red")],
        "6h": [green, (6, "red")],
        "1d": [green, (3, "orange")],
        "3d": [green, (1, "orange")],
    }


def test_burn_rates_follow_the_settings_of_their_alerts(spec_of: Callable[[str], Spec]) -> None:
    """Another share and another window move the line and the panel; what is off has none."""
    own = "SloFastBurn: {critical: 5%, warning: 1%, long: 2h}"
    files = render(spec_of(f"{PROMISED}alerts: {{{own}, SloBurn: off, SloSlowBurn: off, SloErosion: off}}\n"))
    shown = panels(files[PAGE])

    assert [title for title in shown if title.startswith("Burn rate over")] == ["Burn rate over 2h"]
    assert lines(shown["Burn rate over 2h"]) == [(None, "green"), (3.6, "orange"), (18, "red")]
    assert "slo:burn_rate:ratio_rate2h" in files["rules/slo.yml"]


def test_burn_rates_are_shown_where_nobody_is_told_of_them(spec_of: Callable[[str], Spec]) -> None:
    """Without a line, over the usual times."""
    off = ", ".join(f"{alert}: off" for alert in TIERS)
    shown = panels(render(spec_of(f"{PROMISED}alerts: {{{off}}}\n"))[PAGE])

    found = {title: lines(panel) for title, panel in shown.items() if title.startswith("Burn rate over")}
    assert found == {f"Burn rate over {over}": [(None, "green")] for over in ("1h", "6h", "1d", "3d")}


def test_a_factor_that_promises_do_not_share_is_not_drawn(spec_of: Callable[[str], Spec]) -> None:
    """A week's budget burns at another rate than a month's; one line would be wrong for one of them."""
    week = "{name: b, url: 'http://b', slo: {availability: 99%, window: 7d}}"
    shown = panels(render(spec_of(PROMISED.replace("]", f", {week}]")))[PAGE])

    assert lines(shown["Burn rate over 1h"]) == [(None, "green")]


def test_the_promise_that_is_worst_off_stands_first(spec_of: Callable[[str], Spec]) -> None:
    """One line each, by the budget that is left."""
    table = panels(render(spec_of(PROMISED))[PAGE])["Every promise"]
    sort = next(step for step in table["transformations"] if step["id"] == "sortBy")

    assert sort["options"] == {"sort": [{"field": "Value #C", "desc": False}]}
    assert "slo:error_budget_left:ratio" in table["targets"][2]["expr"]
