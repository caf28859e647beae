"""Keys found by pattern: SCAN within a budget, and the last search remembered for a while.

Patterns: https://redis.io/docs/latest/commands/keys/ — SCAN: https://redis.io/docs/latest/commands/scan/
"""

import re
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from exporter.deadline import Deadline
from exporter.families import Families, render
from exporter.redis.resp import Command, Reply

if TYPE_CHECKING:
    from watchspec.spec.redis import Scan

_STEP: Final = 1000
_SHARE: Final = 0.5
"""Of the time that is left when a search begins, how much it may take: the rest is for what it finds."""
_WILD: Final = re.compile(r"(?<!\\)[*?\[]")
_NEVER: Final = float("-inf")
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(slots=True)
class Found:
    """What one search came to."""

    keys: list[bytes] = field(default_factory=list)
    count: int | None = 0
    """`None` if the server refused."""
    truncated: bool = False
    at: float = _NEVER


class Search:
    """The keys of the patterns of one target."""

    def __init__(self, budget: "Scan", database: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._database = database
        self._clock = clock
        self._found: dict[tuple[str, str], Found] = {}

    def keys(
        self, pattern: str, deadline: Deadline, type_: str = "", *, counting: bool = False
    ) -> Generator[Sequence[Command], list[Reply], Found]:
        """Keys that match, of one type if it is given; the key itself if `pattern` is no pattern."""
        if not is_pattern(pattern):
            return Found([_ESCAPED.sub(r"\1", pattern).encode()], 1)
        last = self._found.setdefault((pattern, type_), Found())
        if self._clock() - last.at < self._budget.every.seconds:
            return last
        found = yield from self._scan(pattern, type_, Deadline.after(deadline.left() * _SHARE), counting=counting)
        self._found[pattern, type_] = found
        return found

    def truncated(self, out: Families) -> None:
        """Whether each search was cut short."""
        for (pattern, type_), found in self._found.items():
            labels = render(db=f"db{self._database}", key=pattern, type=type_)
            text = (
                "Whether the search for keys of this pattern was cut short by its budget (1), so that some are missing."
            )
            out.gauge("watchspec_redis_scan_truncated", text, int(found.truncated), labels)

    def _scan(
        self, pattern: str, type_: str, over: Deadline, *, counting: bool
    ) -> Generator[Sequence[Command], list[Reply], Found]:
        count, seen, cursor = 0, dict[bytes, None](), b"0"
        of_type = ("TYPE", type_) if type_ else ()
        for _ in range(-(-self._budget.keys // _STEP)):
            (reply,) = yield [("SCAN", cursor, "MATCH", pattern, "COUNT", str(_STEP), *of_type)]
            if not isinstance(reply, list):
                return Found(count=None, truncated=True)
            cursor, page = _page(reply)
            count += len(page)
            if not counting:
                seen.update(dict.fromkeys(page))
            if cursor == b"0" or len(seen) > self._budget.matches or not over.left():
                break
        truncated = cursor != b"0" or len(seen) > self._budget.matches
        return Found(list(seen)[: self._budget.matches], count, truncated, self._clock())


def is_pattern(text: str) -> bool:
    """Whether it stands for several keys."""
    return bool(_WILD.search(text))


def _page(reply: Reply) -> tuple[bytes, list[bytes]]:
    """The next cursor and keys; the end, if it is no answer to SCAN."""
    match reply:
        case [bytes(cursor), list(keys)]:
            return cursor, [key for key in keys if isinstance(key, bytes)]
        case _:
            return b"0", []
