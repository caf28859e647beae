"""Lengths, memory, values and numbers of keys: queues, and what `keys:` names."""

import re
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from exporter.deadline import Deadline
from exporter.families import Families, render
from exporter.redis.resp import Command, Refusal, Reply
from exporter.redis.search import Search
from exporter.redis.talk import Talk, text

if TYPE_CHECKING:
    from watchspec.spec import Redis
    from watchspec.spec.redis import Keys

_LENGTH: Final = {
    b"list": "LLEN", b"stream": "XLEN", b"zset": "ZCARD", b"set": "SCARD", b"hash": "HLEN", b"string": "STRLEN",
}  # fmt: skip
_SIZE: Final = ("redis_key_size", "Length of the key, by its type; 0 if it does not exist.")
_MEMORY: Final = ("redis_key_memory_usage_bytes", "Bytes that the key takes.")
_VALUE: Final = ("redis_key_value", "Value of the key, if it is a string that is a number.")
_COUNT: Final = ("redis_keys_count", "Keys that match the pattern.")
_NUMERIC: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_LONGEST: Final = 40
"""Characters of a number."""
_REMEMBERED: Final = 10_000
"""How many keys' types are remembered."""


class Lengths:
    """Lengths of keys; the type of each is asked for once, since asking with another's command counts as an error."""

    def __init__(self) -> None:
        self._types: dict[bytes, bytes] = {}

    def of(self, keys: Sequence[bytes]) -> Generator[Sequence[Command], list[Reply], dict[bytes, int]]:
        """Length of each key; 0 of one that does not exist, none of one that we may not read."""
        known = [(key, self._types[key]) for key in keys if key in self._types]
        new = [key for key in keys if key not in self._types]
        replies = yield [*((_LENGTH[kind], key) for key, kind in known), *(("TYPE", key) for key in new)]
        lengths = self._taken(known, replies)
        # A key that was made anew may be of another type.
        lost = [key for (key, _), reply in zip(known, replies, strict=False) if _is_of_another(reply)]
        types = dict(zip(new, replies[len(known) :], strict=True))
        if lost:
            types |= dict(zip(lost, (yield [("TYPE", key) for key in lost]), strict=True))
        asked = self._typed(types)
        if asked:
            lengths |= self._taken(asked, (yield [(_LENGTH[kind], key) for key, kind in asked]))
        return lengths | {key: 0 for key, kind in types.items() if kind == b"none"}

    def is_string(self, key: bytes) -> bool:
        """Whether the key was a string when it was read last."""
        return self._types.get(key) == b"string"

    def _typed(self, types: dict[bytes, Reply]) -> list[tuple[bytes, bytes]]:
        typed = [(key, kind) for key, kind in types.items() if isinstance(kind, bytes) and kind in _LENGTH]
        if len(self._types) + len(typed) > _REMEMBERED:
            self._types.clear()
        self._types.update(typed)
        return typed

    def _taken(self, asked: Iterable[tuple[bytes, bytes]], replies: Iterable[Reply]) -> dict[bytes, int]:
        taken = {}
        for (key, _), reply in zip(asked, replies, strict=False):
            if isinstance(reply, int):
                taken[key] = reply
            else:
                self._types.pop(key, None)
        return taken


class KeysOf:
    """The queues and keys of one target."""

    def __init__(self, spec: "Redis", search: Search, database: str) -> None:
        self._spec = spec
        self._search = search
        self._lengths = Lengths()
        self._labels: Callable[[str], str] = lambda key: render(db=f"db{database}", key=key)

    def talks(self, out: Families, deadline: Deadline) -> Iterable[Talk]:
        """What is to be asked; a key that both sections name is published once."""
        done: set[bytes] = set()
        for pattern in self._spec.queues:
            yield self._queue(out, pattern, deadline, done)
        for keys in self._spec.keys:
            yield self._counted(out, keys, deadline) if keys.count else self._each(out, keys, deadline, done)

    def _counted(self, out: Families, keys: "Keys", deadline: Deadline) -> Talk:
        found = yield from self._search.keys(keys.pattern, deadline, counting=True)
        if found.count is not None:
            out.gauge(*_COUNT, found.count, self._labels(keys.pattern))

    def _queue(self, out: Families, pattern: str, deadline: Deadline, done: set[bytes]) -> Talk:
        yield from self._sizes(out, pattern, deadline, done)

    def _sizes(
        self, out: Families, pattern: str, deadline: Deadline, done: set[bytes]
    ) -> Generator[Sequence[Command], list[Reply], list[bytes]]:
        found = yield from self._search.keys(pattern, deadline)
        new = [key for key in found.keys if key not in done]
        done.update(new)
        for key, length in (yield from self._lengths.of(new)).items():
            out.gauge(*_SIZE, length, self._labels(text(key)))
        return found.keys

    def _each(self, out: Families, keys: "Keys", deadline: Deadline, done: set[bytes]) -> Talk:
        found = yield from self._sizes(out, keys.pattern, deadline, done)
        strings = [key for key in found if self._lengths.is_string(key)] if keys.value else []
        sized = found if keys.memory else []
        replies = yield [
            *(("MEMORY", "USAGE", key) for key in sized),
            *(("GETRANGE", key, "0", str(_LONGEST)) for key in strings),
        ]
        for key, reply in zip(sized, replies, strict=False):
            if isinstance(reply, int):
                out.gauge(*_MEMORY, reply, self._labels(text(key)))
        for key, reply in zip(strings, replies[len(sized) :], strict=True):
            value = text(reply)
            if len(value) <= _LONGEST and _NUMERIC.fullmatch(value):
                out.gauge(*_VALUE, float(value), self._labels(text(key)))


def _is_of_another(reply: Reply) -> bool:
    return isinstance(reply, Refusal) and reply.code == "WRONGTYPE"
