"""Panels of who uses Redis: clients, their traffic, and what is refused to them."""

from typing import Final

from generator.dashboards._asking import else_zero, gauge, rate
from generator.dashboards._board import SELECTED
from generator.dashboards._face import Face, Query
from generator.dashboards._redis_servers import STATE
from generator.dashboards._sdk import units

_CONNECTED: Final = gauge("redis_connected_clients")
_MOST: Final = f"({gauge('redis_max_clients')} or {gauge('redis_config_maxclients')})"
_REFUSALS: Final = "OOM|MISCONF|NOREPLICAS|CLUSTERDOWN|MASTERDOWN|READONLY"
"""Errors with which a server refuses work, as RedisWritesRefused counts them."""

SHARE: Final = Face(
    title="Clients",
    description="Share of maxclients that is connected. At 100% it refuses every new client: find the one that does "
    "not give its connections back with `redis-cli client list`.",
    unit=units.PercentUnit,
    queries=(Query(f"{_CONNECTED} / ({_MOST} > 0)", "{{target}}"),),
    alert="RedisConnections",
)

REFUSED: Final = Face(
    title="Refused",
    description="Commands and connections that the server turned away over the time shown, because it is full, "
    "read-only or cannot save. 0 is normal; anything else is an error that a user has seen.",
    unit=units.Short,
    queries=(
        Query(
            "sum by (target) ("
            f'increase(redis_errors_total{{err=~"{_REFUSALS}", {SELECTED}}}[$__range])'
            f" or increase(redis_rejected_connections_total{{{SELECTED}}}[$__range]))",
            "{{target}}",
        ),
    ),
    alert="RedisWritesRefused",
)

CLIENTS: Final = Face(
    title="Clients by state",
    description="Connected, and of these those that wait in a blocking command such as BLPOP, which is normal for "
    "workers of a queue. A line that only climbs is a program that does not close its connections.",
    unit=units.Short,
    queries=(
        Query(_CONNECTED, "{{target}} connected"),
        Query(gauge("redis_blocked_clients"), "{{target}} blocked"),
    ),
)

_CPU: Final = tuple(
    (name, f"{rate(f'redis_cpu_sys{part}_seconds_total')} + {rate(f'redis_cpu_user{part}_seconds_total')}")
    for part, name in (("", "server"), ("_children", "snapshots and rewrites"))
)
_PUBLISHED: Final = rate("redis_commands_total", more='cmd=~"publish|spublish"')
TRAFFIC: Final = (
    Face(
        title="CPU",
        description="Cores in use by the server and by the children that write snapshots. Commands are done on one "
        "core, so near 100% it is the limit: look under Commands for what costs most, or split the data.",
        unit=units.PercentUnit,
        queries=tuple(Query(query, f"{{{{target}}}} {name}") for name, query in _CPU),
    ),
    Face(
        title="Network",
        description="Bytes read from and written to clients. Much more out than in is normal for a cache; a plateau "
        "is a full link. Large values are better compressed, or kept elsewhere.",
        unit=units.BytesPerSecondIEC,
        queries=(
            Query(rate("redis_net_input_bytes_total"), "{{target}} in"),
            Query(rate("redis_net_output_bytes_total"), "{{target}} out"),
        ),
    ),
    Face(
        title="Pub/Sub and connections",
        description="Messages published, and connections opened, in a second. Messages follow your traffic, and nobody "
        "gets those that come while he is away. Many new connections mean that a client has no pool.",
        unit=units.CountsPerSecond,
        queries=(
            Query(else_zero(_PUBLISHED, STATE), "{{target}} published"),
            Query(rate("redis_connections_received_total"), "{{target}} new connections"),
        ),
    ),
)
