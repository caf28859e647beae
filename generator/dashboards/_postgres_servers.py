"""PostgreSQL servers one a row: who they are, and who copies whom."""

from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import RED, Column, Face, Query
from generator.dashboards._limits import limits
from generator.dashboards._measures import else_zero, gauge, total
from generator.dashboards._panels import mapping
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing, painted
from generator.dashboards._tiles import settled
from watchspec.spec import Spec

STATE: Final = f"min by (target) (pg_up{{{SELECTED}}})"
"""1 where the server answers the exporter."""
_TARGET: Final = Column("Target")
_ROLE: Final = {"mappings": [mapping({"0": ("primary", "text"), "1": ("replica", "text")})]}
_SAFE: Final = {
    "mappings": [mapping({"0": ("off", RED), "1": ("on", "text")})],
    "custom.cellOptions": {"type": "color-text"},
}
_SAFETY: Final = f"min by (target) (pg_settings_fsync{{{SELECTED}}} * pg_settings_full_page_writes{{{SELECTED}}})"


def servers(spec: Spec) -> model.Panel:
    """Version, role, age and size of each, and the settings that matter most."""
    face = Face(
        title="Servers",
        description="Version, role, age and size of each. Autovacuum off bloats every table; crash safety off (fsync "
        "or full_page_writes) means that a power cut may break the data. Both should be on.",
        unit=units.Short,
        queries=(
            Query(gauge("pg_static", "target, short_version")),
            Query(gauge("pg_replication_is_replica")),
            Query(f"time() - {gauge('pg_postmaster_start_time_seconds')}"),
            Query(total("pg_database_size_bytes")),
            Query(gauge("pg_settings_shared_buffers_bytes")),
            Query(gauge("pg_settings_autovacuum")),
            Query(_SAFETY),
        ),
        alert="PostgresRestarted",
    )
    return listing(
        settled(spec, face),
        {
            "target": _TARGET,
            "short_version": Column("Version"),
            "Value #B": Column("Role", _ROLE),
            "Value #C": Column("Uptime", {"unit": units.Seconds, **painted(limits(spec, "PostgresRestarted"))}),
            "Value #D": Column("Size", {"unit": units.BytesIEC}),
            "Value #E": Column("Shared buffers", {"unit": units.BytesIEC}),
            "Value #F": Column("Autovacuum", _SAFE),
            "Value #G": Column("Crash safety", _SAFE),
        },
        sort="target",
        hidden=("Time", "Value #A"),
    )


def replication(spec: Spec) -> model.Panel:
    """Replicas and slots of each."""
    size = {"unit": units.BytesIEC}
    slots = f"pg_replication_slot_slot_is_active{{{SELECTED}}}"
    face = Face(
        title="Replication and slots",
        description="How far replicas are behind, and how much of the log their slots hold back. A slot that nobody "
        "reads keeps the log until the disk is full: drop it with pg_drop_replication_slot if its reader is gone.",
        unit=units.Short,
        queries=(
            Query(gauge("pg_replication_is_replica")),
            Query(gauge("pg_replication_lag_seconds")),
            Query(else_zero(f"count by (target) (pg_stat_replication_pg_wal_lsn_diff{{{SELECTED}}})", STATE)),
            Query(else_zero(gauge("pg_stat_replication_pg_wal_lsn_diff"), STATE)),
            Query(else_zero(f"count by (target) ({slots})", STATE)),
            Query(else_zero(f"count by (target) ({slots} == 0)", STATE)),
            Query(else_zero(gauge("pg_replication_slots_pg_wal_lsn_diff"), STATE)),
        ),
        alert="PostgresReplicationBroken",
    )
    return listing(
        settled(spec, face),
        {
            "target": _TARGET,
            "Value #A": Column("Role", _ROLE),
            "Value #B": Column("Own lag", {"unit": units.Seconds, **painted(limits(spec, "PostgresReplicationLag"))}),
            "Value #C": Column("Replicas"),
            "Value #D": Column("Slowest behind by", size | painted(limits(spec, "PostgresReplicaBehind"))),
            "Value #E": Column("Slots"),
            "Value #F": Column("Unused slots"),
            "Value #G": Column("Log held back", size | painted(limits(spec, "PostgresSlotBehind"))),
        },
        sort="target",
    )


LAG: Final = Face(
    title="Replication lag",
    description="How old a replica's data is: well below a second is normal. It grows while the network, the disk or a "
    "long query on the replica holds it up. A primary stands at 0.",
    unit=units.Seconds,
    queries=(Query(gauge("pg_replication_lag_seconds"), "{{target}}"),),
    alert="PostgresReplicationLag",
)
