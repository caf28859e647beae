"""The ACL lines of the documentation are enough, and give nothing more."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import redis

from exporter.collectors.redis import RedisCollector
from exporter.deadline import Deadline
from exporter.place import Place
from tests.support.servers import Running
from watchspec.spec import Redis

Values = Callable[[object], dict[str, float]]
Scrape = Callable[..., dict[str, float]]
PASSWORD = "S3cret-least"
NEEDS: Mapping[str, tuple[dict[str, object], tuple[str, ...], set[str]]] = {
    "clients": ({"clients": "by_name"}, ("clients",), {"watchspec_redis_clients"}),
    "queues": ({"queues": {"queue:a": {"warning": 1}}}, ("queues",), {"redis_key_size"}),
    "patterns": (
        {"keys": ["queue:*", {"pattern": "q*", "count": True}]},
        ("queues", "patterns"),
        {"redis_key_size", "redis_keys_count"},
    ),
    "memory and value": (
        {"keys": [{"pattern": "queue:number", "memory": True, "value": True}]},
        ("queues", "`memory", "`value"),
        {"redis_key_memory_usage_bytes", "redis_key_value"},
    ),
    "streams": ({"streams": ["orders"]}, ("`streams",), {"redis_stream_group_lag"}),
    "consumers": (
        {"streams": [{"pattern": "orders", "consumers": True}]},
        ("`streams", "`consumers"),
        {"redis_stream_group_consumer_idle_seconds"},
    ),
}
"""What is switched on, the rows of the table that it needs, and families that come of it."""


@pytest.fixture
def admin(redis_server: Running) -> Iterator["redis.Redis"]:
    """The owner of a server that holds a queue, a number and a stream with a consumer."""
    with redis.Redis(port=redis_server.port, decode_responses=True) as client:
        client.rpush("queue:a", "x")
        client.set("queue:number", "12.5")
        client.xadd("orders", {"a": "b"})
        client.xgroup_create("orders", "billing", "0")
        client.xreadgroup("billing", "worker", {"orders": ">"})
        yield client


@dataclass(frozen=True)
class Rights:
    """What the documentation has an ACL user be given."""

    least: list[str]
    """Words after ACL SETUSER watchspec."""
    more: dict[str, list[str]]
    """The rows of the table: what for, and the words to add."""


@pytest.fixture
def rights(root: Path) -> Rights:
    """As they stand in the documentation, with a password."""
    text = (root / "docs/redis.md").read_text()
    (line,) = re.findall(r"^ACL SETUSER watchspec (.*)$", text, re.MULTILINE)
    rows = re.findall(r"^\| (.*?) \| `([%+].*)` \|$", text, re.MULTILINE)
    return Rights(
        str(line).replace("PASSWORD", PASSWORD).split(),
        {what: words.replace("\\|", "|").split() for what, words in rows},
    )


@pytest.fixture
def scrape(redis_server: Running, place: Place, values: Values) -> Scrape:
    """Scrape twice as the ACL user, with these keys in the spec; the second one's samples."""
    return partial(collected, redis_server.port, place, values)


def collected(port: int, place: Place, values: Values, **spec: object) -> dict[str, float]:
    """Two scrapes as the ACL user; the second one's samples."""
    (place.folder / "password").write_text(PASSWORD)
    user = {"username": "watchspec", "password": {"file": "password"}}
    given = {"name": "c", "url": f"redis://127.0.0.1:{port}", **user, **spec}
    collector = RedisCollector(Redis.model_validate(given), place)
    try:
        collector.collect(Deadline.after(5))
        return values(collector.collect(Deadline.after(5)))
    finally:
        collector.close()


def execute(client: "redis.Redis", *words: str) -> None:
    """Send any command."""
    client.execute_command(*words)  # type: ignore[no-untyped-call]


def names(found: Mapping[str, float]) -> set[str]:
    """Names of the series."""
    return {series.partition("{")[0] for series in found}


def test_the_documented_user_gets_every_default_family(admin: "redis.Redis", rights: Rights, scrape: Scrape) -> None:
    """As many as somebody who may do everything."""
    execute(admin, "ACL", "SETUSER", "watchspec", "on", f">{PASSWORD}", "~*", "&*", "+@all")
    whole = names(scrape())
    execute(admin, "ACL", "SETUSER", "watchspec", "reset", *rights.least)

    found = scrape()

    assert names(found) == whole
    assert len(whole) > 150
    assert "watchspec_redis_command_denied" not in whole


@pytest.mark.parametrize("feature", NEEDS)
def test_each_feature_needs_just_the_rights_of_its_rows(
    feature: str, admin: "redis.Redis", rights: Rights, scrape: Scrape
) -> None:
    """Without them it is missing and said to be; with them it is there."""
    spec, rows, families = NEEDS[feature]
    added = [
        word for row in rows for what, words in rights.more.items() if row in what.split(" (")[0] for word in words
    ]
    assert added
    execute(admin, "ACL", "SETUSER", "watchspec", *rights.least)
    without = scrape(**spec)
    execute(admin, "ACL", "SETUSER", "watchspec", *added)

    found = scrape(**spec)

    assert not families & names(without)
    assert "watchspec_redis_command_denied" in names(without)
    assert families <= names(found)
    assert "watchspec_redis_command_denied" not in names(found)


def test_the_documented_user_can_do_nothing_else(admin: "redis.Redis", redis_server: Running, rights: Rights) -> None:
    """Not even with the rights of all features but a sentinel's."""
    words = [word for what, words in rights.more.items() if "sentinel" not in what for word in words]
    execute(admin, "ACL", "SETUSER", "watchspec", *rights.least, *words)
    refused = (
        ("SET", "queue:a", "1"), ("FLUSHALL",), ("KEYS", "*"), ("DEL", "queue:a"), ("GET", "queue:number"),
        ("LPOP", "queue:a"), ("CONFIG", "SET", "maxmemory", "1"), ("SHUTDOWN",), ("LLEN", "other"),
        ("XADD", "orders", "*", "a", "b"), ("CLIENT", "KILL", "ID", "1"), ("SLOWLOG", "RESET"), ("ACL", "LIST"),
    )  # fmt: skip
    with redis.Redis(port=redis_server.port, username="watchspec", password=PASSWORD) as client:
        for command in refused:
            with pytest.raises(redis.exceptions.NoPermissionError):
                execute(client, *command)

    assert admin.lrange("queue:a", 0, -1) == ["x"]
