"""Work and trouble for a Redis, so that every figure of it moves."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from redis import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from tests.support.traffic import Traffic

OPTIONS: Final = (
    "--maxmemory", "12mb", "--maxmemory-policy", "volatile-lru", "--appendonly", "yes",
    "--slowlog-log-slower-than", "2000", "--latency-monitor-threshold", "2",
)  # fmt: skip
"""So little memory that keys are evicted; what takes 2 ms is slow."""
QUEUE: Final = "queue:mail"
QUEUED: Final = 25
"""Entries that nobody takes."""
STREAM: Final = "orders"
_PAUSE: Final = 0.1
_FILLER: Final = "x" * 20_000
_BUSY: Final = "local n = 0; while n < 1000000 do n = n + 1 end; return n"
"""Takes some 10 ms."""


def client(port: int, name: str = "shop") -> Redis:
    """A client of the tests' own."""
    return Redis(port=port, client_name=name, decode_responses=True)


def traffic(port: int) -> Traffic:
    """Hits, misses, counters, lists, hashes, short-lived keys, messages; now and then a slow command and a mistake."""
    shop = client(port)

    def turn(number: int) -> None:
        shop.set(f"session:{number % 50}", "open", px=400)
        shop.get(f"session:{number % 50}")
        shop.get("nobody")
        shop.incr("visits")
        shop.hset("cart", str(number % 20), number)
        shop.lpush("recent", number)
        shop.ltrim("recent", 0, 9)
        shop.publish("news", number)
        shop.xadd(STREAM, {"id": number}, maxlen=100)
        shop.set(f"filler:{number}", _FILLER, ex=600)
        if number % 40 == 0:
            shop.eval(_BUSY, 0)
            _mistake(shop)

    return Traffic(turn, _PAUSE, (RedisError, OSError))


def _mistake(shop: Redis) -> None:
    try:
        shop.incr("cart")
    except ResponseError:
        return
    raise AssertionError("a hash cannot be counted up")


@contextmanager
def troubled(port: int) -> Iterator[None]:
    """A queue nobody empties, a stream nobody confirms, evicted keys, subscribers and a client that waits.

    A snapshot was made before, and somebody was refused.
    """
    shop = client(port)
    with ExitStack() as stack:
        shop.delete(QUEUE)
        shop.rpush(QUEUE, *range(QUEUED))
        shop.xadd(STREAM, {"id": 0})
        shop.xgroup_create(STREAM, "packers", id="0", mkstream=True)
        shop.xreadgroup("packers", "anna", {STREAM: ">"}, count=1)
        with shop.pipeline(transaction=False) as pipeline:
            for number in range(800):
                pipeline.set(f"filler:first:{number}", _FILLER, ex=600)
            pipeline.execute()
        shop.bgsave()
        _refused(port)
        listener = stack.enter_context(shop.pubsub())  # type: ignore[no-untyped-call]
        listener.subscribe("news")
        listener.psubscribe("n*")
        waiting = stack.enter_context(client(port, "worker"))
        connection = waiting.connection_pool.get_connection()
        connection.send_command("BLPOP", "queue:empty", 0)  # the answer never comes
        stack.callback(connection.disconnect)
        yield


def _refused(port: int) -> None:
    try:
        Redis(port=port, username="mallory", password="guess").ping()
    except AuthenticationError:
        return
    raise AssertionError("mallory was let in")
