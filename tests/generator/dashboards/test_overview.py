"""The overview, judged as Grafana and Prometheus would."""

import itertools
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.dashboards._sdk import model, units
from generator.dashboards.overview import dashboard
from generator.grafana import encode
from tests.support.need import program
from watchspec.spec import Spec

COLUMNS = 24
MOST_PANELS = 25
EXPORTER = {
    "node_cpu_seconds_total", "node_filesystem_avail_bytes", "node_filesystem_size_bytes", "node_memory_MemTotal_bytes",
    "node_memory_MemAvailable_bytes", "node_network_receive_bytes_total", "node_network_transmit_bytes_total",
    "pg_database_size_bytes", "pg_settings_max_connections", "pg_settings_superuser_reserved_connections",
    "pg_stat_activity_count", "pg_stat_database_xact_commit", "pg_stat_database_xact_rollback", "pg_up",
    "probe_duration_seconds", "probe_success", "redis_commands_processed_total", "redis_connected_clients",
    "redis_memory_used_bytes", "redis_up",
}  # fmt: skip
"""What node_exporter, redis_exporter, postgres_exporter and blackbox_exporter call it, and this exporter too."""
PROMETHEUS = {"ALERTS", "ALERTS_FOR_STATE", "up"}
RECORDS = {
    "target:request_duration_seconds:p50_rate5m", "target:request_duration_seconds:p95_rate5m",
    "target:request_errors:ratio_rate5m", "target:requests:rate5m",
}  # fmt: skip
"""What `rules/service.yml` records, whatever the services' own metrics are called."""


def shown(spec: Spec) -> dict[str, Any]:
    """The overview as Grafana reads it."""
    parsed: dict[str, Any] = json.loads(encode(dashboard(spec)))
    return parsed


def queries(board: dict[str, Any]) -> Iterator[str]:
    """Every expression of a dashboard, those of its annotations too."""
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))
    yield from (annotation["expr"] for annotation in board["annotations"]["list"])


def filled_in(expr: str) -> str:
    """`expr` with Grafana's variables replaced as Grafana does where everything is chosen."""
    return expr.replace("$__rate_interval", "1m").replace("$target", ".+")


def metrics(expr: str) -> set[str]:
    """Names of metrics in `expr`: what stands before a brace, and what no function or keyword is."""
    without_text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expr)
    return set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?=\{)", without_text)) | set(
        re.findall(r"\bALERTS\w*", without_text)
    )


def test_panels_have_ids_of_their_own(full: Spec) -> None:
    """Grafana renumbers panels of the same id, which breaks links to them."""
    ids = [panel["id"] for panel in shown(full)["panels"]]
    assert sorted(ids) == list(range(1, len(ids) + 1))


def test_no_panel_overlaps_another_or_leaves_the_grid(full: Spec, bare: Spec) -> None:
    """Every cell of the grid belongs to one panel at the most."""
    for spec in (full, bare):
        taken: set[tuple[int, int]] = set()
        for place in (panel["gridPos"] for panel in shown(spec)["panels"]):
            cells = set(
                itertools.product(
                    range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
                )
            )
            assert cells
            assert max(column for column, _ in cells) < COLUMNS
            assert not cells & taken
            taken |= cells


def test_every_panel_says_what_it_means_in_which_unit(full: Spec) -> None:
    """A panel without a unit or a meaning is a riddle at three in the morning."""
    known = {value for name, value in vars(units).items() if name[0].isupper() and isinstance(value, str)}
    panels = [panel for panel in shown(full)["panels"] if panel["type"] != "row"]
    for panel in panels:
        assert panel["title"]
        assert len(panel["description"]) > 40
        assert panel["fieldConfig"]["defaults"]["unit"] in known
        assert panel["fieldConfig"]["defaults"]["noValue"]
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["targets"]


def test_there_are_few_panels(full: Spec) -> None:
    """What is not seen at a glance belongs to a dashboard of its own."""
    assert len(shown(full)["panels"]) <= MOST_PANELS


def test_the_sdk_reads_back_all_of_it(full: Spec) -> None:
    """The SDK drops what it does not know; nothing may be lost but the place of links, which it sets by itself."""
    board = shown(full)
    again = json.loads(encode(model.Dashboard.from_json(board)))
    for link in again["links"]:
        del link["placement"]
    assert again == board


def test_panels_follow_the_targets_of_the_spec(full: Spec, bare: Spec) -> None:
    """No Redis, no Redis panel; and no query that asks for its series."""
    headings = [panel["title"] for panel in shown(full)["panels"] if panel["type"] == "row"]
    assert headings == ["Services", "PostgreSQL", "Redis", "Hosts"]
    assert not [panel for panel in shown(bare)["panels"] if panel["type"] == "row"]
    assert set().union(*map(metrics, queries(shown(bare)))) == PROMETHEUS


def test_queries_ask_only_for_series_that_somebody_publishes(full: Spec) -> None:
    """Each name is the exporter's, Prometheus's own, or a record."""
    assert set().union(*map(metrics, queries(shown(full)))) == EXPORTER | PROMETHEUS | RECORDS


def test_prometheus_accepts_every_query(full: Spec, tmp_path: Path) -> None:
    """Each query as the expression of a rule, judged by promtool."""
    rules = [{"record": f"query{index}", "expr": filled_in(expr)} for index, expr in enumerate(queries(shown(full)))]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    judged = subprocess.run(
        [program("promtool"), "check", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stderr
    assert f"SUCCESS: {len(rules)} rules found" in judged.stdout


def test_rates_follow_the_scrape_interval(full: Spec) -> None:
    """A fixed range is empty where scrapes are rarer than it, and coarse where they are not."""
    ranges = [
        found for expr in queries(shown(full)) for found in re.findall(r"\[(\$?\w+)\]", re.sub(r'"[^"]*"', "", expr))
    ]
    assert set(ranges) == {"$__rate_interval"}


def test_grafana_finds_no_variable_in_a_name(full: Spec) -> None:
    """Of what looks like a variable of Grafana's in a query, only ours are left."""
    looks_like = re.compile(r"\$(\w+)|\[\[(\w+?)\]\]|\$\{(\w+)")
    found = {next(filter(None, match.groups())) for expr in queries(shown(full)) for match in looks_like.finditer(expr)}
    assert found == {"target", "__rate_interval"}


def test_a_wall_of_targets_stays_readable() -> None:
    """The timeline shows a page of them, and no higher a panel."""
    redis = [{"name": f"cache-{index}", "url": "redis://redis"} for index in range(200)]
    board = shown(Spec.model_validate({"version": 1, "name": "large", "redis": redis}))
    timeline = next(panel for panel in board["panels"] if panel["type"] == "state-timeline")
    assert timeline["gridPos"]["h"] == 17
    assert timeline["options"]["perPage"] == 20


@pytest.mark.parametrize(
    ("field", "value"), [("schemaVersion", 42), ("editable", False), ("refresh", "30s"), ("id", None)]
)
def test_the_frame_is_what_a_provisioned_dashboard_needs(full: Spec, field: str, value: object) -> None:
    """No id of a database, nothing that invites edits which the next start undoes."""
    assert shown(full).get(field) == value


def test_variables_choose_the_data_source_and_the_targets(full: Spec) -> None:
    """The data source first, as the others ask it."""
    variables = shown(full)["templating"]["list"]
    assert [(variable["name"], variable["label"]) for variable in variables] == [
        ("datasource", "Data Source"),
        ("target", "Target"),
    ]
    assert variables[1]["allValue"] == ".+"
    assert variables[1]["multi"]


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
