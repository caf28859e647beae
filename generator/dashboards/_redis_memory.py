"""Panels of what Redis holds: memory, keys, what is found and what is thrown away."""

from typing import Final

from generator.dashboards._asking import gauge, rate, total
from generator.dashboards._face import Face, Query
from generator.dashboards._sdk import units

_USED: Final = gauge("redis_memory_used_bytes")
_MOST: Final = f"({gauge('redis_memory_max_bytes')} > 0 or {gauge('redis_total_system_memory_bytes')})"
"""The limit: maxmemory, or where there is none the machine's memory, if the collector `system` is on."""

SHARE: Final = Face(
    title="Memory used",
    description="Bytes, and their share of maxmemory, or of the machine's memory where the server has no limit and the "
    "collector `system` is on. At 100% it evicts keys or refuses writes, by its maxmemory-policy. A full "
    "cache is normal, a full store is not.",
    unit=units.PercentUnit,
    queries=(
        Query(f"{_USED} / {_MOST}", "{{target}}"),
        Query(_USED, "{{target}} bytes", unit=units.BytesIEC),
    ),
    alert="RedisMemoryUsage",
)

MEMORY: Final = Face(
    title="Memory",
    description="What is allocated for data, what the process really takes, and maxmemory, where there is one. Level "
    "at the limit is normal for a cache; a steady climb in a store is data without a time to live.",
    unit=units.BytesIEC,
    queries=(
        Query(_USED, "{{target}} used"),
        Query(gauge("redis_memory_used_rss_bytes"), "{{target}} resident"),
        Query(f"{gauge('redis_memory_max_bytes')} > 0", "{{target}} maxmemory", limit=True),
    ),
)

_HITS: Final = rate("redis_keyspace_hits_total")
HITS: Final = Face(
    title="Hit ratio",
    description="Share of look-ups that found their key. A cache is worth its memory above 80% or so; a drop follows a "
    "restart, an eviction or a new kind of key. Queues and locks miss by design.",
    unit=units.PercentUnit,
    highest=1,
    queries=(Query(f"{_HITS} / ({_HITS} + {rate('redis_keyspace_misses_total')} > 0)", "{{target}}"),),
    alert="RedisHitRate",
    empty="nothing is looked up",
)

CHURN: Final = Face(
    title="Keys expired and evicted",
    description="Expired keys have had their time. Evicted ones were thrown away because maxmemory is reached: normal "
    "for a cache, lost data for anything else. Then raise maxmemory, or give keys a time to live.",
    unit=units.CountsPerSecond,
    queries=(
        Query(rate("redis_expired_keys_total"), "{{target}} expired"),
        Query(rate("redis_evicted_keys_total"), "{{target}} evicted"),
    ),
    related="RedisEvictions",
)

_KEYS: Final = total("redis_db_keys", "target, db")
_FIRST: Final = total("redis_db_keys", "target, db", 'db="db0"')
_CLIENTS: Final = f"({gauge('redis_mem_clients_normal')} + {gauge('redis_mem_clients_slaves')})"
_BACKLOG: Final = gauge("redis_mem_replication_backlog_bytes")
STORED: Final = (
    Face(
        title="Keys",
        description="Keys in each database that has some. Steady growth is data without a time to live; a sudden drop "
        "is a flush, a restart without a snapshot, or a mass expiry.",
        unit=units.Short,
        queries=(Query(f"{_KEYS} > 0 or {_FIRST}", "{{target}} {{db}}"),),
    ),
    Face(
        title="Where memory goes",
        description="Data is what you store. Clients' buffers grow with slow readers and huge replies; the backlog is "
        "for replicas that come back. The rest is tables of keys and the server itself.",
        unit=units.BytesIEC,
        stacked=True,
        queries=(
            Query(gauge("redis_memory_used_dataset_bytes"), "{{target}} data"),
            Query(_CLIENTS, "{{target}} clients"),
            Query(_BACKLOG, "{{target}} replication backlog"),
            Query(
                f"clamp_min({gauge('redis_memory_used_overhead_bytes')} - {_CLIENTS} - {_BACKLOG}, 0)",
                "{{target}} tables and server",
            ),
        ),
    ),
    Face(
        title="Fragmentation",
        description="Memory that the process takes for each byte of data. 1 to 1.5 is normal, and much more while "
        "there are few megabytes of data. Below 1 the server has been swapped out, which makes it very slow.",
        unit=units.Short,
        queries=(Query(gauge("redis_mem_fragmentation_ratio"), "{{target}}"),),
        alert="RedisFragmentation",
    ),
)
