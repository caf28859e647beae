"""What failures mean, and that no secret is in them."""

from pathlib import Path
from typing import Any

import pytest

from exporter.deadline import Deadline
from exporter.place import Place
from exporter.postgres.connect import conninfo, encoded, limits, reason_of
from exporter.reasons import ScrapeError
from tests.support.servers import postgres_server
from watchspec.spec.base import Tls


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('FATAL:  password authentication failed for user "x"', "auth"),
        ("FATAL:  no pg_hba.conf entry for host", "auth"),
        ('FATAL:  role "x" does not exist', "auth"),
        ('FATAL:  database "x" does not exist', "denied"),
        ("FATAL:  the database system is starting up", "loading"),
        ('could not translate host name "x" to address', "dns"),
        ("server does not support SSL, but SSL was required", "tls"),
        ("connection refused", "refused"),
    ],
)
def test_words_of_libpq_have_a_reason(text: str, reason: str) -> None:
    """Out of a closed set."""
    assert reason_of(text) == reason


def test_a_url_that_cannot_be_read_is_not_repeated(tmp_path: Path) -> None:
    """It may hold what should not be there."""
    with pytest.raises(ScrapeError) as caught:
        conninfo("postgresql://u@h/db?password=S3cret&nonsense=1", "", None, Place(tmp_path))
    assert "S3cret" not in str(caught.value)


def test_tls_and_password_go_beside_the_url(tmp_path: Path) -> None:
    """Files are those of the spec's folder."""
    found = conninfo("postgresql://u@h/db", "a b'c", Tls(ca="ca.pem"), Place(tmp_path))

    assert (found["sslmode"], found["sslrootcert"]) == ("verify-full", str(tmp_path / "ca.pem"))
    assert b"dbname=other" in encoded(found, "other")
    assert rb"password='a b\'c'" in encoded(found)


def test_limits_fit_the_scrape_and_the_version() -> None:
    """The check of the connection came with version 14."""
    assert "'statement_timeout', '5000'" in limits(150_000, 10)
    assert "client_connection_check_interval" in limits(140_000, 10)
    assert "client_connection_check_interval" not in limits(130_000, 10)


def test_a_server_out_of_connections_says_so_and_nothing_is_left_over(tmp_path: Path) -> None:
    """Once there is room again, the next scrape succeeds."""
    import psycopg

    from exporter.collectors.postgres import PostgresCollector
    from watchspec.spec import Postgres

    options = ("-c", "max_connections=4", "-c", "superuser_reserved_connections=0", "-c", "max_wal_senders=0")
    with postgres_server(tmp_path, None, *options) as server:
        ours = PostgresCollector(Postgres.model_validate({"name": "main", "url": server.url()}), Place(tmp_path))
        held: list[Any] = []
        while True:
            try:
                held.append(psycopg.connect(server.url()))
            except psycopg.OperationalError:
                break
        with pytest.raises(ScrapeError, match="too many clients"):
            ours.collect(Deadline.after(5))
        for connection in held:
            connection.close()
        for _ in range(100):
            try:
                assert ours.collect(Deadline.after(5))
                break
            except ScrapeError:
                continue
        else:
            pytest.fail("never came back")
        ours.close()
