"""What the spec can ask for beside the defaults, on a real server."""

from collections.abc import Callable, Iterator, Mapping

import pytest
import redis

from exporter.collectors.redis import RedisCollector
from exporter.deadline import Deadline
from exporter.place import Place
from tests.support.servers import Running
from watchspec.spec import Redis

Values = Callable[[object], dict[str, float]]
Scrape = Callable[[], Mapping[str, float]]
Watched = Callable[..., Scrape]


@pytest.fixture
def admin(redis_server: Running) -> Iterator["redis.Redis"]:
    """A client of the server."""
    with redis.Redis(port=redis_server.port, decode_responses=True) as client:
        yield client


@pytest.fixture
def watched(redis_server: Running, place: Place, values: Values) -> Iterator[Watched]:
    """Watch the server with these keys in its spec."""
    made: list[RedisCollector] = []

    def watch(path: str = "", **spec: object) -> Scrape:
        given = {"name": "c", "url": f"redis://127.0.0.1:{redis_server.port}{path}", **spec}
        collector = RedisCollector(Redis.model_validate(given), place)
        made.append(collector)
        return lambda: values(collector.collect(Deadline.after(5)))

    yield watch
    for each in made:
        each.close()


def of(found: Mapping[str, float], name: str) -> dict[str, float]:
    """The samples of one family, by their labels without the target."""
    start = name + "{"
    return {
        series.removeprefix(start).removesuffix('target="c"}').rstrip(","): value
        for series, value in found.items()
        if series.startswith(start)
    }


def test_keys_have_size_memory_and_value(admin: "redis.Redis", watched: Watched) -> None:
    """A value only if it is a number; a name with a star that is meant literally is a name."""
    admin.set("n:a", "12.5")
    admin.set("n:b", "twelve")
    admin.set("n:c", "1" * 60)
    admin.rpush("star*", "a", "b")

    found = watched(keys=[{"pattern": "n:*", "memory": True, "value": True}, "star\\*", "nowhere"])()

    assert of(found, "redis_key_size") == {
        'db="db0",key="n:a"': 4, 'db="db0",key="n:b"': 6, 'db="db0",key="n:c"': 60, 'db="db0",key="star*"': 2,
        'db="db0",key="nowhere"': 0,
    }  # fmt: skip
    assert of(found, "redis_key_value") == {'db="db0",key="n:a"': 12.5}
    assert all(value > 20 for value in of(found, "redis_key_memory_usage_bytes").values())
    assert len(of(found, "redis_key_memory_usage_bytes")) == 3


def test_keys_are_counted_by_pattern_without_series_of_their_own(admin: "redis.Redis", watched: Watched) -> None:
    """In several steps; the count stands for a while."""
    admin.mset({f"session:{index}": "x" for index in range(2500)})
    scrape = watched(keys=[{"pattern": "session:*", "count": True}, {"pattern": "none:*", "count": True}])

    found = scrape()
    admin.delete("session:1")

    assert of(found, "redis_keys_count") == {'db="db0",key="session:*"': 2500, 'db="db0",key="none:*"': 0}
    assert of(scrape(), "redis_keys_count") == of(found, "redis_keys_count")
    assert set(of(found, "watchspec_redis_scan_truncated").values()) == {0}
    assert not of(found, "redis_key_size")


def test_a_count_is_taken_again_once_it_is_too_old(admin: "redis.Redis", watched: Watched) -> None:
    """`every: 0s` means each scrape."""
    scrape = watched(keys=[{"pattern": "s:*", "count": True}], scan={"every": "0s"})
    counts: list[dict[str, float]] = []
    for _ in range(2):
        admin.incr(f"s:{len(counts)}")
        counts.append(of(scrape(), "redis_keys_count"))

    assert [list(count.values()) for count in counts] == [[1], [2]]


def test_a_search_over_its_budget_says_so(admin: "redis.Redis", watched: Watched) -> None:
    """Of keys walked over, and of keys that get series."""
    admin.mset({f"k:{index}": "x" for index in range(5000)})

    walked = watched(keys=[{"pattern": "k:*", "count": True}], scan={"keys": 1000})()
    matched = watched(keys=["k:*"], scan={"matches": 10})()

    assert 900 < next(iter(of(walked, "redis_keys_count").values())) < 4000
    assert list(of(walked, "watchspec_redis_scan_truncated").values()) == [1]
    assert len(of(matched, "redis_key_size")) == 10
    assert list(of(matched, "watchspec_redis_scan_truncated").values()) == [1]


def test_queues_are_found_by_pattern_and_may_change_their_type(admin: "redis.Redis", watched: Watched) -> None:
    """A type is remembered; a key made anew as another type is read right, at the price of one error."""
    admin.rpush("queue:a", "1", "2")
    admin.zadd("queue:b", {"x": 1})
    scrape = watched(queues={"queue:*": {"warning": 1}})
    assert of(scrape(), "redis_key_size") == {'db="db0",key="queue:a"': 2, 'db="db0",key="queue:b"': 1}

    admin.delete("queue:a", "queue:b")
    admin.xadd("queue:a", {"k": "v"})

    assert of(scrape(), "redis_key_size") == {'db="db0",key="queue:a"': 1, 'db="db0",key="queue:b"': 0}


def test_keys_belong_to_the_database_of_the_url(admin: "redis.Redis", watched: Watched) -> None:
    """And carry its number."""
    with redis.Redis(port=admin.get_connection_kwargs()["port"], db=2) as client:
        client.rpush("jobs", "a")

    found = watched("/2", queues={"jobs": {"warning": 1}})()

    assert of(found, "redis_key_size") == {'db="db2",key="jobs"': 1}


def test_streams_show_groups_and_their_lag(admin: "redis.Redis", watched: Watched) -> None:
    """Two of three entries read, one acknowledged; consumers only if asked for."""
    for index in range(3):
        admin.xadd("orders", {"i": index}, id=f"{1700000000000 + index}-0")
    admin.xgroup_create("orders", "billing", "0")
    admin.xreadgroup("billing", "w1", {"orders": ">"}, count=2)
    admin.xack("orders", "billing", "1700000000000-0")

    found = watched(streams=["orders", "nowhere"])()
    deep = watched(streams=[{"pattern": "ord*", "consumers": True}])()

    group = 'db="db0",stream="orders",group="billing"'
    readings = ("consumers", "messages_pending", "entries_read", "lag", "last_delivered_id")
    assert [of(found, f"redis_stream_group_{one}")[group] for one in readings] == [1, 1, 2, 1, 1700000000001]
    assert of(found, "redis_stream_length") == {'db="db0",stream="orders"': 3}
    assert of(found, "redis_stream_groups") == {'db="db0",stream="orders"': 1}
    assert of(found, "redis_stream_first_entry_id") == {'db="db0",stream="orders"': 1700000000000}
    assert not of(found, "redis_stream_group_consumer_messages_pending")
    assert of(deep, "redis_stream_group_consumer_messages_pending") == {f'{group},consumer="w1"': 1}
    assert of(deep, "redis_stream_group_lag") == of(found, "redis_stream_group_lag")


def test_clients_are_counted_by_name_and_user_with_a_limit(
    admin: "redis.Redis", redis_server: Running, watched: Watched
) -> None:
    """What is past the limit is one series."""
    admin.client_setname("boss")
    workers = [redis.Redis(port=redis_server.port, client_name="worker") for _ in range(3)]
    for worker in workers:
        worker.ping()
    try:
        found = watched(clients="by_name")()
        few = watched(clients={"limit": 1})()
    finally:
        for worker in workers:
            worker.close()

    counts = of(found, "watchspec_redis_clients")
    assert counts['name="worker",user="default"'] == 3
    assert counts['name="boss",user="default"'] == 1
    assert counts['name="watchspec",user="default"'] >= 1
    assert of(found, "watchspec_redis_clients_memory_bytes")['name="worker",user="default"'] > 1000
    assert set(of(few, "watchspec_redis_clients")) == {'name="worker",user="default"', 'name="other",user="other"'}


def test_collectors_are_switched_off_and_on(watched: Watched) -> None:
    """Each takes its own families and its own commands away."""
    whole = watched()()
    off = ("commands", "config", "latency", "latency_histogram", "slowlog")
    little = watched(collectors={"system": True, **dict.fromkeys(off, False)})()

    gone = {series.partition("{")[0] for series in whole.keys() - little.keys()}
    assert {name.split("_")[1] for name in gone} <= {"commands", "config", "latency", "slowlog", "last", "errors"}
    assert of(little, "redis_total_system_memory_bytes")
    assert not of(whole, "redis_total_system_memory_bytes")


def test_an_idle_scrape_is_one_round_trip(admin: "redis.Redis", watched: Watched) -> None:
    """Once the connection stands and types are known, everything is asked in one write."""
    admin.rpush("jobs", "a")
    scrape = watched(queues={"jobs": {"warning": 1}}, streams=[], clients="by_name", keys=["session:*"])
    for _ in range(2):
        scrape()
    before = scrape()

    after = scrape()

    reads = "redis_total_reads_processed"
    assert of(after, reads)[""] - of(before, reads)[""] == 1
