"""Redis servers one a row: who they are, whether their data is safe, who copies whom."""

from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import GREEN, RED, Column, Face, Query
from generator.dashboards._limits import limits
from generator.dashboards._measures import else_zero, gauge, growth, total
from generator.dashboards._panels import mapping
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing, painted
from generator.dashboards._tiles import settled
from watchspec.spec import Spec

STATE: Final = f"min by (target) (redis_up{{{SELECTED}}})"
"""1 where the server answers the exporter."""
_TARGET: Final = Column("Target")
_SLOWEST: Final = f"min by (target) (redis_connected_slave_offset_bytes{{{SELECTED}}})"
_MASTER: Final = gauge("redis_instance_info", more='role="master"')
_LAST_SAVE: Final = f"time() - {gauge('redis_rdb_last_save_timestamp_seconds')}"
_WELL: Final = {"mappings": [mapping({"0": ("failed", RED), "1": ("ok", GREEN)})]}
_LINK: Final = {"mappings": [mapping({"-1": ("has none", "text"), "0": ("down", RED), "1": ("up", GREEN)})]}
_ON: Final = {"mappings": [mapping({"0": ("off", "text"), "1": ("on", "text")})]}


def servers(spec: Spec) -> model.Panel:
    """Version, role and age of each."""
    about = "target, redis_version, valkey_version, role, redis_mode, maxmemory_policy"
    face = Face(
        title="Servers",
        description="Which version and role each has, how long it has run, how many keys it holds and what it does at "
        "maxmemory. A short uptime that nobody ordered is a crash: read its log.",
        unit=units.Short,
        queries=(
            Query(gauge("redis_instance_info", about)),
            Query(gauge("redis_uptime_in_seconds")),
            Query(total("redis_db_keys")),
        ),
        alert="RedisRestarted",
    )
    return listing(
        settled(spec, face),
        {
            "target": _TARGET,
            "redis_version": Column("Redis"),
            "valkey_version": Column("Valkey"),
            "role": Column("Role"),
            "redis_mode": Column("Mode"),
            "maxmemory_policy": Column("When full"),
            "Value #B": Column("Uptime", {"unit": units.Seconds, **painted(limits(spec, "RedisRestarted"))}),
            "Value #C": Column("Keys"),
        },
        sort="target",
        hidden=("Time", "Value #A"),
    )


def safety(spec: Spec) -> model.Panel:
    """What a restart would cost."""
    face = Face(
        title="Persistence",
        description="Whether the last snapshot and the append-only file (AOF) went well, and what a restart would "
        "lose: changes since the snapshot, unless the AOF is on. A fork stops everybody; above 1 s move "
        "snapshots to a replica.",
        unit=units.Short,
        queries=(
            Query(gauge("redis_rdb_last_bgsave_status")),
            Query(_LAST_SAVE),
            Query(gauge("redis_rdb_changes_since_last_save")),
            Query(gauge("redis_aof_enabled")),
            Query(gauge("redis_aof_last_write_status")),
            Query(else_zero(gauge("redis_aof_current_size_bytes"), STATE)),
            Query(gauge("redis_latest_fork_seconds")),
        ),
        alert="RedisPersistenceFailed",
    )
    return listing(
        settled(spec, face),
        {
            "target": _TARGET,
            "Value #A": Column("Snapshot", _WELL),
            "Value #B": Column("Age", {"unit": units.Seconds, **painted(limits(spec, "RedisSnapshotOld"))}),
            "Value #C": Column("Changes since"),
            "Value #D": Column("AOF", _ON),
            "Value #E": Column("AOF write", _WELL),
            "Value #F": Column("AOF size", {"unit": units.BytesIEC}),
            "Value #G": Column("Last fork", {"unit": units.Seconds, **painted(limits(spec, "RedisForkSlow"))}),
        },
        sort="target",
    )


def replication(spec: Spec) -> model.Panel:
    """Who copies whom, and how well."""
    offset = gauge("redis_master_repl_offset")
    face = Face(
        title="Replication",
        description="Of a master how many replicas it has and how far the slowest is behind; of a replica whether its "
        "link to the master is up. A full copy over and over means that the backlog is too small: raise "
        "repl-backlog-size.",
        unit=units.Short,
        queries=(
            Query(gauge("redis_instance_info", "target, role")),
            Query(gauge("redis_connected_slaves")),
            Query(f"{gauge('redis_master_link_up')} or -1 * ({STATE} == 1)"),
            Query(else_zero(f"clamp_min({offset} - {_SLOWEST}, 0)", STATE)),
            Query(gauge("redis_repl_backlog_history_bytes")),
            Query(growth("redis_replica_resyncs_full")),
        ),
        alert="RedisReplicationBroken",
    )
    return listing(
        settled(spec, face),
        {
            "target": _TARGET,
            "role": Column("Role"),
            "Value #B": Column("Replicas"),
            "Value #C": Column("Link to master", _LINK),
            "Value #D": Column("Slowest behind by", {"unit": units.BytesIEC}),
            "Value #E": Column("Backlog", {"unit": units.BytesIEC}),
            "Value #F": Column("Full copies", {"decimals": 0}),
        },
        sort="target",
        hidden=("Time", "Value #A"),
    )


_LAGS: Final = (
    gauge("redis_connected_slave_lag_seconds", "target, slave_ip, slave_port"),
    gauge("redis_master_last_io_seconds_ago"),
    f"0 * ({gauge('redis_connected_slaves')} == 0 and on (target) {_MASTER})",
)
LAG: Final = Face(
    title="Replicas behind",
    description="Seconds since the master last heard of each replica, by its address, and each replica of its master; "
    "1 or 2 are normal. More is a busy or broken link. A master without replicas stands at 0.",
    unit=units.Seconds,
    queries=(Query(" or ".join(_LAGS), "{{target}} {{slave_ip}} {{slave_port}}"),),
    alert="RedisReplicaLag",
)
