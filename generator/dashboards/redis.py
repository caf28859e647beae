"""Panels of Redis servers."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Section
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec

STATE: Final = f"min by (target) (redis_up{{{SELECTED}}})"
"""1 where the server answers the exporter."""


def dashboard(spec: Spec) -> model.Dashboard:
    """Redis of `spec`, in depth."""
    return board(spec, "redis", "Redis", [Section("", tiles(spec, overview(spec)))], of="redis_up")


def overview(_spec: Spec) -> Sequence[Face]:
    """What the overview shows of Redis: who is connected, how much it holds, how much it does."""
    return (_CLIENTS, _MEMORY, _COMMANDS)


_CLIENTS: Final = Face(
    title="Redis clients",
    description="Open connections to each server. It follows the number of your processes; a line that only climbs is "
    "an application that does not close its connections, until Redis refuses new ones.",
    unit=units.Short,
    queries=(Query(f"sum by (target) (redis_connected_clients{{{SELECTED}}})", "{{target}}"),),
)

_MEMORY: Final = Face(
    title="Redis memory",
    description="Memory that Redis has allocated. With a maxmemory it levels off there and evicts keys, or refuses "
    "writes, by its policy; without one it grows until the host has none left.",
    unit=units.BytesIEC,
    queries=(Query(f"sum by (target) (redis_memory_used_bytes{{{SELECTED}}})", "{{target}}"),),
)

_COMMANDS: Final = Face(
    title="Redis commands",
    description="Commands a second. It follows your traffic; a jump without one is a loop, or a cache that misses.",
    unit=units.OpsPerSecond,
    queries=(
        Query(f"sum by (target) (rate(redis_commands_processed_total{{{SELECTED}}}[$__rate_interval]))", "{{target}}"),
    ),
)
