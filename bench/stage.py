"""What is watched: real servers with something in them, and the demo's service."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.programs import Addresses
from tests.support.servers import Running, RunningPostgres, free_port, postgres_server, program, redis_server

_ROOT: Final = Path(__file__).resolve().parent.parent
_REDIS: Final = (
    "SET text value", "SET short value EX 3600", "RPUSH queue a b c", "XADD stream * field value", "ZADD scores 1 a",
    "LPUSH text not-a-list",
)  # fmt: skip
_TABLES: Final = 20
_POSTGRES: Final = f"""
DO $$ BEGIN
  FOR i IN 1..{_TABLES} LOOP
    EXECUTE format('CREATE TABLE orders_%s (id int PRIMARY KEY, note text)', i);
    EXECUTE format('INSERT INTO orders_%s SELECT n, ''note'' FROM generate_series(1, 100) n', i);
  END LOOP;
END $$;
ANALYZE;
"""


@contextmanager
def stage(folder: Path) -> Iterator[Addresses]:
    """A Redis with keys, a PostgreSQL with tables and a web service, all on this machine, until the end."""
    for name in ("redis", "postgres"):
        (folder / name).mkdir()
    with (
        redis_server(folder / "redis") as redis,
        postgres_server(folder / "postgres") as postgres,
        service(folder / "service.log") as shop,
    ):
        fill(redis, postgres)
        yield Addresses(f"127.0.0.1:{redis.port}", postgres.url(), f"http://127.0.0.1:{shop.port}/", folder)


def fill(redis: Running, postgres: RunningPostgres) -> None:
    """Put keys and tables into the servers."""
    for command in _REDIS:
        subprocess.run(
            [program("redis-cli"), "-p", str(redis.port), *command.split()], check=True, stdout=subprocess.DEVNULL
        )
    client = [program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", postgres.url(), "-c", _POSTGRES]
    subprocess.run(client, check=True)


@contextmanager
def service(log: Path) -> Iterator[Running]:
    """The demo's web service."""
    from tests.support.servers import accepts  # noqa: PLC0415

    port = free_port()
    command = [sys.executable, str(_ROOT / "demo" / "service.py"), "--port", str(port)]
    server = Running(port, command, log, lambda: accepts(port))
    server.start()
    try:
        yield server
    finally:
        server.stop()
