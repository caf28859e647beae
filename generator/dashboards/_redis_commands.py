"""Panels of what Redis is asked: how often, how long it takes, what fails."""

from typing import Final

from generator.dashboards._asking import else_zero, growth, rate
from generator.dashboards._board import SELECTED
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._redis_servers import STATE
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet
from watchspec.spec import Spec

_BUCKETS: Final = "redis_commands_latencies_usec_bucket"
"""Redis 7 and later; in microseconds."""
_COMMAND: Final = "target, cmd"

_PROGRAMS: Final = 'cmd!~"info|(acl|client|cluster|config|latency|memory|slowlog|xinfo).*"'
"""What programs wait for; the exporter's own questions are slower and rare."""


def _p99(buckets: str) -> str:
    """Seconds that 99% of the calls of each command stay below.

    Redis leaves out buckets in which a command has no calls, so those of several commands do not add up.
    """
    return f"histogram_quantile(0.99, {buckets}) / 1e6"


DURATION: Final = Face(
    title="Time of a command",
    description="Mean, and from Redis 7 on the time that 99% of the calls of the slowest command stay below. A command "
    "takes well under 1 ms; they are done one after the other, so a slow one holds up everybody: find it under "
    "Commands. The line is for the mean.",
    unit=units.Seconds,
    queries=(
        Query(
            f"{rate('redis_commands_duration_seconds_total')} / ({rate('redis_commands_total')} > 0)",
            "{{target}} mean",
        ),
        Query(
            f"max by (target) ({_p99(rate(_BUCKETS, f'{_COMMAND}, le', _PROGRAMS))})", "{{target}} p99 of the slowest"
        ),
    ),
    alert="RedisSlowCommands",
)

SLOWEST: Final = Face(
    title="Slowest commands",
    description="The ten commands with the highest 99th percentile over the time shown. Above some milliseconds it is "
    "a command on too much data, such as KEYS, a long script or a huge range, and everybody waits for it.",
    unit=units.Seconds,
    queries=(Query(f"topk(10, {_p99(growth(_BUCKETS, f'{_COMMAND}, le'))} > 0)", "{{target}} {{cmd}}"),),
    empty="needs Redis 7",
)

ERRORS: Final = Face(
    title="Errors and slow commands",
    description="Errors answered, by code, and commands that went to the slow log. WRONGTYPE and ERR are mistakes of a "
    "program; OOM, MISCONF, READONLY and LOADING mean that the server refuses work. Read `redis-cli slowlog get`.",
    unit=units.OpsPerSecond,
    queries=(
        Query(else_zero(rate("redis_errors_total", "target, err"), STATE, "err", "no errors"), "{{target}} {{err}}"),
        Query(
            f"clamp_min(max by (target) (deriv(redis_slowlog_last_id{{{SELECTED}}}[$__rate_interval])), 0)",
            "{{target}} slow log",
        ),
    ),
)


_CALLS: Final = growth("redis_commands_total", _COMMAND)
_USED: Final = f"({_CALLS} > 0)"
_SPENT: Final = growth("redis_commands_duration_seconds_total", _COMMAND)
_COMMANDS: Final = (
    Figure("Calls", f"round({_USED})"),
    Figure("Time taken", f"{_SPENT} and {_USED}", units.Seconds),
    Figure("Mean", f"{_SPENT} / {_USED}", units.Seconds),
    Figure("p99", f"{_p99(growth(_BUCKETS, f'{_COMMAND}, le'))} > 0", units.Seconds),
    Figure("Failed", f"round({growth('redis_commands_failed_calls_total', _COMMAND)}) and {_USED}"),
    Figure("Rejected", f"round({growth('redis_commands_rejected_calls_total', _COMMAND)}) and {_USED}"),
)


def commands(spec: Spec) -> model.Panel:
    """What the server spent its time on, the costliest first."""
    face = Face(
        title="Commands over the time shown",
        description="What the server spent its time on, the costliest first. A high mean is a command on too much "
        "data: use ranges, SCAN and smaller keys. Many calls of a cheap one ask for pipelines. Failed ones ran, "
        "rejected ones did not.",
        unit=units.Short,
        empty="no commands",
    )
    labels = {"target": Column("Target"), "cmd": Column("Command")}
    return sheet(spec, face, labels, _COMMANDS, sort="Time taken", falling=True)
