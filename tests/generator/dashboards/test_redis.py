"""The page of Redis: what it shows of which spec, and whether its figures are right."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generator.dashboards import _redis_clients as clients
from generator.dashboards import _redis_commands as commands
from generator.dashboards import _redis_memory as memory
from generator.dashboards._redis_servers import LAG
from generator.dashboards.redis import dashboard
from generator.grafana import encode
from tests.support.proving import prove
from watchspec.spec import Spec

Make = Callable[[str], Spec]
MOST_PANELS = 25
FIRST_SCREEN = 24
PLAIN = "redis: [{name: a, url: 'redis://a'}]\n"
WORKING = "redis: [{name: a, url: 'redis://a', queues: {'queue:*': {warning: 500}}, streams: [orders]}]\n"


def panels(spec: Spec) -> Iterator[dict[str, Any]]:
    """Every panel as Grafana reads it, also those below closed headings."""
    for panel in json.loads(encode(dashboard(spec)))["panels"]:
        yield from panel["panels"] if panel["type"] == "row" else [panel]


def one(spec: Spec, title: str) -> dict[str, Any]:
    """The panel of that title."""
    [found] = (panel for panel in panels(spec) if panel["title"] == title)
    return found


def test_there_are_few_panels_and_one_screen_answers_first(spec_of: Make) -> None:
    """The rest is closed until somebody opens it."""
    opened = [panel for panel in json.loads(encode(dashboard(spec_of(PLAIN))))["panels"] if panel["type"] != "row"]
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in opened) <= FIRST_SCREEN
    assert len(list(panels(spec_of(WORKING)))) <= MOST_PANELS


def test_a_few_servers_have_large_figures_and_many_a_row_each(spec_of: Make) -> None:
    """The same queries: tiles of ten servers would be too small to read."""
    few, many = (
        list(
            panels(
                spec_of("redis:\n" + "".join(f"  - {{name: a{index}, url: 'redis://r'}}\n" for index in range(count)))
            )
        )
        for count in (4, 5)
    )
    asked = {target["legendFormat"]: target["expr"] for target in many[0]["targets"]}
    assert many[0]["type"] == "table"
    for panel in few[:4]:
        assert (panel["type"], panel["targets"][0]["expr"]) == ("stat", asked[panel["title"]])


def test_queues_and_streams_are_shown_where_the_spec_names_some(spec_of: Make) -> None:
    """And then without a click: they are the work that waits."""
    plain, working = (list(json.loads(encode(dashboard(spec_of(text))))["panels"]) for text in (PLAIN, WORKING))
    shown = {panel["title"] for panel in working if panel["type"] != "row"}
    assert shown - {panel["title"] for panel in plain} == {"Queues", "Streams"}


def test_queues_are_those_of_the_spec_and_have_their_threshold(spec_of: Make) -> None:
    """Keys that are merely counted are no queues."""
    panel = one(spec_of(WORKING), "Queues")
    assert [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 500]
    assert 'key=~"queue:.*"' in panel["targets"][0]["expr"]


def test_an_awkward_name_of_a_queue_is_taken_literally(spec_of: Make, tmp_path: Path) -> None:
    """Grafana would read `$name` as a variable of its own, and Prometheus `.` as any character."""
    spec = spec_of("redis: [{name: a, url: 'redis://a', queues: {'q.$target[a$]?': {}}}]\n")
    expr = one(spec, "Queues")["targets"][0]["expr"]
    assert expr.count("$") == expr.count("$target") == 1
    series = {
        f'redis_key_size{{target="a", key="{key}"}}': "1x10" for key in ("q.$targeta1", "q.$target$2", "qx$targeta1")
    }
    prove(
        tmp_path,
        series,
        {expr: [('{target="a", key="q.$targeta1"}', 1), ('{target="a", key="q.$target$2"}', 1)]},
    )


def test_memory_is_a_share_of_the_limit_and_of_the_machine_without_one(tmp_path: Path) -> None:
    """A limit of 0 is none; a server that knows of neither has only its bytes."""
    used, bytes_ = (query.expr for query in memory.SHARE.queries)
    series = {
        **{f'redis_memory_used_bytes{{target="{name}"}}': "50x10" for name in "abc"},
        'redis_memory_max_bytes{target="a"}': "100x10",
        **{f'redis_memory_max_bytes{{target="{name}"}}': "0x10" for name in "bc"},
        **{f'redis_total_system_memory_bytes{{target="{name}"}}': "500x10" for name in "ab"},
    }
    shares = [('{target="a"}', 0.5), ('{target="b"}', 0.1)]
    prove(tmp_path, series, {used: shares, bytes_: [(f'{{target="{name}"}}', 50) for name in "abc"]})


def test_what_is_refused_is_commands_and_connections_together(tmp_path: Path) -> None:
    """Errors that are a program's own fault are not among them."""
    series = {
        'redis_errors_total{target="a", err="OOM"}': "0+1x10",
        'redis_errors_total{target="a", err="READONLY"}': "0+2x10",
        'redis_errors_total{target="a", err="WRONGTYPE"}': "0+50x10",
        'redis_rejected_connections_total{target="a"}': "0+3x10",
        'redis_rejected_connections_total{target="b"}': "0x10",
    }
    prove(tmp_path, series, {clients.REFUSED.queries[0].expr: [('{target="a"}', 60), ('{target="b"}', 0)]})


def test_a_server_without_errors_stands_at_none(tmp_path: Path) -> None:
    """One that is down has no figure at all."""
    series = {
        'redis_errors_total{target="a", err="OOM"}': "0+60x10",
        **{f'redis_up{{target="{name}"}}': "1x10" for name in "ab"},
        'redis_up{target="c"}': "0x10",
    }
    expected = [('{target="a", err="OOM"}', 1), ('{target="b", err="no errors"}', 0)]
    prove(tmp_path, series, {commands.ERRORS.queries[0].expr: expected})


def test_a_restart_does_not_count_as_slow_commands(tmp_path: Path) -> None:
    """The numbers of the slow log begin anew then."""
    series = {
        'redis_slowlog_last_id{target="a"}': "0+60x10",
        'redis_slowlog_last_id{target="b"}': "900x8 0 0",
    }
    prove(tmp_path, series, {commands.ERRORS.queries[1].expr: [('{target="a"}', 1), ('{target="b"}', 0)]})


def test_percentiles_are_of_one_command_each(tmp_path: Path) -> None:
    """Redis leaves out buckets in which a command has no calls: a sum over commands would fall as `le` rises."""
    series = {
        'redis_commands_latencies_usec_bucket{target="a", cmd="get", le="1"}': "0+1000x10",
        'redis_commands_latencies_usec_bucket{target="a", cmd="get", le="+Inf"}': "0+1000x10",
        'redis_commands_latencies_usec_bucket{target="a", cmd="sort", le="1000"}': "0x10",
        'redis_commands_latencies_usec_bucket{target="a", cmd="sort", le="2000"}': "0+10x10",
        'redis_commands_latencies_usec_bucket{target="a", cmd="sort", le="+Inf"}': "0+10x10",
        'redis_commands_latencies_usec_bucket{target="a", cmd="info", le="9000"}': "0+1x10",
        'redis_commands_latencies_usec_bucket{target="a", cmd="info", le="+Inf"}': "0+1x10",
    }
    prove(tmp_path, series, {commands.DURATION.queries[1].expr: [('{target="a"}', 0.00199)]})


def test_a_master_without_replicas_is_not_behind(tmp_path: Path) -> None:
    """A replica is as far behind as it last heard of its master, a master as each of its replicas."""
    replica = 'slave_ip="10.0.0.2", slave_port="6379"'
    series = {
        f'redis_connected_slave_lag_seconds{{target="a", {replica}, slave_state="online"}}': "1x10",
        'redis_connected_slaves{target="a"}': "1x10",
        'redis_instance_info{target="a", role="master"}': "1x10",
        'redis_connected_slaves{target="b"}': "0x10",
        'redis_instance_info{target="b", role="master"}': "1x10",
        'redis_connected_slaves{target="c"}': "0x10",
        'redis_instance_info{target="c", role="slave"}': "1x10",
        'redis_master_last_io_seconds_ago{target="c", master_host="a"}': "7x10",
    }
    expected = [
        (f'{{target="a", {replica}, replica="10.0.0.2:6379"}}', 1),
        ('{target="b", replica="no replica"}', 0),
        ('{target="c", replica="its master"}', 7),
    ]
    prove(tmp_path, series, {LAG.queries[0].expr: expected})


def test_of_empty_databases_the_first_is_shown(tmp_path: Path) -> None:
    """Redis has sixteen, and most use one."""
    series = {
        'redis_db_keys{target="a", db="db0"}': "0x10",
        'redis_db_keys{target="a", db="db3"}': "5x10",
        'redis_db_keys{target="b", db="db0"}': "0x10",
        'redis_db_keys{target="b", db="db1"}': "0x10",
    }
    expected = [('{target="a", db="db0"}', 0), ('{target="a", db="db3"}', 5), ('{target="b", db="db0"}', 0)]
    prove(tmp_path, series, {memory.STORED[0].queries[0].expr: expected})
