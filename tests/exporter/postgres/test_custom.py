"""Business metrics, on a real server."""

import os
import signal
import time

import pytest

from exporter.postgres.custom import BadRows, samples
from exporter.postgres.session import Rows
from tests.support.databases import Target, scrape

PAYMENTS = (
    "CREATE TABLE payments (outcome text, amount numeric)",
    "INSERT INTO payments VALUES ('paid', 10.5), ('paid', 2), ('failed', 7), (NULL, 1)",
    "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'INSERT INTO payments VALUES (''sneaked'', 1) RETURNING 1'",
)


def query(name: str, sql: str, **more: object) -> dict[str, object]:
    """A query as the spec has it."""
    return {"name": name, "help": "A figure.", "sql": sql, **more}


def run(target: Target, *queries: dict[str, object], **more: object) -> dict[str, float]:
    """Scrape once."""
    return target.values(queries=list(queries), **more)


def test_rows_become_samples_with_labels(target: Target) -> None:
    """NULL is the empty label; numbers of every kind."""
    target.execute(*PAYMENTS)
    by_outcome = "SELECT outcome, sum(amount) AS total FROM payments GROUP BY outcome;"
    found = run(
        target,
        query("payments_amount", by_outcome, labels=["outcome"], value="total"),
        query("payments_open", "SELECT count(*) > 3 AS value FROM payments", type="counter"),
    )

    amounts = {name: value for name, value in found.items() if name.startswith("payments_amount")}
    assert amounts == {
        'payments_amount{outcome="paid"}': 12.5,
        'payments_amount{outcome="failed"}': 7,
        'payments_amount{outcome=""}': 1,
    }
    assert found["payments_open"] == 1
    assert found['watchspec_query_success{query="payments_amount"}'] == 1
    assert 0 <= found['watchspec_query_age_seconds{query="payments_amount"}'] < 5


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("INSERT INTO payments VALUES ('x', 1) RETURNING 1 AS value", "sql"),
        ("WITH w AS (DELETE FROM payments RETURNING 1) SELECT 1 AS value", "sql"),
        ("SELECT sneak() AS value", "read_only"),
        ("SELECT 1 AS value; INSERT INTO payments VALUES ('x', 1)", "sql"),
        ("SELECT set_config('transaction_read_only', 'off', true), sneak() AS value", "sql"),
        ("SELECT nextval('numbers') AS value", "read_only"),
        ("SELECT 'many' AS value", "value"),
        ("SELECT 1 AS other", "column"),
        ("SELECT * FROM missing", "sql"),
        ("SELECT pg_sleep(5)::text::int AS value", "timeout"),
    ],
)
def test_a_bad_query_costs_only_itself_and_writes_nothing(target: Target, sql: str, reason: str) -> None:
    """Its reason is counted; the one after it runs."""
    target.execute(*PAYMENTS, "CREATE SEQUENCE numbers")
    found = run(target, query("bad", sql, timeout="200ms"), query("good", "SELECT 5 AS value"))

    assert found['watchspec_query_success{query="bad"}'] == 0
    assert found[f'watchspec_query_errors_total{{query="bad",reason="{reason}"}}'] == 1
    assert found["good"] == 5
    assert found["pg_up"] == 1
    assert target.execute("SELECT count(*) FROM payments") == [(4,)]


def test_rows_past_the_limit_are_cut_by_the_server(target: Target) -> None:
    """A query of a billion rows ends at once."""
    sql = "SELECT n AS value, n FROM (SELECT generate_series(1, 1000000000) AS n) AS series"
    started = time.monotonic()
    found = run(target, query("numbers", sql, labels=["n"], rows=3))

    assert time.monotonic() - started < 5
    assert [name for name in found if name.startswith("numbers{")] == [f'numbers{{n="{n}"}}' for n in (1, 2, 3)]
    assert found['watchspec_query_rows_truncated{query="numbers"}'] == 1


def test_a_result_is_kept_until_it_is_too_old(target: Target) -> None:
    """And its age says how old it is."""
    target.execute(*PAYMENTS)
    rows = query("kept", "SELECT count(*) AS value FROM payments", every="1h")
    fresh = query("fresh", "SELECT count(*) AS value FROM payments", every="0s")
    collector = target.collector(queries=[rows, fresh])
    first = scrape(collector)
    target.execute("DELETE FROM payments")
    second = scrape(collector)

    assert (first["kept"], second["kept"], first["fresh"], second["fresh"]) == (4, 4, 4, 0)
    age = 'watchspec_query_age_seconds{query="kept"}'
    assert second[age] > first[age]


def test_another_database_is_asked_over_its_own_connection(target: Target) -> None:
    """One that is not there costs only its query."""
    found = run(
        target,
        query("here", "SELECT current_database() = 'postgres' AS value", database="postgres"),
        query("nowhere", "SELECT 1 AS value", database="nowhere"),
    )

    assert found["here"] == 1
    assert found['watchspec_query_errors_total{query="nowhere",reason="connection"}'] == 1
    assert found["pg_exporter_last_scrape_error"] == 0


def test_the_first_of_two_equal_label_sets_wins() -> None:
    """The others are counted; a NULL value is no row."""
    rows = Rows(("value", "a"), [(None, b"z"), (b"1", b"x"), (b"2", b"x"), (b"3", b"y")])

    assert samples(rows, "value", ("a",), 10) == ({'a="x"': 1, 'a="y"': 3}, False, 1)


def test_a_missing_label_is_named() -> None:
    """With the columns that are there."""
    with pytest.raises(BadRows, match='no column "b"; it has value, a'):
        samples(Rows(("value", "a"), []), "value", ("b",), 10)


def test_a_frozen_database_costs_only_its_queries(target: Target) -> None:
    """The connection is given up, and made anew next time."""
    sleepy = query("sleepy", "SELECT 1 AS value", database="postgres", every="0s")
    collector = target.collector(queries=[sleepy])
    assert scrape(collector)["sleepy"] == 1
    asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'watchspec' AND datname = 'postgres'"
    [pid] = target.execute(asked)[0]
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        found = scrape(collector, 1)
        assert time.monotonic() - started < 1
    finally:
        os.kill(pid, signal.SIGCONT)

    assert found['watchspec_query_errors_total{query="sleepy",reason="timeout"}'] == 1
    assert (found["pg_up"], found["pg_exporter_last_scrape_error"]) == (1, 0)
    assert scrape(collector)["sleepy"] == 1
