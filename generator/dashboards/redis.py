"""Redis and Valkey servers: are they well, what are they asked, what do they hold, would their data survive."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from generator.dashboards import _redis_clients as clients
from generator.dashboards import _redis_commands as commands
from generator.dashboards import _redis_memory as memory
from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import Face, Query
from generator.dashboards._glance import glance
from generator.dashboards._grid import Section, Tile
from generator.dashboards._panels import ranking, series
from generator.dashboards._redis_queues import queues
from generator.dashboards._redis_servers import LAG, STATE, replication, safety, servers
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import settled, tiles
from watchspec.spec import Spec

__all__ = ["STATE", "dashboard", "overview"]


def dashboard(spec: Spec) -> model.Dashboard:
    """Redis of `spec`, in depth."""
    return board(spec, "redis", "Redis", [Section("", list(_first(spec))), *_rest(spec)], of="redis_up")


def overview(_spec: Spec) -> Sequence[Face]:
    """What the overview shows of Redis: who is connected, how much it holds, how much it does."""
    return (_CLIENTS, _MEMORY, _COMMANDS)


def _first(spec: Spec) -> Iterator[Tile]:
    """What is seen without scrolling."""
    first = (memory.SHARE, clients.SHARE, clients.REFUSED)
    yield from glance(spec, len(spec.redis), _UP, first, servers)
    yield from tiles(spec, (memory.MEMORY, replace(_COMMANDS, title="Commands"), commands.DURATION))
    yield from tiles(spec, (clients.CLIENTS, memory.HITS, memory.CHURN))


def _rest(spec: Spec) -> Iterator[Section]:
    """What is opened when the first screen does not say enough; queues stay open, as they are the work itself."""
    if waiting := queues(spec):
        yield Section("Work that waits", tiles(spec, waiting))
    slowest, errors = Tile(ranking(commands.SLOWEST), 12), Tile(series(commands.ERRORS), 12)
    yield Section("Commands in detail", [Tile(commands.commands(spec), 24, 10), slowest, errors], collapsed=True)
    yield Section("Memory and keys", tiles(spec, memory.STORED), collapsed=True)
    kept = [Tile(safety(spec), 24, 6), Tile(replication(spec), 12), Tile(series(settled(spec, LAG)), 12)]
    yield Section("Persistence and replication", kept, collapsed=True)
    yield Section("CPU, network and Pub/Sub", tiles(spec, clients.TRAFFIC), collapsed=True)


_UP: Final = Face(
    title="State",
    description="Whether the server answers the exporter. If it is down, run `redis-cli -u URL ping`, look whether the "
    "process runs, and read its log; a refused password looks the same.",
    unit=units.Short,
    queries=(Query(STATE, "{{target}}"),),
    alert="RedisDown",
)

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
