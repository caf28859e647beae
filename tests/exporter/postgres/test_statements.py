"""pg_stat_statements, on a real server."""

from exporter.postgres.session import Rows
from exporter.postgres.statements import Extension, Texts, query
from tests.support.databases import Target, scrape

SLOW = "SELECT pg_sleep(0.2) AS the_slowest_of_all"


def ids(values: dict[str, float], name: str) -> list[str]:
    """The statements that have a sample of the family."""
    return [series.partition('queryid="')[2].partition('"')[0] for series in values if series.startswith(name + "{")]


def test_the_costliest_statements_have_figures_without_text(target: Target) -> None:
    """As many as asked for, by total time."""
    target.execute("CREATE EXTENSION pg_stat_statements", "SELECT pg_stat_statements_reset()", SLOW, SLOW)
    found = target.values(statements={"top": 2})

    [slowest] = target.execute("SELECT queryid FROM pg_stat_statements WHERE query LIKE '%the_slowest%'")[0]
    series = f'{{user="postgres",datname="{target.database}",queryid="{slowest}"}}'
    assert found["pg_stat_statements_calls_total" + series] == 2
    assert 0.4 <= found["pg_stat_statements_seconds_total" + series] < 5
    assert len(ids(found, "pg_stat_statements_rows_total")) == 2
    assert not [name for name in found if "the_slowest" in name]


def test_text_is_published_if_asked_for_and_cut(target: Target) -> None:
    """Only that of the statements that have figures; the file of texts is read once."""
    target.execute("CREATE EXTENSION pg_stat_statements", "SELECT pg_stat_statements_reset()")
    target.execute(f"SELECT pg_sleep(0.2) AS {'a' * 60}, 1 AS {'b' * 60}, 2 AS {'c' * 60}")
    collector = target.collector(statements={"top": 1, "text": True})
    first, second = scrape(collector), scrape(collector)
    reads = target.execute("SELECT sum(calls) FROM pg_stat_statements WHERE query LIKE '%left(min(query)%ANY%'")

    for found in (first, second):
        [named] = ids(found, "pg_stat_statements_query_id")
        assert [named] == ids(found, "pg_stat_statements_calls_total")
        [text] = [name.partition('query="')[2] for name in found if name.startswith("pg_stat_statements_query_id{")]
        assert text.startswith("SELECT pg_sleep($1) AS aaa")
        assert len(text) == 120 + len('"}')
    assert reads == [(1,)]


def test_a_database_without_the_extension_says_so(target: Target) -> None:
    """Everything else is there."""
    found = scrape(target.collector(statements={"top": 2}))

    assert found['pg_scrape_collector_success{collector="stat_statements"}'] == 0
    assert found['watchspec_postgres_unavailable{collector="stat_statements",reason="absent"}'] == 1
    assert found["pg_up"] == 1


def test_columns_follow_the_extension_not_the_server() -> None:
    """1.8 renamed the time, 1.11 that of blocks; an update of the server leaves the extension as it was."""
    old, current = (
        query(Extension.of(Rows((), [(b"public", version)])) or Extension("", ()), 1).sql
        for version in (b"1.8", b"1.11")
    )

    assert ("s.total_exec_time" in old, "s.blk_read_time" in old) == (True, True)
    assert "s.shared_blk_read_time" in current
    assert Extension.of(Rows((), [])) is None


def test_texts_of_statements_that_are_gone_are_forgotten() -> None:
    """So that their number stays bounded."""
    texts = Texts()
    texts.learn(Rows(("queryid", "query"), [(b"1", b"a"), (b"2", b"b")]))

    assert texts.unknown(Rows(("queryid",), [(b"2",), (b"3",)])) == {b"3"}
    assert texts.known == {b"2": b"b"}
