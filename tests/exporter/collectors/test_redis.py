"""A real Redis, well and not."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exporter.collectors.redis import RedisCollector
from exporter.deadline import Deadline
from exporter.place import Place
from exporter.reasons import ScrapeError
from exporter.redis.resp import Connection
from tests.support.servers import Running, redis_server
from watchspec.spec import Redis

Values = Callable[[object], dict[str, float]]
Collectors = Callable[..., RedisCollector]


@pytest.fixture
def collector(place: Place) -> Iterator[Collectors]:
    """Make collectors; they are closed in the end."""
    made: list[RedisCollector] = []

    def make(port: int, **more: object) -> RedisCollector:
        spec = {"name": "cache", "url": f"redis://127.0.0.1:{port}/0", **more}
        made.append(RedisCollector(Redis.model_validate(spec), place))
        return made[-1]

    yield make
    for each in made:
        each.close()


def send(port: int, *commands: tuple[str, ...]) -> None:
    """Ask a server."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        Connection(sock, Deadline.after(5)).ask(commands, Deadline.after(5))


def test_a_server_tells_of_itself(redis_server: Running, collector: Collectors, values: Values) -> None:
    """Memory, clients, commands, keys, settings."""
    send(redis_server.port, ("SET", "a", "1", "EX", "100"), ("SELECT", "3"), ("SET", "b", "1"), ("NOSUCH",))

    found = values(collector(redis_server.port).collect(Deadline.after(5)))

    assert found['redis_up{target="cache"}'] == 1
    assert found['redis_memory_used_bytes{target="cache"}'] > 100_000
    assert found['redis_db_keys{db="db0",target="cache"}'] == 1
    assert found['redis_db_keys_expiring{db="db0",target="cache"}'] == 1
    assert found['redis_db_keys{db="db3",target="cache"}'] == 1
    assert found['redis_db_keys{db="db15",target="cache"}'] == 0
    assert found['redis_commands_total{cmd="set",target="cache"}'] == 2
    assert found['redis_config_maxclients{target="cache"}'] > 0
    assert found['redis_slowlog_length{target="cache"}'] == 0
    assert found['redis_errors_total{err="ERR",target="cache"}'] == 1
    assert found['redis_start_time_seconds{target="cache"}'] == pytest.approx(time.time(), abs=30)


def test_queues_have_the_length_of_their_type(redis_server: Running, collector: Collectors, values: Values) -> None:
    """0 where there is no such key; asking counts no errors on the server."""
    send(
        redis_server.port, ("RPUSH", "jobs", "a", "b"), ("XADD", "events", "*", "k", "v"), ("ZADD", "later", "1", "a"),
    )  # fmt: skip
    queues = {"jobs": {"warning": 10}, "events": {"warning": 10}, "later": {"warning": 10}, "none": {"warning": 10}}
    ours = collector(redis_server.port, queues=queues)

    ours.collect(Deadline.after(5))
    found = values(ours.collect(Deadline.after(5)))

    lengths = {key: found[f'redis_key_size{{db="db0",key="{key}",target="cache"}}'] for key in queues}
    assert lengths == {"jobs": 2, "events": 1, "later": 1, "none": 0}
    assert found['redis_total_error_replies{target="cache"}'] == 0


def test_the_connection_is_kept_and_replaced_when_it_is_lost(
    redis_server: Running, collector: Collectors, values: Values
) -> None:
    """A restart between two scrapes is no failure."""
    ours = collector(redis_server.port)
    counts = [
        values(ours.collect(Deadline.after(5)))['redis_connections_received_total{target="cache"}'] for _ in "123"
    ]
    assert len(set(counts)) == 1

    redis_server.stop()
    redis_server.start()

    assert values(ours.collect(Deadline.after(5)))['redis_up{target="cache"}'] == 1


def test_a_frozen_server_is_left_at_the_deadline(redis_server: Running, collector: Collectors, values: Values) -> None:
    """And read again once it goes on, without connections left over."""
    ours = collector(redis_server.port)
    ours.collect(Deadline.after(5))
    redis_server.freeze()
    files = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        started = time.monotonic()
        with pytest.raises(ScrapeError) as caught:
            ours.collect(Deadline.after(0.3))
        assert (caught.value.reason, time.monotonic() - started < 1) == ("timeout", True)
    assert len(list(Path("/proc/self/fd").iterdir())) <= files

    redis_server.thaw()

    assert values(ours.collect(Deadline.after(5)))['redis_up{target="cache"}'] == 1


def test_a_server_that_is_down_is_refused(redis_server: Running, collector: Collectors, values: Values) -> None:
    """And its sample is 0."""
    redis_server.stop()
    ours = collector(redis_server.port)

    with pytest.raises(ScrapeError) as caught:
        ours.collect(Deadline.after(5))

    assert caught.value.reason == "refused"
    for found in (values(caught.value.families), values(ours.down())):
        assert found['redis_up{target="cache"}'] == 0
        assert found['redis_exporter_last_scrape_error{err="refused",target="cache"}'] == 1
        assert found['redis_exporter_scrapes_total{target="cache"}'] == 1


def test_passwords_are_used_and_never_told(tmp_path: Path, collector: Collectors, values: Values) -> None:
    """A right one, a wrong one, none, and one whose file is gone."""
    (tmp_path / "right").write_text("S3cret-right\n")
    (tmp_path / "wrong").write_text("S3cret-wrong\n")
    with redis_server(tmp_path, "--requirepass", "S3cret-right") as server:
        right = collector(server.port, password={"file": "right"})
        assert values(right.collect(Deadline.after(5)))['redis_up{target="cache"}'] == 1

        failures = {}
        for name, more in {
            "wrong": {"password": {"file": "wrong"}},
            "no": {},
            "gone": {"password": {"file": "gone"}},
        }.items():
            with pytest.raises(ScrapeError) as caught:
                collector(server.port, **more).collect(Deadline.after(5))
            failures[name] = caught.value

    assert {name: error.reason for name, error in failures.items()} == {
        "wrong": "auth", "no": "auth", "gone": "missing_secret",
    }  # fmt: skip
    assert "S3cret" not in "".join(map(str, failures.values()))


def test_a_user_without_config_costs_only_the_settings(tmp_path: Path, collector: Collectors, values: Values) -> None:
    """Least privilege is enough for the rest."""
    (tmp_path / "password").write_text("S3cret")
    acl = [
        "--user",
        "watch",
        "on",
        ">S3cret",
        "-@all",
        "+info",
        "+ping",
        "+client|setname",
        "+slowlog|len",
        "+type",
        "+llen",
        "~*",
    ]
    with redis_server(tmp_path, *acl) as server:
        ours = collector(server.port, username="watch", password={"file": "password"}, queues={"jobs": {"warning": 1}})

        found = values(ours.collect(Deadline.after(5)))

    assert found['redis_up{target="cache"}'] == 1
    assert found['redis_key_size{db="db0",key="jobs",target="cache"}'] == 0
    assert found['redis_slowlog_length{target="cache"}'] == 0
    assert not [series for series in found if series.startswith("redis_config_")]


def test_a_user_without_info_is_denied(tmp_path: Path, collector: Collectors) -> None:
    """There is nothing to publish then."""
    (tmp_path / "password").write_text("S3cret")
    user = ["--user", "watch", "on", ">S3cret", "-@all", "+ping"]
    with redis_server(tmp_path, *user) as server, pytest.raises(ScrapeError) as caught:
        collector(server.port, username="watch", password={"file": "password"}).collect(Deadline.after(5))

    assert caught.value.reason == "denied"
