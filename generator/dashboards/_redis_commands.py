"""Panels of what Redis is asked: how often, how long it takes, what fails."""

from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._measures import else_zero, growth, rate
from generator.dashboards._redis_servers import STATE
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing

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
        Query(else_zero(rate("redis_errors_total", "target, err"), STATE), "{{target}} {{err}}"),
        Query(
            f"clamp_min(max by (target) (deriv(redis_slowlog_last_id{{{SELECTED}}}[$__rate_interval])), 0)",
            "{{target}} slow log",
        ),
    ),
)


def commands() -> model.Panel:
    """What the server spent its time on, the costliest first."""
    calls, spent = (
        growth(name, _COMMAND) for name in ("redis_commands_total", "redis_commands_duration_seconds_total")
    )
    failed, rejected = (growth(f"redis_commands_{end}_calls_total", _COMMAND) for end in ("failed", "rejected"))
    used = f"and ({calls} > 0)"
    face = Face(
        title="Commands over the time shown",
        description="What the server spent its time on, the costliest first. A high mean is a command on too much "
        "data: use ranges, SCAN and smaller keys. Many calls of a cheap one ask for pipelines. Failed ones ran, "
        "rejected ones did not.",
        unit=units.Short,
        queries=(
            Query(f"{calls} > 0"),
            Query(f"{spent} {used}"),
            Query(f"{spent} / ({calls} > 0)"),
            Query(f"{_p99(growth(_BUCKETS, f'{_COMMAND}, le'))} > 0"),
            Query(f"{failed} {used}"),
            Query(f"{rejected} {used}"),
        ),
        empty="no commands",
    )
    whole = {"decimals": 0}
    return listing(
        face,
        {
            "target": Column("Target"),
            "cmd": Column("Command"),
            "Value #A": Column("Calls", whole),
            "Value #B": Column("Time", {"unit": units.Seconds}),
            "Value #C": Column("Mean", {"unit": units.Seconds}),
            "Value #D": Column("p99", {"unit": units.Seconds}),
            "Value #E": Column("Failed", whole),
            "Value #F": Column("Rejected", whole),
        },
        sort="Value #B",
        falling=True,
    )
