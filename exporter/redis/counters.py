"""Fields of INFO that are counters, and the families they become: names of redis_exporter 1.86."""

from typing import Final

from exporter.redis.fields import Field

COUNTERS: Final = (
    Field("total_connections_received", "redis_connections_received_total", "Connections accepted.", "counter"),
    Field("total_commands_processed", "redis_commands_processed_total", "Commands processed.", "counter"),
    Field(
        "rejected_connections",
        "redis_rejected_connections_total",
        "Connections refused because of the limit of clients.",
        "counter",
    ),
    Field("total_net_input_bytes", "redis_net_input_bytes_total", "Bytes read from the network.", "counter"),
    Field("total_net_output_bytes", "redis_net_output_bytes_total", "Bytes written to the network.", "counter"),
    Field("total_net_repl_input_bytes", "redis_net_repl_input_bytes_total", "Bytes read for replication.", "counter"),
    Field(
        "total_net_repl_output_bytes", "redis_net_repl_output_bytes_total", "Bytes written for replication.", "counter"
    ),
    Field("expired_keys", "redis_expired_keys_total", "Keys expired.", "counter"),
    Field("expired_subkeys", "redis_expired_subkeys_total", "Fields of hashes expired.", "counter"),
    Field(
        "expired_time_cap_reached_count",
        "redis_expired_time_cap_reached_total",
        "Cycles of expiry that ran out of time.",
        "counter",
    ),
    Field(
        "expire_cycle_cpu_milliseconds",
        "redis_expire_cycle_cpu_time_ms_total",
        "Milliseconds of CPU spent on expiry.",
        "counter",
    ),
    Field("evicted_keys", "redis_evicted_keys_total", "Keys evicted because of the memory limit.", "counter"),
    Field(
        "evicted_clients", "redis_evicted_clients_total", "Clients evicted because of their memory limit.", "counter"
    ),
    Field("evicted_scripts", "redis_evicted_scripts_total", "Scripts evicted from the cache.", "counter"),
    Field(
        "total_eviction_exceeded_time",
        "redis_eviction_exceeded_time_ms_total",
        "Milliseconds in all for which memory was above its limit.",
        "counter",
    ),
    Field("keyspace_hits", "redis_keyspace_hits_total", "Reads that found their key.", "counter"),
    Field("keyspace_misses", "redis_keyspace_misses_total", "Reads that did not find their key.", "counter"),
    Field(
        "used_cpu_sys", "redis_cpu_sys_seconds_total", "CPU time of the server in the kernel, in seconds.", "counter"
    ),
    Field(
        "used_cpu_user", "redis_cpu_user_seconds_total", "CPU time of the server in user space, in seconds.", "counter"
    ),
    Field(
        "used_cpu_sys_children",
        "redis_cpu_sys_children_seconds_total",
        "CPU time of children in the kernel, in seconds.",
        "counter",
    ),
    Field(
        "used_cpu_user_children",
        "redis_cpu_user_children_seconds_total",
        "CPU time of children in user space, in seconds.",
        "counter",
    ),
    Field(
        "used_cpu_sys_main_thread",
        "redis_cpu_sys_main_thread_seconds_total",
        "CPU time of the main thread in the kernel, in seconds.",
        "counter",
    ),
    Field(
        "used_cpu_user_main_thread",
        "redis_cpu_user_main_thread_seconds_total",
        "CPU time of the main thread in user space, in seconds.",
        "counter",
    ),
    Field(
        "unexpected_error_replies",
        "redis_unexpected_error_replies",
        "Errors that a master or AOF load should not give.",
        "counter",
    ),
    Field("total_error_replies", "redis_total_error_replies", "Errors answered to clients.", "counter"),
    Field("total_reads_processed", "redis_total_reads_processed", "Reads from clients.", "counter"),
    Field("total_writes_processed", "redis_total_writes_processed", "Writes to clients.", "counter"),
    Field("io_threaded_reads_processed", "redis_io_threaded_reads_processed", "Reads by I/O threads.", "counter"),
    Field("io_threaded_writes_processed", "redis_io_threaded_writes_processed", "Writes by I/O threads.", "counter"),
    Field(
        "client_query_buffer_limit_disconnections",
        "redis_client_query_buffer_limit_disconnections_total",
        "Clients cut off because of their query buffer.",
        "counter",
    ),
    Field(
        "client_output_buffer_limit_disconnections",
        "redis_client_output_buffer_limit_disconnections_total",
        "Clients cut off because of their output buffer.",
        "counter",
    ),
    Field("reply_buffer_shrinks", "redis_reply_buffer_shrinks_total", "Times that a reply buffer shrank.", "counter"),
    Field("reply_buffer_expands", "redis_reply_buffer_expands_total", "Times that a reply buffer grew.", "counter"),
    Field("acl_access_denied_auth", "redis_acl_access_denied_auth_total", "Authentications that failed.", "counter"),
    Field(
        "acl_access_denied_cmd",
        "redis_acl_access_denied_cmd_total",
        "Commands refused for lack of permission.",
        "counter",
    ),
    Field(
        "acl_access_denied_key",
        "redis_acl_access_denied_key_total",
        "Commands refused because of their keys.",
        "counter",
    ),
    Field(
        "acl_access_denied_channel",
        "redis_acl_access_denied_channel_total",
        "Commands refused because of their channels.",
        "counter",
    ),
    Field(
        "dump_payload_sanitizations",
        "redis_dump_payload_sanitizations",
        "Payloads of dumps checked in depth.",
        "counter",
    ),
    Field("eventloop_cycles", "redis_eventloop_cycles_total", "Cycles of the event loop.", "counter"),
    Field(
        "eventloop_duration_sum",
        "redis_eventloop_duration_sum_usec_total",
        "Time in the event loop, in microseconds.",
        "counter",
    ),
    Field(
        "eventloop_duration_cmd_sum",
        "redis_eventloop_duration_cmd_sum_usec_total",
        "Time in commands, in microseconds.",
        "counter",
    ),
)
