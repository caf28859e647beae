"""Streams, their consumer groups with lag, and consumers: XINFO, under redis_exporter's names.

Fields: https://redis.io/docs/latest/commands/xinfo-groups/
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from exporter.deadline import Deadline
from exporter.families import Families, render
from exporter.redis.resp import Reply
from exporter.redis.search import Search
from exporter.redis.talk import Talk, items, mapping, text

if TYPE_CHECKING:
    from watchspec.spec import Redis

_STREAM: Final = (
    ("length", "length", "Entries in the stream."),
    ("radix-tree-keys", "radix_tree_keys", "Keys of the stream's radix tree."),
    ("radix-tree-nodes", "radix_tree_nodes", "Nodes of the stream's radix tree."),
    ("groups", "groups", "Consumer groups of the stream."),
)
_STREAM_IDS: Final = (
    ("last-generated-id", "last_generated_id", "ID that the stream gave last, in Unix milliseconds."),
    ("max-deleted-entry-id", "max_deleted_entry_id", "Highest ID deleted from the stream, in Unix milliseconds."),
    ("first-entry", "first_entry_id", "ID of the first entry, in Unix milliseconds."),
    ("last-entry", "last_entry_id", "ID of the last entry, in Unix milliseconds."),
)
_GROUP: Final = (
    ("consumers", "consumers", "Consumers in the group."),
    ("pending", "messages_pending", "Entries delivered to the group but not acknowledged."),
    ("entries-read", "entries_read", "Entries that the group has read."),
    ("lag", "lag", "Entries that the group has still to read."),
)
_DELIVERED: Final = ("last-delivered-id", "last_delivered_id", "ID delivered to the group last, in Unix milliseconds.")
_CONSUMER: Final = (
    ("pending", "messages_pending", "Entries delivered to the consumer but not acknowledged.", 1),
    ("idle", "idle_seconds", "Seconds since the consumer tried to read.", 1000),
)


class StreamsOf:
    """The streams of one target."""

    def __init__(self, spec: "Redis", search: Search, database: str) -> None:
        self._spec = spec
        self._search = search
        self._database = f"db{database}"

    def talks(self, out: Families, deadline: Deadline) -> Iterable[Talk]:
        """What is to be asked; a stream that is not there, or is none, gives no samples."""
        for streams in self._spec.streams:
            yield self._read(out, streams.pattern, deadline, consumers=streams.consumers)

    def _read(self, out: Families, pattern: str, deadline: Deadline, *, consumers: bool) -> Talk:
        keys = (yield from self._search.keys(pattern, deadline, "stream")).keys
        replies = iter((yield [("XINFO", verb, key) for key in keys for verb in ("STREAM", "GROUPS")]))
        names: list[tuple[bytes, bytes]] = []
        for key, stream, groups in zip(keys, replies, replies, strict=False):
            self._stream(out, key, mapping(stream))
            for group in map(mapping, items(groups)):
                self._group(out, key, group)
                name = group.get("name")
                names += [(key, name)] if isinstance(name, bytes) else []
        if consumers:
            replies = iter((yield [("XINFO", "CONSUMERS", *name) for name in names]))
            for (key, group_name), reply in zip(names, replies, strict=False):
                self._consumers(out, key, group_name, reply)

    def _stream(self, out: Families, key: bytes, found: dict[str, Reply]) -> None:
        labels = render(db=self._database, stream=text(key))
        for field, name, help_ in _STREAM:
            value = found.get(field)
            if isinstance(value, int):
                out.gauge(f"redis_stream_{name}", help_, value, labels)
        for field, name, help_ in _STREAM_IDS:
            if field in found:
                out.gauge(f"redis_stream_{name}", help_, _milliseconds(found[field]), labels)
        added = found.get("entries-added")
        if isinstance(added, int):
            out.counter("redis_stream_entries_added_total", "Entries ever added to the stream.", added, labels)

    def _group(self, out: Families, key: bytes, found: dict[str, Reply]) -> None:
        labels = render(db=self._database, stream=text(key), group=text(found.get("name")))
        for field, name, help_ in _GROUP:
            value = found.get(field)
            # Redis cannot tell the lag of a group after entries were deleted; no sample is truer than 0.
            if isinstance(value, int):
                out.gauge(f"redis_stream_group_{name}", help_, value, labels)
        field, name, help_ = _DELIVERED
        if field in found:
            out.gauge(f"redis_stream_group_{name}", help_, _milliseconds(found[field]), labels)

    def _consumers(self, out: Families, key: bytes, group: bytes, reply: Reply) -> None:
        for found in map(mapping, items(reply)):
            consumer = text(found.get("name"))
            labels = render(db=self._database, stream=text(key), group=text(group), consumer=consumer)
            for field, name, help_, divisor in _CONSUMER:
                value = found.get(field)
                if isinstance(value, int):
                    out.gauge(f"redis_stream_group_consumer_{name}", help_, value / divisor, labels)


def _milliseconds(reply: Reply) -> float:
    """The first part of an ID such as `1700000000000-0`, or of an entry that begins with one; 0 if there is none."""
    first = items(reply)[:1]
    number = text(first[0] if first else reply).partition("-")[0]
    return int(number) if number.isdecimal() else 0
