"""Replicas, cluster nodes and sentinels: recognised by what they say."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from exporter.collectors.redis import RedisCollector
from exporter.deadline import Deadline
from exporter.place import Place
from tests.support.need import program
from tests.support.servers import Running, accepts, free_port, redis_server, wait_until
from watchspec.spec import Redis

Values = Callable[[object], dict[str, float]]
Scrape = Callable[[int], Mapping[str, float]]


@pytest.fixture
def scrape(place: Place, values: Values) -> Scrape:
    """Read the server on a port, twice over one connection."""

    def read(port: int) -> Mapping[str, float]:
        spec = Redis.model_validate({"name": "c", "url": f"redis://127.0.0.1:{port}"})
        collector = RedisCollector(spec, place)
        try:
            collector.collect(Deadline.after(5))
            return values(collector.collect(Deadline.after(5)))
        finally:
            collector.close()

    return read


@contextmanager
def sentinel(configuration: Path) -> Iterator[int]:
    """A sentinel, which keeps its state in its configuration; its port."""
    port = free_port()
    command = [program("redis-server"), str(configuration), "--port", str(port), "--sentinel"]
    server = Running(port, command, configuration.with_suffix(".log"), lambda: accepts(port))
    server.start()
    try:
        yield port
    finally:
        server.stop()


def contract(root: Path, prefix: str) -> set[str]:
    """Families of redis_exporter that begin with `prefix`."""
    rows = [row.split("\t") for row in (root / "tests/contract/families.tsv").read_text().splitlines()]
    return {row[1] for row in rows if row[0] == "redis_exporter" and row[1].startswith(prefix)}


def names(found: Mapping[str, float]) -> set[str]:
    """Names of the series."""
    return {series.partition("{")[0] for series in found}


def test_a_master_and_its_replica_tell_of_each_other(tmp_path: Path, scrape: Scrape) -> None:
    """An offset of 0 is an offset; the persistence of both is there."""
    for name in ("master", "replica"):
        (tmp_path / name).mkdir()
    with redis_server(tmp_path / "master", "--appendonly", "yes") as master:
        source = ("--replicaof", f"127.0.0.1 {master.port}", "--repl-diskless-sync-delay", "0")
        with redis_server(tmp_path / "replica", *source) as replica:
            with redis.Redis(port=replica.port, decode_responses=True) as client:
                wait_until(lambda: client.info("replication")["master_link_status"] == "up", "the link")
            of_master, of_replica = scrape(master.port), scrape(replica.port)

    link = f'master_host="127.0.0.1",master_port="{master.port}"'
    assert of_replica[f'redis_master_link_up{{{link},target="c"}}'] == 1
    assert of_replica[f'redis_slave_info{{{link},read_only="1",target="c"}}'] == 1
    assert of_master['redis_connected_slaves{target="c"}'] == 1
    offsets = [value for series, value in of_master.items() if series.startswith("redis_connected_slave_offset_bytes")]
    assert len(offsets) == 1
    assert of_master['redis_aof_last_write_status{target="c"}'] == 1
    assert "redis_aof_current_size_bytes" in names(of_master) - names(of_replica)


def test_a_cluster_node_tells_of_its_cluster(tmp_path: Path, root: Path, scrape: Scrape) -> None:
    """Not well until somebody serves every slot."""
    options = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with redis_server(tmp_path, *options) as node:
        before = scrape(node.port)
        with redis.Redis(port=node.port, decode_responses=True) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
            wait_until(lambda: "cluster_state:ok" in str(client.execute_command("CLUSTER", "INFO")), "the slots")
        found = scrape(node.port)

    assert before['redis_cluster_state{target="c"}'] == 0
    assert found['redis_cluster_state{target="c"}'] == 1
    assert found['redis_cluster_slots_assigned{target="c"}'] == 16384
    assert contract(root, "redis_cluster_") <= names(found)
    assert [series for series in found if series.startswith("redis_db_keys{")] == ['redis_db_keys{db="db0",target="c"}']


def test_a_sentinel_tells_of_its_masters(tmp_path: Path, root: Path, scrape: Scrape) -> None:
    """It is asked nothing that a sentinel does not know."""
    configuration = tmp_path / "sentinel.conf"
    with redis_server(tmp_path) as master:
        configuration.write_text(f"sentinel monitor main 127.0.0.1 {master.port} 1\n")
        with sentinel(configuration) as port:
            found = scrape(port)

    labels = f'master_name="main",master_address="127.0.0.1:{master.port}"'
    assert found[f'redis_sentinel_master_status{{{labels},master_status="ok",target="c"}}'] == 1
    assert found[f'redis_sentinel_master_ok_sentinels{{{labels},target="c"}}'] == 1
    assert found[f'redis_sentinel_master_ok_slaves{{{labels},target="c"}}'] == 0
    assert found[f'redis_sentinel_master_setting_failover_timeout{{{labels},target="c"}}'] == 180_000
    assert contract(root, "redis_sentinel_") <= names(found)
    assert "watchspec_redis_command_denied" not in names(found)
