"""What was last seen of every target, for people: up, degraded or down, how fast, since when, why."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from exporter.families import Family
from exporter.lane import Collector, Outcome
from exporter.redact import redact

State = Literal["up", "degraded", "down", "unknown"]
"""up: answers. degraded: answers, but a part of it failed or it is slow. down: does not, or not with what was asked.
unknown: was not looked at yet."""
SLOW_SECONDS: Final = 2.0
"""A target that takes longer to read is degraded: a fifth of Prometheus's default timeout."""
_WORTH: Final[dict[State, float]] = {"up": 1.0, "degraded": 0.5, "down": 0.0}
_ANSWERS: Final = frozenset({"redis_up", "pg_up", "probe_success"})
_PARTS: Final = ("_collector_success", "_component_up", "_query_success")
"""Ends of the names of families that say 0 of a part that failed."""
_NAMED: Final = 5
_INSTANCE: Final = re.compile(r'(?:^|,)instance="([^"]*)"')
_VALUE: Final = re.compile(r'(?:collector|component|query)="([^"]*)"')


class Key(NamedTuple):
    """What is looked at: a target, or one replica of a service that has several."""

    kind: str
    target: str
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What was last seen of a target."""

    key: Key
    state: State = "unknown"
    latency: float = 0.0
    """Seconds that reading it took."""
    since: float = 0.0
    """Unix time of the last change of state."""
    seen: float = 0.0
    """Unix time of the last look; 0 without one."""
    reason: str = ""
    """One of a closed set, as in `watchspec_scrape_errors_total`, or `part` or `slow`."""
    detail: str = ""
    """What is said of the failure, masked."""

    @property
    def error(self) -> str:
        """Reason and detail on one line; empty if there is nothing to say."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


class Board:
    """Takes what the scraper observes and keeps the last of it; safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives Unix seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[Key, Status] = {}

    def observe(self, kind: str, target: str, instance: str, outcome: Outcome) -> None:
        """Remember what came of a collection."""
        key, now = Key(kind, target, instance), self._clock()
        state, reason, detail = judged(outcome)
        with self._lock:
            before = self._seen.get(key)
            since = before.since if before is not None and before.state == state else now
            self._seen[key] = Status(key, state, outcome.seconds, since, now, reason, redact(detail))

    def of(self, collectors: Iterable[Collector]) -> list[Status]:
        """The status of each, in their order; of those alone: what the spec no longer has is forgotten elsewhere."""
        keys = [key_of(collector) for collector in collectors]
        with self._lock:
            return [self._seen.get(key) or Status(key) for key in keys]

    def keep(self, collectors: Iterable[Collector]) -> None:
        """Forget all others."""
        keys = {key_of(collector) for collector in collectors}
        with self._lock:
            self._seen = {key: status for key, status in self._seen.items() if key in keys}

    def stale(self, collectors: Iterable[Collector], seconds: float) -> list[Collector]:
        """Those that were not looked at for that long."""
        existing = list(collectors)
        oldest = self._clock() - seconds
        return [one for one, status in zip(existing, self.of(existing), strict=True) if status.seen < oldest]


def key_of(collector: Collector) -> Key:
    """What the collector looks at."""
    found = _INSTANCE.search(collector.labels)
    return Key(collector.kind, collector.target, found[1] if found else "")


def judged(outcome: Outcome) -> tuple[State, str, str]:
    """State, reason and detail of what came of a collection."""
    if outcome.reason is not None:
        return ("degraded" if _answers(outcome.families) else "down"), outcome.reason, outcome.detail
    failed = list(_failed_parts(outcome.families))
    if failed:
        more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
        return "degraded", "part", f"{', '.join(failed[:_NAMED])}{more} failed"
    if outcome.seconds > SLOW_SECONDS:
        return "degraded", "slow", f"took {outcome.seconds:.1f} s"
    return "up", "", ""


def health_score(statuses: Iterable[Status]) -> int:
    """0 to 100: the share of targets that are up; degraded counts half, the replicas of a target share its weight.

    Rounded down, so that 100 means that all are up. What was not looked at yet does not count; nothing is 100.
    """
    worth: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for status in statuses:
        if status.state != "unknown":
            worth[status.key.kind, status.key.target].append(_WORTH[status.state])
    shares = [sum(values) / len(values) for values in worth.values()]
    return int(100 * sum(shares) / len(shares) + 1e-9) if shares else 100


def overall(statuses: Iterable[Status]) -> Literal["ok", "degraded", "down"]:
    """ok: all that was looked at is up. down: something was looked at, and nothing answers. Else degraded."""
    states = {status.state for status in statuses} - {"unknown"}
    if states <= {"up"}:
        return "ok"
    return "down" if states == {"down"} else "degraded"


def _answers(families: Iterable[Family]) -> bool:
    return any(value == 1 for family in families if family.name in _ANSWERS for _, value in family.samples)


def _failed_parts(families: Iterable[Family]) -> Iterator[str]:
    for family in families:
        if family.name.endswith(_PARTS):
            for series, value in family.samples:
                if value == 0:
                    found = _VALUE.search(series)
                    yield found[1] if found else series
