"""A primary and its standby, a vacuum at work, somebody who waits for a lock."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from tests.support.databases import Target, scrape
from tests.support.need import program
from tests.support.servers import RunningPostgres, free_port, wait_until


@contextmanager
def standby(primary: RunningPostgres, slot: str) -> Iterator[RunningPostgres]:
    """A copy of the primary that follows it through the slot."""
    user = list(primary.command[: primary.command.index("-D") - 1])
    data = primary.socket_folder / f"standby_{slot}"
    copy = [program("pg_basebackup"), "-D", str(data), "-R", "-S", slot, "-d", primary.url(), "-c", "fast"]
    subprocess.run([*user, *copy], check=True, capture_output=True)
    port = free_port()
    command = [
        *user, program("postgres"), "-D", str(data), "-p", str(port), "-k", str(primary.socket_folder),
        "-c", "listen_addresses=127.0.0.1",
    ]  # fmt: skip

    def ready() -> bool:
        asked = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(asked, check=False).returncode == 0

    log = primary.log.with_name("standby.log")
    server = replace(primary, port=port, command=command, log=log, ready=ready)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_a_primary_and_its_standby_tell_of_each_other(target: Target) -> None:
    """Slots, positions, lag, who is what."""
    slot = f"slot_{target.database}"
    target.execute(
        f"SELECT pg_create_physical_replication_slot('{slot}', true)",
        f"SELECT pg_create_logical_replication_slot('{slot}_logical', 'test_decoding')",
    )
    with standby(target.server, slot) as server:
        following = "SELECT replay_lsn IS NOT NULL FROM pg_stat_replication"
        wait_until(lambda: target.execute(following) == [(True,)], "the standby to follow")
        primary = target.values()
        there = Target(server, "postgres", target.folder, target.made).values()
    target.execute(f"SELECT pg_drop_replication_slot('{slot}')", f"SELECT pg_drop_replication_slot('{slot}_logical')")

    address = f'server="127.0.0.1:{target.server.port}"'
    replica = (
        f'{{application_name="walreceiver",client_addr="127.0.0.1",slot_name="{slot}",state="streaming",{address}}}'
    )
    physical = f'{{slot_name="{slot}",slot_type="physical"'
    logical = f'{{slot_name="{slot}_logical",slot_type="logical"'
    assert primary["pg_replication_is_replica"] == 0
    assert min(there["watchspec_postgres_wal_bytes_total"], primary["watchspec_postgres_wal_bytes_total"]) > 1_000_000
    assert primary["pg_stat_replication_pg_current_wal_lsn_bytes" + replica] > 1_000_000
    assert 0 <= primary["pg_stat_replication_pg_wal_lsn_diff" + replica] < 100_000_000
    assert primary["pg_stat_replication_reply_time" + replica] > 1_500_000_000
    assert primary[f'pg_replication_slots_active{{slot_name="{slot}",database="",{address}}}'] == 1
    assert primary[f"pg_replication_slot_slot_is_active{physical}}}"] == 1
    assert primary[f"pg_replication_slot_slot_is_active{logical}}}"] == 0
    assert primary[f'pg_replication_slot_wal_status{logical},wal_status="reserved"}}'] == 1
    assert f"pg_replication_slot_slot_confirmed_flush_lsn{physical}}}" in primary
    assert f"pg_replication_slot_slot_confirmed_flush_lsn{logical}}}" not in primary

    assert there["pg_replication_is_replica"] == 1
    assert there["pg_replication_lag_seconds"] >= 0
    received = f'{{upstream_host="127.0.0.1",slot_name="{slot}",status="streaming"}}'
    assert there["pg_stat_wal_receiver_flushed_lsn" + received] > 1_000_000
    settings = {name.partition("{")[0]: value for name, value in there.items() if name.startswith("pg_settings")}
    assert (settings["pg_settings_transaction_read_only"], settings["pg_settings_in_hot_standby"]) == (1, 1)
    assert settings["pg_settings_default_transaction_read_only"] == 0
    assert [name for name, value in there.items() if "collector_success" in name and value == 0] == []


def test_a_vacuum_shows_how_far_it_is(target: Target) -> None:
    """With its phase."""
    target.execute(
        "CREATE TABLE swept (n int) WITH (autovacuum_enabled = false)",
        "INSERT INTO swept SELECT generate_series(1, 50000)",
        "DELETE FROM swept",
    )
    with psycopg.connect(target.url(), autocommit=True) as slow, ThreadPoolExecutor(1) as thread:
        slow.execute("SET vacuum_cost_delay = 100")
        slow.execute("SET vacuum_cost_limit = 1")
        running = thread.submit(slow.execute, "VACUUM swept")
        asked = "SELECT count(*) FROM pg_stat_progress_vacuum WHERE datname = current_database()"
        wait_until(lambda: target.execute(asked) == [(1,)], "the vacuum to begin")
        found = target.values()
        slow.cancel()
        assert isinstance(running.exception(), psycopg.errors.QueryCanceled)

    vacuum = f'datname="{target.database}",relname='
    named = [name for name in found if name.startswith("pg_stat_progress_vacuum_heap_blks{") and vacuum in name]
    assert [found[name] for name in named] == [222]  # 50,000 rows of 36 bytes in pages of 8 kB
    phases = {name: value for name, value in found.items() if name.startswith("pg_stat_progress_vacuum_phase{")}
    assert (len(phases), sum(phases.values())) == (7, 1)


def test_who_waits_for_a_lock_is_counted(target: Target) -> None:
    """With how long the first one has waited."""
    target.execute("CREATE TABLE wanted ()")
    collector = target.collector()
    series = f'watchspec_postgres_lock_waits{{datname="{target.database}"}}'
    assert scrape(collector)[series] == 0
    with (
        psycopg.connect(target.url()) as holder,
        psycopg.connect(target.url()) as waiter,
        ThreadPoolExecutor(1) as thread,
    ):
        holder.execute("LOCK TABLE wanted")
        waiting = thread.submit(waiter.execute, "LOCK TABLE wanted")
        asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'wanted'::regclass"
        wait_until(lambda: target.execute(asked) == [(1,)], "somebody to wait")
        found = scrape(collector)
        holder.rollback()
        waiting.result(timeout=10)

    assert found[series] == 1
    assert found[series.replace("waits", "wait_seconds")] > 0
