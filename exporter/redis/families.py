"""INFO → families, with the names of redis_exporter 1.86; what it says of commands is in `commands.py`."""

import re
import time
from typing import Final

from exporter.families import Families, render
from exporter.redis.counters import COUNTERS
from exporter.redis.fields import GAUGES
from exporter.redis.info import number, pairs

_DATABASE: Final = re.compile(r"db\d+")
_REPLICA: Final = re.compile(r"slave\d+")
_IDENTITY: Final = (
    "master_replid", "maxmemory_policy", "os", "process_id", "redis_build_id", "redis_mode", "redis_version", "role",
    "run_id", "tcp_port",
)  # fmt: skip
_VALKEY: Final = ("valkey_version", "valkey_release_stage")
_SYSTEM: Final = ("redis_total_system_memory_bytes", "Memory of the machine, in bytes.")


def fields(out: Families, info: dict[str, str]) -> None:
    """The fields of the table that this server has."""
    for field in (*GAUGES, *COUNTERS):
        text = info.get(field.field)
        value = None if text is None else number(text)
        if value is not None:
            out.family(field.name, field.type, field.help).add(value if field.divisor == 1 else value / field.divisor)


def identity(out: Families, info: dict[str, str]) -> None:
    """Who the server is, and since when it runs."""
    valkey = {key: info[key] for key in _VALKEY if key in info}
    known = {"redis_mode": info.get("server_mode", ""), **info}
    labels = render(**{key: known.get(key, "") for key in _IDENTITY}, **valkey)
    out.gauge("redis_instance_info", "What the server says of itself; always 1.", 1, labels)
    uptime = number(info.get("uptime_in_seconds", ""))
    if uptime is not None:
        now = (number(info.get("server_time_usec", "")) or time.time() * 1e6) // 1_000_000
        out.gauge("redis_start_time_seconds", "Start of the server, in Unix seconds.", now - uptime)


def keyspace(out: Families, info: dict[str, str], databases: int) -> None:
    """Keys of each database; 0 for those that are empty, of which INFO says nothing."""
    for index in range(databases):
        info.setdefault(f"db{index}", "keys=0,expires=0")
    for field, value in info.items():
        if field[:2] == "db" and _DATABASE.fullmatch(field):
            found, labels = pairs(value), render(db=field)
            out.gauge("redis_db_keys", "Keys in the database.", float(found.get("keys", 0)), labels)
            out.gauge("redis_db_keys_expiring", "Keys with an expiry.", float(found.get("expires", 0)), labels)
            if "avg_ttl" in found:
                text = "Average time to live of keys with an expiry, in seconds."
                out.gauge("redis_db_avg_ttl_seconds", text, float(found["avg_ttl"]) / 1000, labels)


def replication(out: Families, info: dict[str, str]) -> None:
    """The replicas of a master; the master of a replica."""
    for field, value in info.items():
        if field[:5] == "slave" and _REPLICA.fullmatch(field):
            _replica(out, pairs(value))
    if info.get("role") != "slave":
        return
    labels = render(master_host=info.get("master_host", ""), master_port=info.get("master_port", ""))
    table = (
        ("redis_master_link_up", "Whether the link to the master is up.", "master_link_status"),
        ("redis_master_last_io_seconds_ago", "Seconds since the master was last heard.", "master_last_io_seconds_ago"),
        ("redis_master_sync_in_progress", "Whether a synchronisation with the master runs.", "master_sync_in_progress"),
        ("redis_slave_repl_offset", "Replication offset of the replica.", "slave_repl_offset"),
    )
    for name, help_, field in table:
        reading = number(info.get(field, ""))
        if reading is not None:
            out.gauge(name, help_, reading, labels)
    both = f"{labels},{render(read_only=info.get('slave_read_only', ''))}"
    out.gauge("redis_slave_info", "The master of this replica; always 1.", 1, both)


def _replica(out: Families, found: dict[str, str]) -> None:
    labels = render(slave_ip=found.get("ip", ""), slave_port=found.get("port", ""), slave_state=found.get("state", ""))
    offset = number(found.get("offset", ""))
    if offset is not None:
        out.gauge("redis_connected_slave_offset_bytes", "Replication offset of the replica, in bytes.", offset, labels)
    lag = number(found.get("lag", ""))
    if lag is not None:
        out.gauge("redis_connected_slave_lag_seconds", "Seconds since the replica was last heard.", lag, labels)


def system(out: Families, info: dict[str, str]) -> None:
    """The machine's memory, as the server sees it."""
    memory = number(info.get("total_system_memory", ""))
    if memory is not None:
        out.gauge(*_SYSTEM, memory)
