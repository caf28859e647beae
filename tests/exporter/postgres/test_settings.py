"""PostgreSQL's settings in base units."""

import pytest

from exporter.postgres.settings import converted
from tests.support.databases import Target


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (("max_connections", "100", ""), ("pg_settings_max_connections", 100)),
        (("shared_buffers", "16384", "8kB"), ("pg_settings_shared_buffers_bytes", 134217728)),
        (("max_wal_size", "1024", "MB"), ("pg_settings_max_wal_size_bytes", 1073741824)),
        (("min_wal_size", "5", "16MB"), ("pg_settings_min_wal_size_bytes", 83886080)),
        (("lock_timeout", "100", "ms"), ("pg_settings_lock_timeout_seconds", 0.1)),
        (("checkpoint_timeout", "5", "min"), ("pg_settings_checkpoint_timeout_seconds", 300)),
        (("fsync", "on", ""), ("pg_settings_fsync", 1)),
        (("jit", "off", ""), ("pg_settings_jit", 0)),
        (("pg_stat_statements.max", "5000", ""), ("pg_settings_pg_stat_statements_max", 5000)),
        (("max_slot_wal_keep_size", "-1", "MB"), ("pg_settings_max_slot_wal_keep_size_bytes", -1)),
    ],
)
def test_settings_are_converted(setting: tuple[str, str, str], expected: tuple[str, float]) -> None:
    """Names carry the unit; -1 means off in every unit."""
    assert converted(*setting) == expected


def test_what_is_no_number_is_left_out() -> None:
    """Rather than 0."""
    assert converted("x", "utf8", "") is None


def test_settings_are_the_servers_not_our_sessions(target: Target) -> None:
    """Each is what a session of nobody else's begins with, though ours has limits of its own."""
    target.execute(f"ALTER DATABASE {target.database} SET statement_timeout = '7min'")
    found = {name.partition("{")[0]: value for name, value in target.values().items()}

    shown = dict(target.execute("SELECT name, setting FROM pg_settings WHERE vartype IN ('bool', 'integer', 'real')"))
    switches = {"on": 1.0, "off": 0.0}
    for name in ("lock_timeout", "statement_timeout", "client_connection_check_interval"):
        assert found[f"pg_settings_{name}_seconds"] == float(shown[name]) / 1000
    assert found["pg_settings_statement_timeout_seconds"] == 420
    for name in ("default_transaction_read_only", "transaction_read_only", "transaction_deferrable", "in_hot_standby"):
        assert found[f"pg_settings_{name}"] == switches[shown[name]] == 0
    assert found["pg_settings_log_file_mode"] == float(shown["log_file_mode"])
