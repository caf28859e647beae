"""Answers to SLOWLOG and LATENCY → families, with the names of redis_exporter 1.86."""

from collections.abc import Sequence
from typing import Final

from exporter.families import Families, Family, render
from exporter.redis.commands import after, command, microseconds
from exporter.redis.info import Calls
from exporter.redis.resp import Reply
from exporter.redis.talk import Talk, items, text

_LAST: Final = ("redis_latency_spike_last", "Time of the last latency spike, in Unix seconds.")
_DURATION: Final = ("redis_latency_spike_duration_seconds", "Duration of the last latency spike, in seconds.")
_HISTOGRAM: Final = "redis_commands_latencies_usec"
_SLOWEST: Final = ("redis_last_slow_execution_duration_seconds", "Duration of the last slow command, in seconds.")


def slow_log(out: Families) -> Talk:
    """Length and last entry of the slow log."""
    length, latest = yield [("SLOWLOG", "LEN"), ("SLOWLOG", "GET", "1")]
    if isinstance(length, int):
        out.gauge("redis_slowlog_length", "Entries in the slow log.", length)
    last, seconds = 0, 0.0
    match latest:
        case [[int(last), int(), int(usec), *_]]:
            seconds = usec / 1e6
        case []:
            pass
        case _:
            return
    out.gauge("redis_slowlog_last_id", "ID of the last entry in the slow log.", last)
    out.gauge(*_SLOWEST, seconds)


def events(out: Families) -> Talk:
    """LATENCY LATEST: event, time, last and highest duration in milliseconds."""
    (latest,) = yield [("LATENCY", "LATEST")]
    for event in items(latest):
        match event:
            case [bytes(name), int(moment), int(milliseconds), *_]:
                labels = render(event_name=text(name))
                out.gauge(*_LAST, moment, labels)
                out.gauge(*_DURATION, milliseconds / 1000, labels)
            case _:
                pass


def histograms(out: Families, calls: Sequence[Calls], answer: Reply) -> None:
    """LATENCY HISTOGRAM (Redis 7.0): for each command its calls and cumulative buckets."""
    flat = items(answer)
    spent = microseconds(calls)
    family = out.family(_HISTOGRAM, "histogram", "Latency of the command, in microseconds.")
    for name, body in zip(flat[::2], flat[1::2], strict=False):
        match name, body:
            case bytes(), [b"calls", int(count), b"histogram_usec", list(buckets)]:
                _histogram(family, text(name), count, buckets, spent)
            case _:
                pass


def _histogram(family: Family, name: str, count: int, buckets: list[Reply], spent: dict[str, int]) -> None:
    labels, end, samples = command(name), after(family), family.samples
    for bound, below in zip(buckets[::2], buckets[1::2], strict=False):
        if isinstance(bound, int) and isinstance(below, int):
            samples.append((f'{_HISTOGRAM}_bucket{{{labels},le="{bound}"{end}', below))
    samples += [
        (f'{_HISTOGRAM}_bucket{{{labels},le="+Inf"{end}', count),
        (f"{_HISTOGRAM}_sum{{{labels}{end}", spent.get(name, 0)),
        (f"{_HISTOGRAM}_count{{{labels}{end}", count),
    ]
