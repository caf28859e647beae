"""What is watched: real servers with something in them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.addresses import Addresses
from bench.secure import certificate, secure_server
from tests.support.need import program
from tests.support.servers import (
    Running,
    RunningPostgres,
    accepts,
    free_port,
    postgres_server,
    redis_server,
    wait_until,
)

_DEMO: Final = Path(__file__).resolve().parent.parent / "demo" / "service.py"
_REDIS: Final = (
    ("SET", "text", "value"), ("SET", "short", "value", "EX", "3600"), ("RPUSH", "queue", "a", "b"),
    ("XADD", "stream", "*", "field", "value"), ("ZADD", "scores", "1", "a"),
    ("LPUSH", "text", "fails: not a list"),
    ("EVAL", "local n = 0 while n < 1e6 do n = n + 1 end", "0"),  # slow enough for the latency monitor
)  # fmt: skip
_POSTGRES: Final = """
CREATE EXTENSION pg_stat_statements;
DO $$ BEGIN
  FOR i IN 1..20 LOOP
    EXECUTE format('CREATE TABLE orders_%s (id int PRIMARY KEY, note text)', i);
    EXECUTE format('INSERT INTO orders_%s SELECT n, repeat(''x'', 500) FROM generate_series(1, 2000) n', i);
  END LOOP;
END $$;
DELETE FROM orders_1 WHERE id % 2 = 0;
ANALYZE;
SELECT pg_create_physical_replication_slot('standby');
SELECT pg_create_logical_replication_slot('changes', 'test_decoding');
"""
_SETTINGS: Final = (
    "-c",
    "wal_level=logical",
    "-c",
    "shared_preload_libraries=pg_stat_statements",
    "-c",
    "max_slot_wal_keep_size=1GB",
)


@contextmanager
def stage(folder: Path) -> Iterator[Addresses]:
    """A Redis with keys, a replica, a cluster's node, a PostgreSQL with tables and two web services, until the end."""
    names = ("redis", "replica", "node", "postgres")
    for name in names:
        (folder / name).mkdir()
    authority, key = certificate(folder)
    with (
        redis_server(folder / "redis", "--appendonly", "yes", "--latency-monitor-threshold", "1") as redis,
        redis_server(folder / "replica", "--replicaof", "127.0.0.1", str(redis.port)) as replica,
        redis_server(folder / "node", "--cluster-enabled", "yes", "--cluster-port", str(free_port())) as node,
        postgres_server(folder / "postgres", None, *_SETTINGS) as postgres,
        service(folder / "service.log") as shop,
        secure_server(authority, key) as secure,
    ):
        _fill(redis, node, postgres)
        wait_until(lambda: "master_link_status:up" in _redis(replica, "INFO"), "the replica to follow")
        yield Addresses(
            redis=_address(redis), replica=_address(replica), node=_address(node), postgres=postgres.url(),
            service=f"http://{_address(shop)}/", secure=f"https://localhost:{secure}/", authority=authority,
            textfiles=_textfiles(folder), folder=folder,
        )  # fmt: skip


@contextmanager
def busy(addresses: Addresses) -> Iterator[None]:
    """Meanwhile a vacuum runs slowly, and a client receives PostgreSQL's log."""
    slow = "SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1;"
    vacuum = [program("psql"), "-q", "-d", addresses.postgres, "-c", slow, "-c", "VACUUM orders_1"]
    log = addresses.folder / "received"
    log.mkdir()
    receive = [program("pg_receivewal"), "-d", addresses.postgres, "-S", "standby", "-D", str(log)]
    with ExitStack() as running:
        for command in (vacuum, receive):
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(process.wait)
            running.callback(process.kill)
        for view in ("pg_stat_progress_vacuum", "pg_stat_replication"):
            wait_until(lambda view=view: _rows(addresses.postgres, view) > 0, view)  # type: ignore[misc]
        yield


@contextmanager
def service(log: Path) -> Iterator[Running]:
    """The demo's web service."""
    port = free_port()
    server = Running(port, [sys.executable, str(_DEMO), "--port", str(port)], log, lambda: accepts(port))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _textfiles(folder: Path) -> Path:
    made = folder / "textfiles"
    made.mkdir()
    (made / "backup.prom").write_text("backup_size_bytes 1024\n")
    return made


def _address(server: Running) -> str:
    return f"127.0.0.1:{server.port}"


def _fill(redis: Running, node: Running, postgres: RunningPostgres) -> None:
    for command in _REDIS:
        _redis(redis, *command)
    _redis(node, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    client = [program("psql"), "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-d", postgres.url()]
    subprocess.run(client, check=True, input=_POSTGRES, text=True)  # not -c: one transaction each


def _redis(server: Running, *command: str) -> str:
    asked = [program("redis-cli"), "-p", str(server.port), *command]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout


def _rows(url: str, view: str) -> int:
    asked = [program("psql"), "-q", "-A", "-t", "-d", url, "-c", f"SELECT count(*) FROM {view}"]  # noqa: S608  # ours
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
