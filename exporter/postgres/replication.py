"""Queries on replication, slots and the write-ahead log: postgres_exporter 0.19's names."""

from typing import Final

from exporter.postgres.query import NAN, Column, Query, counter, gauge

# The position of the log: where it is written on a primary, where it is received on a replica.
_POSITION: Final = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END"

_REPLICATION: Final = f"""
SELECT pg_is_in_recovery()::int AS replica,
  CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) END::float AS lag,
  greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp()))::float AS replay,
  pg_wal_lsn_diff({_POSITION}, '0/0') AS position"""  # noqa: S608  # a constant

_REPLICAS: Final = f"""
SELECT r.application_name, host(r.client_addr) AS client_addr, s.slot_name, r.state,
  pg_wal_lsn_diff({_POSITION}, '0/0') AS position, pg_wal_lsn_diff({_POSITION}, r.replay_lsn) AS behind,
  floor(extract(epoch FROM r.reply_time)) AS reply
FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid"""  # noqa: S608  # a constant

_SLOTS: Final = f"""
SELECT slot_name, slot_type, database, active::int AS active, safe_wal_size, wal_status,
  pg_wal_lsn_diff({_POSITION}, restart_lsn) AS behind, pg_wal_lsn_diff({_POSITION}, '0/0') AS position,
  CASE WHEN active THEN coalesce(pg_wal_lsn_diff(confirmed_flush_lsn, '0/0'), 0) END AS confirmed,
  CASE WHEN wal_status IS NOT NULL THEN 1 END AS one
FROM pg_replication_slots"""  # noqa: S608  # a constant

_RECEIVER: Final = """
SELECT *, sender_host AS upstream_host, pg_wal_lsn_diff(receive_start_lsn, '0/0') AS start,
  pg_wal_lsn_diff(flushed_lsn, '0/0') AS flushed,
  pg_wal_lsn_diff(latest_end_lsn, '0/0') AS latest, extract(epoch FROM last_msg_send_time) AS sent,
  extract(epoch FROM last_msg_receipt_time) AS receipt, extract(epoch FROM latest_end_time) AS ended
FROM pg_stat_wal_receiver"""


def _received(column: str, name: str, help_: str) -> Column:
    return counter(column, f"pg_stat_wal_receiver_{name}", help_)


QUERIES: Final = (
    Query(
        "replication",
        _REPLICATION,
        (
            gauge("lag", "pg_replication_lag_seconds", "How far a replica is behind, in seconds; 0 on a primary."),
            gauge("replica", "pg_replication_is_replica", "Whether the server is a replica."),
            gauge("replay", "pg_replication_last_replay_seconds", "Age of the last replayed transaction, in seconds."),
            counter(
                "position",
                "watchspec_postgres_wal_bytes_total",
                "Bytes ever written to the log; on a replica, received.",
            ),
        ),
    ),
    Query(
        "stat_replication",
        _REPLICAS,
        (
            gauge("position", "pg_stat_replication_pg_current_wal_lsn_bytes", "Position of the log, in bytes.", NAN),
            gauge(
                "behind",
                "pg_stat_replication_pg_wal_lsn_diff",
                "Bytes of the log that the replica has not replayed.",
                NAN,
            ),
            Column(
                "reply",
                "pg_stat_replication_reply_time",
                "When the replica answered last, in Unix seconds.",
                "untyped",
                NAN,
            ),
        ),
        ("application_name", "client_addr", "slot_name", "state"),
        server=True,
    ),
    Query(
        "replication_slots",
        _SLOTS,
        (
            gauge("active", "pg_replication_slots_active", "Whether the slot is in use."),
            gauge("behind", "pg_replication_slots_pg_wal_lsn_diff", "Bytes of the log that the slot holds back.", NAN),
        ),
        ("slot_name", "database"),
        server=True,
    ),
    Query(
        "replication_slot",
        _SLOTS,
        (
            gauge("position", "pg_replication_slot_slot_current_wal_lsn", "Position of the log, in bytes.", 0),
            gauge(
                "confirmed",
                "pg_replication_slot_slot_confirmed_flush_lsn",
                "Position that the consumer of an active slot has confirmed, in bytes.",
            ),
            gauge("active", "pg_replication_slot_slot_is_active", "Whether the slot is in use."),
            gauge(
                "safe_wal_size",
                "pg_replication_slot_safe_wal_size_bytes",
                "Bytes that can be written to the log before the slot is in danger of being lost.",
            ),
        ),
        ("slot_name", "slot_type"),
    ),
    Query(
        "replication_slot",
        _SLOTS,
        (gauge("one", "pg_replication_slot_wal_status", "Whether the slot's part of the log is kept; always 1."),),
        ("slot_name", "slot_type", "wal_status"),
    ),
    Query(
        "stat_wal_receiver",
        _RECEIVER,
        (
            _received("start", "receive_start_lsn", "Position at which receiving began, in bytes."),
            gauge("receive_start_tli", "pg_stat_wal_receiver_receive_start_tli", "Timeline at which it began."),
            _received("flushed", "flushed_lsn", "Last position received and flushed, in bytes."),
            gauge("received_tli", "pg_stat_wal_receiver_received_tli", "Timeline of the last position received."),
            _received("sent", "last_msg_send_time", "When the last message was sent, in Unix seconds."),
            _received("receipt", "last_msg_receipt_time", "When the last message came, in Unix seconds."),
            _received("latest", "latest_end_lsn", "Last position reported back, in bytes."),
            _received("ended", "latest_end_time", "When it was reported, in Unix seconds."),
        ),
        ("upstream_host", "slot_name", "status"),
    ),
    Query(
        "wal",
        "SELECT count(*) AS segments, coalesce(sum(size), 0) AS bytes FROM pg_ls_waldir() "
        "WHERE name ~ '^[0-9A-F]{24}$'",
        (
            gauge("segments", "pg_wal_segments", "Files of the write-ahead log."),
            gauge("bytes", "pg_wal_size_bytes", "Size of the write-ahead log, in bytes."),
        ),
    ),
)
