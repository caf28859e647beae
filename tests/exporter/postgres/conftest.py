"""One PostgreSQL for these tests, with a database for each of them."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.databases import Target
from tests.support.servers import RunningPostgres, postgres_server

_NUMBERS = count(1)
_OPTIONS = ("-c", "wal_level=logical", "-c", "shared_preload_libraries=pg_stat_statements")


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPostgres]:
    """A server that no test stops."""
    with postgres_server(tmp_path_factory.mktemp("postgres"), None, *_OPTIONS) as server:
        yield server


@pytest.fixture
def target(shared_server: RunningPostgres, tmp_path: Path) -> Iterator[Target]:
    """An empty database."""
    target = Target(shared_server, f"test_{next(_NUMBERS)}", tmp_path, [])
    target.execute(f"CREATE DATABASE {target.database}", database="postgres")
    yield target
    for collector in target.made:
        collector.close()
    target.execute(f"DROP DATABASE {target.database} WITH (FORCE)", database="postgres")
