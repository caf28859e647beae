"""Parts of INFO that have labels, and answers of other commands: → families, with the names of redis_exporter 1.86."""

import re
import time
from typing import Final

from exporter.families import Families, render
from exporter.redis.fields import INFO
from exporter.redis.info import number, pairs, starting
from exporter.redis.resp import Reply

_DATABASE: Final = re.compile(r"db\d+")
_REPLICA: Final = re.compile(r"slave\d+")
_IDENTITY: Final = (
    "master_replid", "maxmemory_policy", "os", "process_id", "redis_build_id", "redis_mode", "redis_version", "role",
    "run_id", "tcp_port",
)  # fmt: skip


def fields(out: Families, info: dict[str, str]) -> None:
    """The fields of the table that this server has."""
    for field in INFO:
        text = info.get(field.field)
        value = None if text is None else number(text)
        if value is not None:
            out.family(field.name, field.type, field.help).add(value if field.scale == 1 else value * field.scale)


def identity(out: Families, info: dict[str, str]) -> None:
    """Who the server is, and since when it runs."""
    labels = render(**{key: info.get(key, "") for key in _IDENTITY})
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
        if _DATABASE.fullmatch(field):
            found, labels = pairs(value), render(db=field)
            out.gauge("redis_db_keys", "Keys in the database.", float(found.get("keys", 0)), labels)
            out.gauge("redis_db_keys_expiring", "Keys with an expiry.", float(found.get("expires", 0)), labels)
            if float(found.get("avg_ttl", 0)):
                text = "Average time to live of keys with an expiry, in seconds."
                out.gauge("redis_db_avg_ttl_seconds", text, float(found["avg_ttl"]) / 1000, labels)


def commands(out: Families, info: dict[str, str]) -> None:
    """Calls, time and errors of each command, and the percentiles that the server keeps."""
    table = (
        ("redis_commands_total", "Calls of the command.", "calls", 1.0),
        ("redis_commands_duration_seconds_total", "Time spent in the command, in seconds.", "usec", 1e-6),
        ("redis_commands_rejected_calls_total", "Calls rejected before they ran.", "rejected_calls", 1.0),
        ("redis_commands_failed_calls_total", "Calls that failed while they ran.", "failed_calls", 1.0),
    )
    calls = {command: (render(cmd=command), found) for command, found in starting(info, "cmdstat_")}
    for name, help_, key, scale in table:
        for labels, found in calls.values():
            if key in found:
                out.counter(name, help_, float(found[key]) * scale, labels)
    for command, found in starting(info, "latency_percentiles_usec_"):
        labels, figures = calls.get(command, (render(cmd=command), {}))
        _percentiles(out, labels, found, figures)
    for error, found in starting(info, "errorstat_"):
        out.counter("redis_errors_total", "Errors answered, by code.", float(found.get("count", 0)), render(err=error))


def _percentiles(out: Families, labels: str, found: dict[str, str], figures: dict[str, str]) -> None:
    family = out.family(
        "redis_latency_percentiles_usec", "summary", "Percentiles of the command's latency, in microseconds."
    )
    for key, value in found.items():
        family.add(float(value), f"{labels},{render(quantile=key.removeprefix('p'))}")
    family.add(float(figures.get("usec", 0)), labels, "_sum")
    family.add(float(figures.get("calls", 0)), labels, "_count")


def replication(out: Families, info: dict[str, str]) -> None:
    """The replicas of a master; the master of a replica."""
    for field, value in info.items():
        if _REPLICA.fullmatch(field):
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
    if offset := number(found.get("offset", "")):
        out.gauge("redis_connected_slave_offset_bytes", "Replication offset of the replica, in bytes.", offset, labels)
    lag = number(found.get("lag", ""))
    if lag is not None:
        out.gauge("redis_connected_slave_lag_seconds", "Seconds since the replica was last heard.", lag, labels)


def slow_log(out: Families, length: Reply, latest: Reply) -> None:
    """Answers to SLOWLOG LEN and SLOWLOG GET 1."""
    if isinstance(length, int):
        out.gauge("redis_slowlog_length", "Entries in the slow log.", length)
    last, seconds = 0, 0.0
    match latest:
        case [[int(last), int(), int(usec), *_]]:
            seconds = usec * 1e-6
        case []:
            pass
        case _:
            return
    out.gauge("redis_slowlog_last_id", "ID of the last entry in the slow log.", last)
    out.gauge("redis_last_slow_execution_duration_seconds", "Duration of the last slow command, in seconds.", seconds)


def latency_events(out: Families, latest: Reply) -> None:
    """The answer to LATENCY LATEST: event, time, last and highest duration."""
    for event in latest if isinstance(latest, list) else ():
        match event:
            case [bytes(name), int(moment), int(milliseconds), *_]:
                labels = render(event_name=name.decode("utf-8", "replace"))
                out.gauge(
                    "redis_latency_spike_last", "Time of the last latency spike, in Unix seconds.", moment, labels
                )
                text = "Duration of the last latency spike, in seconds."
                out.gauge("redis_latency_spike_duration_seconds", text, milliseconds / 1000, labels)
            case _:
                pass


def latency_histograms(out: Families, answer: Reply, info: dict[str, str]) -> None:
    """The answer to LATENCY HISTOGRAM (Redis 7.0): for each command its calls and cumulative buckets."""
    flat = answer if isinstance(answer, list) else []
    for name, body in zip(flat[::2], flat[1::2], strict=False):
        match name, body:
            case bytes(), [b"calls", int(calls), b"histogram_usec", list(buckets)]:
                _histogram(out, name.decode("utf-8", "replace"), calls, buckets, info)
            case _:
                pass


def _histogram(out: Families, command: str, calls: int, buckets: list[Reply], info: dict[str, str]) -> None:
    family = out.family("redis_commands_latencies_usec", "histogram", "Latency of the command, in microseconds.")
    labels = render(cmd=command)
    for bound, count in zip(buckets[::2], buckets[1::2], strict=False):
        if isinstance(bound, int) and isinstance(count, int):
            family.add(count, f'{labels},le="{bound}"', "_bucket")
    family.add(calls, f'{labels},le="+Inf"', "_bucket")
    family.add(float(pairs(info.get(f"cmdstat_{command}", "")).get("usec", 0)), labels, "_sum")
    family.add(calls, labels, "_count")
