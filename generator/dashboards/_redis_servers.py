"""Redis servers one a row: who they are, whether their data is safe, who copies whom."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._asking import else_zero, gauge, growth, total
from generator.dashboards._board import SELECTED
from generator.dashboards._face import GREEN, RED, Column, Face, Query
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet
from watchspec.spec import Spec

STATE: Final = f"min by (target) (redis_up{{{SELECTED}}})"
"""1 where the server answers the exporter."""
_TARGET: Final = Column("Target")
_WELL: Final = {0: ("failed", RED), 1: ("ok", GREEN)}
_ABOUT: Final = {
    "target": _TARGET,
    "redis_version": Column("Redis"),
    "valkey_version": Column("Valkey"),
    "role": Column("Role"),
    "redis_mode": Column("Mode"),
    "maxmemory_policy": Column("When full"),
}
_SERVERS: Final = (
    Figure("", gauge("redis_instance_info", ", ".join(_ABOUT))),
    Figure("Uptime", gauge("redis_uptime_in_seconds"), units.Seconds, "RedisRestarted"),
    Figure("Keys", total("redis_db_keys")),
)


def servers(spec: Spec, more: Sequence[Figure] = ()) -> model.Panel:
    """Version, role and age of each."""
    face = Face(
        title="Servers",
        description="Which version and role each has, how long it has run, how many keys it holds and what it does at "
        "maxmemory. A short uptime that nobody ordered is a crash: read its log.",
        unit=units.Short,
        related="RedisRestarted",
    )
    return sheet(spec, face, _ABOUT, [*more, *_SERVERS], sort="target")


_SAFETY: Final = (
    Figure("Snapshot", gauge("redis_rdb_last_bgsave_status"), texts=_WELL),
    Figure("Age", f"time() - {gauge('redis_rdb_last_save_timestamp_seconds')}", units.Seconds, "RedisSnapshotOld"),
    Figure("Changes since", gauge("redis_rdb_changes_since_last_save")),
    Figure("AOF", gauge("redis_aof_enabled"), texts={0: ("off", "text"), 1: ("on", "text")}),
    Figure("AOF write", gauge("redis_aof_last_write_status"), texts=_WELL),
    Figure("AOF size", else_zero(gauge("redis_aof_current_size_bytes"), STATE), units.BytesIEC),
    Figure("Last fork", gauge("redis_latest_fork_seconds"), units.Seconds, "RedisForkSlow"),
)


def safety(spec: Spec) -> model.Panel:
    """What a restart would cost."""
    face = Face(
        title="Persistence",
        description="Whether the last snapshot and the append-only file (AOF) went well, and what a restart would "
        "lose: changes since the snapshot, unless the AOF is on. A fork stops everybody; above 1 s move "
        "snapshots to a replica.",
        unit=units.Short,
        alert="RedisPersistenceFailed",
    )
    return sheet(spec, face, {"target": _TARGET}, _SAFETY, sort="target")


_MASTER: Final = gauge("redis_instance_info", more='role="master"')
_SLOWEST: Final = f"min by (target) (redis_connected_slave_offset_bytes{{{SELECTED}}})"
_BEHIND: Final = f"clamp_min({gauge('redis_master_repl_offset')} - {_SLOWEST}, 0)"
_REPLICATION: Final = (
    Figure("", gauge("redis_instance_info", "target, role")),
    Figure("Replicas", gauge("redis_connected_slaves")),
    Figure(
        "Link to master",
        f"{gauge('redis_master_link_up')} or -1 * ({STATE} == 1)",
        texts={-1: ("has none", "text"), 0: ("down", RED), 1: ("up", GREEN)},
    ),
    Figure("Slowest behind by", else_zero(_BEHIND, STATE), units.BytesIEC),
    Figure("Backlog", gauge("redis_repl_backlog_history_bytes"), units.BytesIEC),
    Figure("Full copies", f"round({growth('redis_replica_resyncs_full')})"),
)


def replication(spec: Spec) -> model.Panel:
    """Who copies whom, and how well."""
    face = Face(
        title="Replication",
        description="Of a master how many replicas it has and how far the slowest is behind; of a replica whether its "
        "link to the master is up. A full copy over and over means that the backlog is too small: raise "
        "repl-backlog-size.",
        unit=units.Short,
        alert="RedisReplicationBroken",
    )
    return sheet(spec, face, {"target": _TARGET, "role": Column("Role")}, _REPLICATION, sort="target")


_REPLICA: Final = gauge("redis_connected_slave_lag_seconds", "target, slave_ip, slave_port")
_HEARD: Final = gauge("redis_master_last_io_seconds_ago")
_ALONE: Final = f"0 * ({gauge('redis_connected_slaves')} == 0 and on (target) {_MASTER})"
_LAGS: Final = (
    f'label_join({_REPLICA}, "replica", ":", "slave_ip", "slave_port")',
    f'label_replace({_HEARD}, "replica", "its master", "", "")',
    f'label_replace({_ALONE}, "replica", "no replica", "", "")',
)
LAG: Final = Face(
    title="Replicas behind",
    description="Seconds since the master last heard of each replica, by its address, and each replica of its master; "
    "1 or 2 are normal. More is a busy or broken link. A master without replicas stands at 0.",
    unit=units.Seconds,
    queries=(Query(" or ".join(_LAGS), "{{target}} {{replica}}"),),
    alert="RedisReplicaLag",
)
