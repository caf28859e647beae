"""A real PostgreSQL, well and not."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from exporter.collectors.postgres import PostgresCollector
from exporter.deadline import Deadline
from exporter.place import Place
from exporter.postgres.session import Failure, Statement
from exporter.reasons import ScrapeError
from tests.support.servers import RunningPostgres, postgres_server
from watchspec.spec import Postgres

Values = Callable[[object], dict[str, float]]
Collectors = Callable[..., PostgresCollector]


@pytest.fixture
def collector(place: Place) -> Iterator[Collectors]:
    """Make collectors; they are closed in the end."""
    made: list[PostgresCollector] = []

    def make(url: str, **more: object) -> PostgresCollector:
        made.append(PostgresCollector(Postgres.model_validate({"name": "main", "url": url, **more}), place))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_server_tells_of_itself(postgres_server: RunningPostgres, collector: Collectors, values: Values) -> None:
    """Databases, connections, locks, settings, replication, version."""
    ours = collector(postgres_server.url())
    with psycopg.connect(postgres_server.url(), application_name="idler") as idler:
        idler.execute("SELECT 1")
        found = values(ours.collect(Deadline.after(5)))

    server = f'server="127.0.0.1:{postgres_server.port}",target="main"'
    assert found['pg_up{target="main"}'] == 1
    assert found['pg_database_size_bytes{datname="postgres",target="main"}'] > 1_000_000
    assert found['pg_locks_count{datname="postgres",mode="accessexclusivelock",target="main"}'] == 0
    assert found[f"pg_settings_max_connections{{{server}}}"] == 100
    assert found[f"pg_settings_shared_buffers_bytes{{{server}}}"] == 128 * 1024**2
    assert found['pg_replication_is_replica{target="main"}'] == 0
    assert any(
        series.startswith("pg_stat_database_xact_commit{") and 'datname="postgres"' in series for series in found
    )
    idle = [value for series, value in found.items() if "pg_stat_activity_count" in series and '"idler"' in series]
    assert idle == [1]
    assert any(series.startswith("pg_static{") and 'version="PostgreSQL ' in series for series in found)
    failed = [series for series, value in found.items() if "collector_success" in series and value == 0]
    assert failed == []


def test_the_connection_is_kept_and_cannot_write(postgres_server: RunningPostgres, collector: Collectors) -> None:
    """One backend for all scrapes, known by its name."""
    ours = collector(postgres_server.url())
    for _ in range(3):
        ours.collect(Deadline.after(5))

    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'watchspec'"
        assert connection.execute(query).fetchone() == (1,)
    session, new = ours._sessions.session(None, Deadline.after(5))
    [refused] = session.ask([Statement(b"CREATE TABLE t ()")], Deadline.after(5))
    assert not new
    assert isinstance(refused, Failure)
    assert refused.state == "25006"


def test_a_restart_between_two_scrapes_is_no_failure(
    postgres_server: RunningPostgres, collector: Collectors, values: Values
) -> None:
    """The lost connection is noticed and replaced."""
    ours = collector(postgres_server.url())
    ours.collect(Deadline.after(5))

    postgres_server.stop()
    with pytest.raises(ScrapeError) as caught:
        ours.collect(Deadline.after(5))
    postgres_server.start()

    assert caught.value.reason == "refused"
    down = values(ours.down())
    assert (down['pg_up{target="main"}'], down['pg_exporter_last_scrape_error{target="main"}']) == (0, 1)
    assert values(ours.collect(Deadline.after(5)))['pg_up{target="main"}'] == 1


def test_a_frozen_server_is_let_go_when_the_scrape_says_so(
    postgres_server: RunningPostgres, collector: Collectors, values: Values
) -> None:
    """The wait of the kept connection ends, and the next scrape does not hang either."""
    ours = collector(postgres_server.url())
    ours.collect(Deadline.after(5))
    postgres_server.freeze()
    started = time.monotonic()
    Timer(0.3, ours.abort).start()

    for _ in range(2):
        with pytest.raises(ScrapeError) as caught:
            ours.collect(Deadline.after(0.3))
        assert caught.value.reason == "timeout"

    assert time.monotonic() - started < 5
    postgres_server.thaw()
    assert values(ours.collect(Deadline.after(5)))['pg_up{target="main"}'] == 1


def test_a_locked_table_does_not_hold_up_the_scrape(
    postgres_server: RunningPostgres, collector: Collectors, values: Values
) -> None:
    """Even a system table: only what needs it is missing."""
    ours = collector(postgres_server.url())
    ours.collect(Deadline.after(5))
    with psycopg.connect(postgres_server.url()) as blocker:
        blocker.execute("LOCK TABLE pg_database IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        found = values(ours.collect(Deadline.after(5)))

    assert time.monotonic() - started < 3
    assert found['pg_up{target="main"}'] == 1
    assert found['pg_scrape_collector_success{collector="locks",target="main"}'] == 0
    assert found['pg_scrape_collector_success{collector="stat_bgwriter",target="main"}'] == 1


def test_what_came_before_the_deadline_is_published(
    postgres_server: RunningPostgres, collector: Collectors, values: Values
) -> None:
    """Each query that needs a locked system table waits a tenth of a second; the time is up before all have."""
    ours = collector(postgres_server.url())
    ours.collect(Deadline.after(5))
    with psycopg.connect(postgres_server.url()) as blocker:
        blocker.execute("LOCK TABLE pg_database IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(ScrapeError) as caught:
            ours.collect(Deadline.after(0.25))

    found = values(caught.value.families)
    assert caught.value.reason == "timeout"
    assert found['pg_up{target="main"}'] == 1
    assert found['pg_exporter_last_scrape_error{target="main"}'] == 1
    assert found['pg_stat_bgwriter_stats_reset_total{target="main"}'] > 1_500_000_000


def test_passwords_are_used_and_never_told(tmp_path: Path, collector: Collectors, values: Values) -> None:
    """A right one, a wrong one, and one whose file is gone."""
    (tmp_path / "right").write_text("S3cret-right\n")
    (tmp_path / "wrong").write_text("S3cret-wrong\n")
    with postgres_server(tmp_path, "S3cret-right") as server:
        right = collector(server.url(), password={"file": "right"})
        assert values(right.collect(Deadline.after(5)))['pg_up{target="main"}'] == 1
        failures = {}
        for name in ("wrong", "gone"):
            with pytest.raises(ScrapeError) as caught:
                collector(server.url(), password={"file": name}).collect(Deadline.after(5))
            failures[name] = caught.value

    assert {name: error.reason for name, error in failures.items()} == {"wrong": "auth", "gone": "missing_secret"}
    assert "S3cret" not in "".join(map(str, failures.values()))


def test_a_monitor_role_may_read_everything(
    postgres_server: RunningPostgres, collector: Collectors, values: Values
) -> None:
    """`pg_monitor` is all that the documentation asks for."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE watchspec LOGIN IN ROLE pg_monitor")
    ours = collector(postgres_server.url("watchspec"))

    found = values(ours.collect(Deadline.after(5)))

    assert [series for series, value in found.items() if "collector_success" in series and value == 0] == []
    assert found['pg_database_size_bytes{datname="postgres",target="main"}'] > 0


def test_patterns_choose_databases(postgres_server: RunningPostgres, collector: Collectors, values: Values) -> None:
    """In every family with a `datname`."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE scratch_1")
    ours = collector(postgres_server.url(), databases={"exclude": ["scratch_*"]})

    found = values(ours.collect(Deadline.after(5)))

    assert [series for series in found if "scratch_1" in series] == []
    assert [series for series in found if 'datname="postgres"' in series]
