"""What waits in Redis: queues, and streams with their groups."""

from collections.abc import Iterator, Sequence

from generator.dashboards._asking import gauge
from generator.dashboards._face import Face, Query
from generator.dashboards._promql import globs
from generator.dashboards._sdk import units
from watchspec.spec import Spec


def queues(spec: Spec) -> Sequence[Face]:
    """A panel for the queues and one for the streams of `spec`, if it names some."""
    return tuple(_faces(spec))


def _faces(spec: Spec) -> Iterator[Face]:
    patterns = sorted({pattern for server in spec.redis for pattern in server.queues})
    if patterns:
        yield Face(
            title="Queues",
            description="Entries that wait in each queue. Up and down is normal; a line that only climbs means that "
            "work comes in faster than it is done: look whether the workers run, then start more.",
            unit=units.Short,
            queries=(Query(gauge("redis_key_size", "target, key", globs("key", patterns)), "{{target}} {{key}}"),),
            alert="RedisQueueLength",
            empty="no such key",
        )
    if any(server.streams for server in spec.redis):
        group = "target, stream, group"
        yield Face(
            title="Streams",
            description="Entries that each group has still to read, and those that it took and did not confirm. Taken "
            "ones that stay are those of a consumer that died: hand them on with XAUTOCLAIM.",
            unit=units.Short,
            queries=(
                Query(gauge("redis_stream_group_lag", group), "{{target}} {{stream}} {{group}} to read"),
                Query(gauge("redis_stream_group_messages_pending", group), "{{target}} {{stream}} {{group}} taken"),
            ),
            alert="RedisStreamLag",
            empty="no groups",
        )
