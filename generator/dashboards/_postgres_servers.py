"""PostgreSQL servers one a row: who they are, and who copies whom."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._asking import else_zero, gauge, total
from generator.dashboards._board import SELECTED
from generator.dashboards._face import RED, Column, Face, Query
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet
from watchspec.spec import Spec

STATE: Final = f"min by (target) (pg_up{{{SELECTED}}})"
"""1 where the server answers the exporter."""
_TARGET: Final = Column("Target")
_ROLE: Final = Figure(
    "Role", gauge("pg_replication_is_replica"), texts={0: ("primary", "text"), 1: ("replica", "text")}
)
_SAFE: Final = {0: ("off", RED), 1: ("on", "text")}
_SAFETY: Final = f"min by (target) (pg_settings_fsync{{{SELECTED}}} * pg_settings_full_page_writes{{{SELECTED}}})"
_SERVERS: Final = (
    Figure("", gauge("pg_static", "target, short_version")),
    _ROLE,
    Figure("Uptime", f"time() - {gauge('pg_postmaster_start_time_seconds')}", units.Seconds, "PostgresRestarted"),
    Figure("Size", total("pg_database_size_bytes"), units.BytesIEC),
    Figure("Shared buffers", gauge("pg_settings_shared_buffers_bytes"), units.BytesIEC),
    Figure("Autovacuum", gauge("pg_settings_autovacuum"), texts=_SAFE),
    Figure("Crash safety", _SAFETY, texts=_SAFE),
)


def servers(spec: Spec, more: Sequence[Figure] = ()) -> model.Panel:
    """Version, role, age and size of each, and the settings that matter most."""
    face = Face(
        title="Servers",
        description="Version, role, age and size of each. Autovacuum off bloats every table; crash safety off (fsync "
        "or full_page_writes) means that a power cut may break the data. Both should be on.",
        unit=units.Short,
        related="PostgresUnsafe",
    )
    return sheet(spec, face, {"target": _TARGET, "short_version": Column("Version")}, [*more, *_SERVERS], sort="target")


_SLOTS: Final = f"pg_replication_slot_slot_is_active{{{SELECTED}}}"
_REPLICAS: Final = f"count by (target) (pg_stat_replication_pg_wal_lsn_diff{{{SELECTED}}})"
_BEHIND: Final = else_zero(gauge("pg_stat_replication_pg_wal_lsn_diff"), STATE)
_HELD: Final = else_zero(gauge("pg_replication_slots_pg_wal_lsn_diff"), STATE)
_REPLICATION: Final = (
    _ROLE,
    Figure("Own lag", gauge("pg_replication_lag_seconds"), units.Seconds, "PostgresReplicationLag"),
    Figure("Replicas", else_zero(_REPLICAS, STATE)),
    Figure("Slowest behind by", _BEHIND, units.BytesIEC, "PostgresReplicaBehind"),
    Figure("Slots", else_zero(f"count by (target) ({_SLOTS})", STATE)),
    Figure("Unused slots", else_zero(f"count by (target) ({_SLOTS} == 0)", STATE)),
    Figure("Log held back", _HELD, units.BytesIEC, "PostgresSlotBehind"),
)


def replication(spec: Spec) -> model.Panel:
    """Replicas and slots of each."""
    face = Face(
        title="Replication and slots",
        description="How far replicas are behind, and how much of the log their slots hold back. A slot that nobody "
        "reads keeps the log until the disk is full: drop it with pg_drop_replication_slot if its reader is gone.",
        unit=units.Short,
        alert="PostgresReplicationBroken",
    )
    return sheet(spec, face, {"target": _TARGET}, _REPLICATION, sort="target")


LAG: Final = Face(
    title="Replication lag",
    description="How old a replica's data is: well below a second is normal. It grows while the network, the disk or a "
    "long query on the replica holds it up. A primary stands at 0.",
    unit=units.Seconds,
    queries=(Query(gauge("pg_replication_lag_seconds"), "{{target}}"),),
    alert="PostgresReplicationLag",
)
