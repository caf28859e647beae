"""Several conversations with one server, side by side: what each asks next goes into one round trip."""

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import islice

from exporter.redis.resp import Command, Reply

Talk = Generator[Sequence[Command], list[Reply], None]
"""Yields commands, gets their replies, and so on until it has what it wants."""
Ask = Callable[[Sequence[Command]], list[Reply]]


def together(talks: Iterable[Talk], ask: Ask) -> None:
    """Run all talks to their end, in as many round trips as the longest one needs."""
    turns = [(talk, commands) for talk in talks for commands in _next(talk)]
    while turns:
        replies = iter(ask([command for _, commands in turns for command in commands]))
        turns = [
            (talk, following)
            for talk, commands in turns
            for following in _next(talk, list(islice(replies, len(commands))))
        ]


def _next(talk: Talk, replies: list[Reply] | None = None) -> list[Sequence[Command]]:
    """What it asks next, or nothing if it has ended."""
    try:
        return [next(talk) if replies is None else talk.send(replies)]
    except StopIteration:
        return []


def text(reply: Reply) -> str:
    """The reply as text; empty if it is none."""
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else ""


def mapping(reply: Reply) -> dict[str, Reply]:
    """A flat list of names and values, as RESP2 has mappings."""
    flat = reply if isinstance(reply, list) else []
    return {text(name): value for name, value in zip(flat[::2], flat[1::2], strict=False)}


def items(reply: Reply) -> list[Reply]:
    """The members of a list; none of what is no list."""
    return reply if isinstance(reply, list) else []
