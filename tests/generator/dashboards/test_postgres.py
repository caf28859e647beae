"""The page of PostgreSQL: what it shows of which spec, and whether its figures are right."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.dashboards import _postgres_disk as disk
from generator.dashboards import _postgres_sessions as sessions
from generator.dashboards.postgres import dashboard
from generator.grafana import encode
from tests.support.proving import prove
from watchspec.spec import Spec

Make = Callable[[str], Spec]
MOST_PANELS = 25
FIRST_SCREEN = 24
PLAIN = "postgres: [{name: a, url: 'postgresql://u@h/d'}]\n"
STATEMENTS = {"Statements over the time shown", "Time in statements"}


def told(more: str) -> str:
    """A server with these keys."""
    return f"postgres: [{{name: a, url: 'postgresql://u@h/d', {more}}}]\n"


def panels(spec: Spec) -> Iterator[dict[str, Any]]:
    """Every panel as Grafana reads it, also those below closed headings."""
    for panel in json.loads(encode(dashboard(spec)))["panels"]:
        yield from panel["panels"] if panel["type"] == "row" else [panel]


def column(spec: Spec, table: str, title: str) -> str:
    """The expression that fills a column."""
    [panel] = (panel for panel in panels(spec) if panel["title"] == table)
    return next(str(target["expr"]) for target in panel["targets"] if target["legendFormat"] == title)


def test_there_are_few_panels_and_one_screen_answers_first(spec_of: Make) -> None:
    """The rest is closed until somebody opens it."""
    spec = spec_of(told("statements: {top: 5}"))
    opened = [panel for panel in json.loads(encode(dashboard(spec)))["panels"] if panel["type"] != "row"]
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in opened) <= FIRST_SCREEN
    assert len(list(panels(spec))) <= MOST_PANELS


def test_a_few_servers_have_large_figures_and_many_a_row_each(spec_of: Make) -> None:
    """The same queries: tiles of ten servers would be too small to read."""
    few, many = (
        list(
            panels(
                spec_of(
                    "postgres:\n"
                    + "".join(f"  - {{name: a{index}, url: 'postgresql://u@h/d'}}\n" for index in range(count))
                )
            )
        )
        for count in (4, 5)
    )
    asked = {target["legendFormat"]: target["expr"] for target in many[0]["targets"]}
    assert many[0]["type"] == "table"
    for panel in few[:4]:
        assert (panel["type"], panel["targets"][0]["expr"]) == ("stat", asked[panel["title"]])


def test_statements_and_bloat_are_shown_where_a_server_publishes_them(spec_of: Make) -> None:
    """Elsewhere they would be empty for ever."""
    plain = {panel["title"] for panel in panels(spec_of(PLAIN))}
    full = spec_of(told("statements: {top: 5}, collectors: {bloat: true}"))
    assert {panel["title"] for panel in panels(full)} - plain == STATEMENTS
    assert "bloat" in column(full, "Tables", "Bloat")
    with pytest.raises(StopIteration):
        column(spec_of(PLAIN), "Tables", "Bloat")


def test_a_statement_is_its_text_where_that_is_published_and_its_id_elsewhere(spec_of: Make, tmp_path: Path) -> None:
    """Several users of one database run the same statement; one that did not run lately is not there.

    A text is published while its statement is among the costliest, and known from then on.
    """
    series = {
        'pg_stat_statements_seconds_total{target="a", datname="d", user="u", queryid="1"}': "0+1x10",
        'pg_stat_statements_seconds_total{target="a", datname="d", user="v", queryid="1"}': "0+2x10",
        'pg_stat_statements_calls_total{target="a", datname="d", user="u", queryid="1"}': "0+3x10",
        'pg_stat_statements_query_id{target="a", queryid="1", query="SELECT $1"}': "1x5 stale",
        'pg_stat_statements_seconds_total{target="b", datname="d", user="u", queryid="1"}': "0+4x10",
        'pg_stat_statements_calls_total{target="b", datname="d", user="u", queryid="1"}': "0+1x10",
        'pg_stat_statements_seconds_total{target="b", datname="d", user="u", queryid="2"}': "7x10",
        'pg_stat_statements_calls_total{target="b", datname="d", user="u", queryid="2"}': "7x10",
    }
    table = "Statements over the time shown"
    one, other = 'target="a", datname="d", queryid="1"', 'target="b", datname="d", queryid="1"'
    for text, name in (("true", "SELECT $1"), ("false", "1")):
        spec = spec_of(told(f"statements: {{text: {text}}}"))
        times = [(f'{{{one}, query="{name}"}}', 30.0), (f'{{{other}, query="1"}}', 40.0)]
        means = [(f"{{{one}}}", 1.0), (f"{{{other}}}", 4.0)]
        prove(tmp_path, series, {column(spec, table, "Time taken"): times, column(spec, table, "Mean"): means})


def test_work_is_measured_or_before_version_14_looked_at(tmp_path: Path) -> None:
    """Older servers do not add up the time of statements."""
    series = {
        'pg_stat_database_active_time_seconds_total{target="new", datname="d"}': "0+120x10",
        'pg_stat_activity_count{target="new", state="active"}': "9x10",
        'pg_stat_activity_count{target="old", state="active"}': "3x10",
        'pg_stat_activity_count{target="old", state="idle"}': "5x10",
    }
    prove(tmp_path, series, {sessions.WORK.queries[0].expr: [('{target="new"}', 2), ('{target="old"}', 3)]})


def test_checkpoints_have_one_name_in_every_version(tmp_path: Path) -> None:
    """Version 17 moved them to a view of their own."""
    series = {
        'pg_stat_bgwriter_checkpoints_timed_total{target="old"}': "0+1x10",
        'pg_stat_bgwriter_checkpoints_req_total{target="old"}': "0+3x10",
        'pg_stat_checkpointer_num_timed_total{target="new"}': "0+2x10",
        'pg_stat_checkpointer_num_requested_total{target="new"}': "0+4x10",
    }
    timed, requested = (query.expr for face in disk.DISK if face.title == "Checkpoints" for query in face.queries)
    expected = {
        timed: [('{target="new"}', 2), ('{target="old"}', 1)],
        requested: [('{target="new"}', 4), ('{target="old"}', 3)],
    }
    prove(tmp_path, series, expected)


def test_who_waits_for_a_lock_is_counted_once(tmp_path: Path) -> None:
    """The rest waits for the disk, or for nothing."""
    series = {
        'pg_up{target="a"}': "1x10",
        'pg_up{target="b"}': "1x10",
        'pg_stat_activity_count{target="a", state="active", wait_event_type="Lock"}': "4x10",
        'pg_stat_activity_count{target="a", state="active", wait_event_type="IO"}': "2x10",
        'pg_stat_activity_count{target="b", state="active", wait_event_type=""}': "2x10",
        'pg_stat_activity_count{target="b", state="idle", wait_event_type="Client"}': "2x10",
        'watchspec_postgres_lock_waits{target="a", datname="d"}': "4x10",
    }
    blocked, waiting = (query.expr for query in sessions.WAITING.queries)
    expected = [('{target="a", wait_event_type="IO"}', 2), ('{target="b", wait_event_type="nothing"}', 0)]
    prove(tmp_path, series, {blocked: [('{target="a"}', 4)], waiting: expected})


def test_the_last_vacuum_is_the_later_one_of_the_daemons_and_ours(spec_of: Make, tmp_path: Path) -> None:
    """A table that never had one stands at 0."""
    own, auto = "pg_stat_user_tables_last_vacuum", "pg_stat_user_tables_last_autovacuum"
    names = {name: f'target="a", datname="d", schemaname="s", relname="{name}"' for name in ("hand", "daemon", "never")}
    moments = {"hand": (9, 5), "daemon": (0, 7), "never": (0, 0)}
    series = {
        f"{family}{{{names[name]}}}": f"{both[place]}x10"
        for name, both in moments.items()
        for place, family in enumerate((own, auto))
    }
    expected = [(f"{{{names[name]}}}", 1000 * max(both)) for name, both in moments.items()]
    prove(tmp_path, series, {column(spec_of(PLAIN), "Tables", "Vacuum"): expected})


def test_databases_grow_shrink_and_wrap_around(spec_of: Make, tmp_path: Path) -> None:
    """Templates are not among them."""
    series = {
        'pg_database_size_bytes{target="a", datname="d"}': "1000-10x10",
        'pg_database_size_bytes{target="a", datname="template1"}': "5x10",
        'watchspec_postgres_oldest_transactions{target="a", datname="d"}': "1073741824x10",
        'pg_stat_database_xact_commit{target="a", datname="d", datid="1"}': "0+3x10",
        'pg_stat_database_xact_rollback{target="a", datname="d", datid="1"}': "0+1x10",
    }
    of = {
        title: column(spec_of(PLAIN), "Databases over the time shown", title)
        for title in ("Growth", "Wraparound", "Rolled back")
    }
    at = '{target="a", datname="d"}'
    expected = {of["Growth"]: [(at, -100.0)], of["Wraparound"]: [(at, 0.5)], of["Rolled back"]: [(at, 0.25)]}
    prove(tmp_path, series, expected)


def test_a_server_without_replicas_and_slots_has_none(spec_of: Make, tmp_path: Path) -> None:
    """0 is an answer; nothing would look like a fault."""
    series = {
        'pg_up{target="a"}': "1x10",
        'pg_up{target="b"}': "1x10",
        'pg_stat_replication_pg_wal_lsn_diff{target="a", application_name="one"}': "5x10",
        'pg_stat_replication_pg_wal_lsn_diff{target="a", application_name="two"}': "7x10",
        'pg_replication_slot_slot_is_active{target="a", slot_name="one"}': "1x10",
        'pg_replication_slot_slot_is_active{target="a", slot_name="two"}': "0x10",
    }
    a, b = '{target="a"}', '{target="b"}'
    figures = {"Replicas": 2, "Slowest behind by": 7, "Slots": 2, "Unused slots": 1}
    table = "Replication and slots"
    expected = {column(spec_of(PLAIN), table, title): [(a, value), (b, 0)] for title, value in figures.items()}
    prove(tmp_path, series, expected)
