"""A server in a container is as good as a program: the tests may rely on either."""

from pathlib import Path

import psycopg
import pytest

from tests.support import containers, servers


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a Docker engine and without the servers."""
    if not (containers.engine_has(containers.REDIS) and containers.engine_has(containers.POSTGRES)):
        pytest.skip("no Docker engine with the images answers; the programs serve the other tests")
    monkeypatch.setattr(servers, "there_is", lambda _: False)


@pytest.mark.usefixtures("no_programs")
def test_a_redis_in_a_container_stops_and_starts_on_its_port(tmp_path: Path) -> None:
    """As its program would; frozen, it holds the connection and says nothing."""
    with servers.redis_server(tmp_path, "--appendonly", "no") as redis:
        assert servers._pongs(redis.port)
        redis.freeze()
        assert not servers._pongs(redis.port)
        redis.thaw()
        assert servers._pongs(redis.port)
        redis.stop()
        assert not servers._pongs(redis.port)
        redis.start()
        assert servers._pongs(redis.port)


@pytest.mark.usefixtures("no_programs")
def test_a_postgres_in_a_container_takes_options_and_a_password(tmp_path: Path) -> None:
    """As its program would."""
    with (
        servers.postgres_server(tmp_path, "s3cret", "-c", "max_connections=7") as postgres,
        psycopg.connect(postgres.url(), password="s3cret") as connection,
    ):
        assert connection.execute("SHOW max_connections").fetchone() == ("7",)
