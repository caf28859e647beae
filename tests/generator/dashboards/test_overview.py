"""The overview: what it asks for, and how it grows with the stack."""

import json
import re

from generator.dashboards.overview import dashboard
from generator.grafana import encode
from tests.support.dashboards import Json, filled_in, queries, rows
from tests.support.expressions import reads
from watchspec.spec import Spec

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


def shown(spec: Spec) -> Json:
    """The overview as Grafana reads it."""
    parsed: Json = json.loads(encode(dashboard(spec)))
    return parsed


def metrics(board: Json) -> set[str]:
    """Names of all metrics that its queries read."""
    return {read.name for asked in queries(board) for read in reads(filled_in(asked.expr))}


def test_panels_follow_the_targets_of_the_spec(full: Spec, bare: Spec) -> None:
    """No Redis, no Redis panel; and no query that asks for its series."""
    assert [row["title"] for row in rows(shown(full))] == ["Services", "PostgreSQL", "Redis", "Hosts"]
    assert not [*rows(shown(bare))]
    assert metrics(shown(bare)) == PROMETHEUS


def test_it_asks_for_what_a_small_team_asks_first(full: Spec) -> None:
    """Each name is the exporter's, Prometheus's own, or a record."""
    assert metrics(shown(full)) == EXPORTER | PROMETHEUS | RECORDS


def test_a_wall_of_targets_stays_readable() -> None:
    """The timeline shows a page of them, and no higher a panel."""
    redis = [{"name": f"cache-{index}", "url": "redis://redis"} for index in range(200)]
    board = shown(Spec.model_validate({"version": 1, "name": "large", "redis": redis}))
    timeline = next(panel for panel in board["panels"] if panel["type"] == "state-timeline")
    assert timeline["gridPos"]["h"] == 17
    assert timeline["options"]["perPage"] == 20


def test_variables_choose_the_data_source_and_the_targets(full: Spec) -> None:
    """The data source first, as the others ask it."""
    variables = shown(full)["templating"]["list"]
    assert [(variable["name"], variable["label"]) for variable in variables] == [
        ("datasource", "Data source"),
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
