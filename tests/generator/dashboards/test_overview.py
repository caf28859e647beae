"""The overview: what it asks for first, what lies below, and how it grows with the stack."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from generator.dashboards.overview import dashboard
from generator.grafana import encode
from watchspec.spec import Spec

Make = Callable[[str], Spec]
Json = dict[str, Any]
MOST_PANELS = 25
FIRST_SCREEN = 25
"""Rows of Grafana's grid that a large screen shows."""
EVERYTHING = """
hosts: [{name: web}]
redis: [{name: cache, url: 'redis://r'}]
postgres: [{name: db, url: 'postgresql://p/x'}]
jobs: [{name: backup, file: /x, every: 24h}]
services:
  - {name: shop, url: 'https://shop', metrics: /m, instrumentation: go, slo: {availability: 99.9%}, runs_on: web}
"""
LIVE = EVERYTHING.replace("instrumentation: go", "instrumentation: {preset: go, connections: open, disconnects: gone}")


def shown(spec: Spec) -> Json:
    """The overview as Grafana reads it."""
    parsed: Json = json.loads(encode(dashboard(spec)))
    return parsed


def panels(spec: Spec) -> Iterator[Json]:
    """Its panels, also those in closed rows."""
    for panel in shown(spec)["panels"]:
        yield from panel["panels"] if panel["type"] == "row" and panel["collapsed"] else [panel]


def titles(spec: Spec) -> list[str]:
    """Their titles, and those of open rows."""
    return [panel["title"] for panel in panels(spec)]


def rows(spec: Spec) -> list[str]:
    """Headings."""
    return [panel["title"] for panel in shown(spec)["panels"] if panel["type"] == "row"]


def queries(spec: Spec) -> str:
    """All that it asks."""
    return "\n".join(target["expr"] for panel in panels(spec) for target in panel.get("targets", ()))


def test_the_first_screen_has_what_a_small_team_asks_first(spec_of: Make) -> None:
    """Rate, durations, errors; connections, messages, disconnects; processors and memory; above them what is wrong."""
    everything = shown(spec_of(EVERYTHING))["panels"]
    below = next(place for place, panel in enumerate(everything) if panel["type"] == "row")
    assert [panel["title"] for panel in everything[:below]] == [
        "Targets", "Firing alerts", "Least error budget left",
        "Requests by service", "Duration by service", "Errors by service",
        "Open connections of databases and hosts", "Commands and transactions", "Connections refused or reset",
        "CPU by host", "Memory by host",
    ]  # fmt: skip
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in everything[:below]) <= FIRST_SCREEN


def test_services_that_tell_of_their_connections_are_asked_for_them(spec_of: Make) -> None:
    """And nothing is shown in the place of what they do not tell."""
    found = titles(spec_of(LIVE))
    assert "Open connections by service" in found
    assert "Disconnects by service" in found
    assert "Messages by service" not in found
    assert "Open connections of databases and hosts" not in found


def test_without_hosts_services_tell_what_they_use(spec_of: Make) -> None:
    """Where nobody watches the machine."""
    found = titles(spec_of("services: [{name: a, url: 'http://a', metrics: /m, instrumentation: go}]\n"))
    assert {"CPU by service", "Memory by service"} <= set(found)


def test_there_are_few_panels(spec_of: Make, full: Spec) -> None:
    """What is not seen at a glance belongs to a dashboard of its own."""
    for spec in (spec_of(EVERYTHING), spec_of(LIVE), full):
        assert len([panel for panel in panels(spec) if panel["type"] != "row"]) <= MOST_PANELS


def test_rows_follow_the_kinds_of_the_spec(spec_of: Make, bare: Spec) -> None:
    """No Redis, no Redis panel; and no query that asks for its series."""
    assert rows(spec_of(EVERYTHING)) == ["What is wrong", "Services", "PostgreSQL", "Redis", "Hosts", "Jobs"]
    assert rows(bare) == ["What is wrong"]
    assert set(re.findall(r"(\w+)\{", queries(bare))) == {"ALERTS", "up"}


def test_every_kind_has_its_state(spec_of: Make) -> None:
    """One query each, and one for the monitoring itself."""
    (timeline,) = (panel for panel in panels(spec_of(EVERYTHING)) if panel["type"] == "state-timeline")
    asked = [target["expr"] for target in timeline["targets"]]
    names = ("probe_success{", "pg_up{", "redis_up{", "watchspec_job_interval_seconds{", "up{job=")
    assert len(asked) == len(names)
    assert all(name in expr for name, expr in zip(names, asked, strict=True))


def test_lines_lead_to_the_dashboard_of_their_kind(spec_of: Make) -> None:
    """With the target that was clicked alone."""
    spec = spec_of(EVERYTHING)
    links = {
        panel["title"]: [link["url"].partition("?")[0] for link in panel["fieldConfig"]["defaults"].get("links", ())]
        for panel in panels(spec)
        if panel["type"] == "timeseries"
    }
    name = spec.name
    assert links["Requests by service"] == [f"/d/{name}-service"]
    assert links["CPU by host"] == [f"/d/{name}-host"]
    assert links["Redis memory"] == [f"/d/{name}-redis"]
    assert links["Open connections of databases and hosts"] == [f"/d/{name}-overview"]


def test_a_wall_of_targets_stays_readable() -> None:
    """The timeline shows a page of them, and no higher a panel."""
    redis = [{"name": f"cache-{index}", "url": "redis://redis"} for index in range(200)]
    board = shown(Spec.model_validate({"version": 1, "name": "large", "redis": redis}))
    timeline = next(panel for panel in board["panels"] if panel["type"] == "state-timeline")
    assert timeline["gridPos"]["h"] == 17
    assert timeline["options"]["perPage"] == 20


def test_alerts_are_listed_with_the_worst_severity_first() -> None:
    """The spec's own severities, in its order and in their colours; not the watchdog's."""
    severities: dict[str, dict[str, object]] = {"sev.1": {}, "sev2": {}, "sev3": {}}
    board = shown(Spec.model_validate({"version": 1, "name": "own", "severities": severities}))
    table = next(panel for panel in board["panels"] if panel["type"] == "table")
    assert re.findall(r'"rank", "(\d+)", "severity", "([^"]+)"', table["targets"][0]["expr"]) == [
        ("000", r"sev\\.1"), ("001", "sev2"), ("002", "sev3"),
    ]  # fmt: skip
    assert r'severity=~"sev\\.1|sev2|sev3"' in table["targets"][0]["expr"]
    colors = table["fieldConfig"]["overrides"][0]["properties"][0]["value"][0]["options"]
    assert [colors[name]["color"] for name in severities] == ["red", "orange", "blue"]


def test_runbooks_are_linked_only_where_they_have_an_address(full: Spec) -> None:
    """A folder's name leads nowhere in a browser."""
    assert "Runbook" not in encode(dashboard(full))
    linked = full.model_copy(update={"links": full.links.model_copy(update={"runbooks": "https://wiki/alerts/"})})
    assert "https://wiki/alerts/${__data.fields.Alert:percentencode}.md" in encode(dashboard(linked))


def test_the_same_spec_gives_the_same_bytes(full: Spec) -> None:
    """Nothing depends on the run."""
    assert encode(dashboard(full)) == encode(dashboard(full))
