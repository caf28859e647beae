"""Fields of INFO that are gauges, and the families they become: names of redis_exporter 1.86.

A field that the server does not have gives no sample. Fields: https://redis.io/docs/latest/commands/info/
"""

from typing import Final, NamedTuple

from exporter.families import FamilyType


class Field(NamedTuple):
    """One field and its family."""

    field: str
    name: str
    help: str
    type: FamilyType = "gauge"
    divisor: float = 1
    """How many of the server's units are one of the family's."""


GAUGES: Final = (
    Field("uptime_in_seconds", "redis_uptime_in_seconds", "Seconds since the server started."),
    Field("process_id", "redis_process_id", "Process ID of the server."),
    Field("io_threads_active", "redis_io_threads_active", "Whether I/O threads are active."),
    Field("hz", "redis_hz", "Background tasks per second, now."),
    Field("configured_hz", "redis_configured_hz", "Background tasks per second, as configured."),
    Field("connected_clients", "redis_connected_clients", "Clients connected, replicas left out."),
    Field("blocked_clients", "redis_blocked_clients", "Clients waiting in a blocking command."),
    Field("maxclients", "redis_max_clients", "Clients that may be connected at most."),
    Field("tracking_clients", "redis_tracking_clients", "Clients that track keys for client-side caching."),
    Field("clients_in_timeout_table", "redis_clients_in_timeout_table", "Clients in the table of timeouts."),
    Field("pubsub_clients", "redis_pubsub_clients", "Clients in publish and subscribe mode."),
    Field("watching_clients", "redis_watching_clients", "Clients that WATCH keys."),
    Field("total_watched_keys", "redis_total_watched_keys", "Keys that are WATCHed."),
    Field("total_blocking_keys", "redis_total_blocking_keys", "Keys that clients block on."),
    Field(
        "client_longest_output_list",
        "redis_client_longest_output_list",
        "Longest output list among clients, up to Redis 4.",
    ),
    Field(
        "client_biggest_input_buf",
        "redis_client_biggest_input_buf",
        "Biggest input buffer among clients, up to Redis 4.",
    ),
    Field(
        "client_recent_max_output_buffer",
        "redis_client_recent_max_output_buffer_bytes",
        "Biggest recent output buffer of a client, in bytes.",
    ),
    Field(
        "client_recent_max_input_buffer",
        "redis_client_recent_max_input_buffer_bytes",
        "Biggest recent input buffer of a client, in bytes.",
    ),
    Field("allocator_active", "redis_allocator_active_bytes", "Bytes in pages that the allocator uses."),
    Field("allocator_allocated", "redis_allocator_allocated_bytes", "Bytes allocated from the allocator."),
    Field("allocator_resident", "redis_allocator_resident_bytes", "Bytes that the allocator keeps resident."),
    Field("allocator_frag_ratio", "redis_allocator_frag_ratio", "Active over allocated bytes."),
    Field("allocator_frag_bytes", "redis_allocator_frag_bytes", "Active less allocated bytes."),
    Field("allocator_rss_ratio", "redis_allocator_rss_ratio", "Resident over active bytes."),
    Field("allocator_rss_bytes", "redis_allocator_rss_bytes", "Resident less active bytes."),
    Field("used_memory", "redis_memory_used_bytes", "Memory allocated by the server, in bytes."),
    Field("used_memory_rss", "redis_memory_used_rss_bytes", "Resident memory of the server, in bytes."),
    Field("used_memory_peak", "redis_memory_used_peak_bytes", "Most memory ever allocated, in bytes."),
    Field("used_memory_lua", "redis_memory_used_lua_bytes", "Memory of the Lua engine, in bytes."),
    Field("used_memory_vm_eval", "redis_memory_used_vm_eval_bytes", "Memory of the engine of EVAL scripts, in bytes."),
    Field(
        "used_memory_scripts_eval",
        "redis_memory_used_scripts_eval_bytes",
        "Memory of EVAL scripts outside of their engine, in bytes.",
    ),
    Field(
        "used_memory_overhead", "redis_memory_used_overhead_bytes", "Memory for the server's own structures, in bytes."
    ),
    Field("used_memory_startup", "redis_memory_used_startup_bytes", "Memory used right after the start, in bytes."),
    Field("used_memory_dataset", "redis_memory_used_dataset_bytes", "Memory of the data, in bytes."),
    Field("number_of_cached_scripts", "redis_number_of_cached_scripts", "EVAL scripts in the cache."),
    Field("number_of_functions", "redis_number_of_functions", "Functions loaded."),
    Field("number_of_libraries", "redis_number_of_libraries", "Libraries of functions loaded."),
    Field(
        "used_memory_vm_functions",
        "redis_memory_used_vm_functions_bytes",
        "Memory of the engine of functions, in bytes.",
    ),
    Field(
        "used_memory_scripts",
        "redis_memory_used_scripts_bytes",
        "Memory of scripts and functions outside of their engines, in bytes.",
    ),
    Field(
        "used_memory_functions",
        "redis_memory_used_functions_bytes",
        "Memory of functions outside of their engine, in bytes.",
    ),
    Field("used_memory_vm_total", "redis_memory_used_vm_total", "Memory of all script engines, in bytes."),
    Field("maxmemory", "redis_memory_max_bytes", "Memory limit in bytes; 0 is none."),
    Field("mem_fragmentation_ratio", "redis_mem_fragmentation_ratio", "Resident over allocated memory."),
    Field("mem_fragmentation_bytes", "redis_mem_fragmentation_bytes", "Resident less allocated memory, in bytes."),
    Field("mem_clients_slaves", "redis_mem_clients_slaves", "Memory of replicas' buffers, in bytes."),
    Field("mem_clients_normal", "redis_mem_clients_normal", "Memory of clients' buffers, in bytes."),
    Field("mem_cluster_links", "redis_mem_cluster_links_bytes", "Memory of links to cluster peers, in bytes."),
    Field("mem_aof_buffer", "redis_mem_aof_buffer_bytes", "Memory of the append-only file's buffers, in bytes."),
    Field(
        "mem_replication_backlog", "redis_mem_replication_backlog_bytes", "Memory of the replication backlog, in bytes."
    ),
    Field(
        "mem_not_counted_for_evict",
        "redis_mem_not_counted_for_eviction_bytes",
        "Memory that does not count for eviction, in bytes.",
    ),
    Field(
        "mem_total_replication_buffers",
        "redis_mem_total_replication_buffers_bytes",
        "Memory of all replication buffers, in bytes.",
    ),
    Field(
        "expired_stale_perc",
        "redis_expired_stale_percentage",
        "Estimated share of keys that are expired but still there, in percent.",
    ),
    Field(
        "active_defrag_running",
        "redis_active_defrag_running",
        "Whether active defragmentation runs; its CPU share in percent where the server says so.",
    ),
    Field("lazyfree_pending_objects", "redis_lazyfree_pending_objects", "Objects waiting to be freed."),
    Field("lazyfreed_objects", "redis_lazyfreed_objects", "Objects freed in the background."),
    Field("loading", "redis_loading_dump_file", "Whether a dump is being loaded."),
    Field("async_loading", "redis_async_loading", "Whether a dump is being loaded while old data is served."),
    Field("rdb_changes_since_last_save", "redis_rdb_changes_since_last_save", "Changes since the last dump."),
    Field("rdb_bgsave_in_progress", "redis_rdb_bgsave_in_progress", "Whether a dump is being written."),
    Field(
        "rdb_last_save_time", "redis_rdb_last_save_timestamp_seconds", "Time of the last good dump, in Unix seconds."
    ),
    Field("rdb_last_bgsave_status", "redis_rdb_last_bgsave_status", "Whether the last dump went well."),
    Field(
        "rdb_last_bgsave_time_sec",
        "redis_rdb_last_bgsave_duration_sec",
        "Duration of the last dump in seconds; -1 for none.",
    ),
    Field(
        "rdb_current_bgsave_time_sec",
        "redis_rdb_current_bgsave_duration_sec",
        "Duration so far of the running dump in seconds; -1 for none.",
    ),
    Field("rdb_saves", "redis_rdb_saves_total", "Dumps written since the start."),
    Field(
        "rdb_last_cow_size", "redis_rdb_last_cow_size_bytes", "Memory copied on write during the last dump, in bytes."
    ),
    Field(
        "rdb_last_load_keys_expired",
        "redis_rdb_last_load_expired_keys",
        "Expired keys dropped while the last dump was loaded.",
    ),
    Field("rdb_last_load_keys_loaded", "redis_rdb_last_load_loaded_keys", "Keys loaded from the last dump."),
    Field("aof_enabled", "redis_aof_enabled", "Whether the append-only file is on."),
    Field(
        "aof_rewrite_in_progress", "redis_aof_rewrite_in_progress", "Whether the append-only file is being rewritten."
    ),
    Field("aof_rewrite_scheduled", "redis_aof_rewrite_scheduled", "Whether a rewrite waits for a dump to end."),
    Field(
        "aof_last_rewrite_time_sec",
        "redis_aof_last_rewrite_duration_sec",
        "Duration of the last rewrite in seconds; -1 for none.",
    ),
    Field(
        "aof_current_rewrite_time_sec",
        "redis_aof_current_rewrite_duration_sec",
        "Duration so far of the running rewrite in seconds; -1 for none.",
    ),
    Field(
        "aof_last_cow_size",
        "redis_aof_last_cow_size_bytes",
        "Memory copied on write during the last rewrite, in bytes.",
    ),
    Field("aof_current_size", "redis_aof_current_size_bytes", "Size of the append-only file, in bytes."),
    Field(
        "aof_base_size",
        "redis_aof_base_size_bytes",
        "Size of the append-only file after the last rewrite or start, in bytes.",
    ),
    Field("aof_pending_rewrite", "redis_aof_pending_rewrite", "Whether a rewrite is pending."),
    Field("aof_buffer_length", "redis_aof_buffer_length", "Size of the append-only file's buffer, in bytes."),
    Field(
        "aof_rewrite_buffer_length",
        "redis_aof_rewrite_buffer_length",
        "Size of the rewrite buffer, in bytes; before Redis 7.",
    ),
    Field("aof_pending_bio_fsync", "redis_aof_pending_bio_fsync", "Syncs of the append-only file in the queue."),
    Field("aof_delayed_fsync", "redis_aof_delayed_fsync", "Syncs of the append-only file that were delayed."),
    Field("aof_last_bgrewrite_status", "redis_aof_last_bgrewrite_status", "Whether the last rewrite went well."),
    Field(
        "aof_last_write_status",
        "redis_aof_last_write_status",
        "Whether the last write to the append-only file went well.",
    ),
    Field("module_fork_in_progress", "redis_module_fork_in_progress", "Whether a module's fork runs."),
    Field(
        "module_fork_last_cow_size",
        "redis_module_fork_last_cow_size",
        "Memory copied on write during the last fork of a module, in bytes.",
    ),
    Field(
        "current_eviction_exceeded_time",
        "redis_current_eviction_exceeded_time_ms",
        "Milliseconds for which memory has been above its limit; 0 if it is not.",
    ),
    Field("pubsub_channels", "redis_pubsub_channels", "Channels with subscribers."),
    Field("pubsub_patterns", "redis_pubsub_patterns", "Patterns with subscribers."),
    Field("pubsubshard_channels", "redis_pubsubshard_channels", "Shard channels with subscribers."),
    Field("latest_fork_usec", "redis_latest_fork_seconds", "Duration of the last fork, in seconds.", divisor=1_000_000),
    Field("tracking_total_keys", "redis_tracking_total_keys", "Keys that are tracked."),
    Field("tracking_total_items", "redis_tracking_total_items", "Items (clients for each key) that are tracked."),
    Field("tracking_total_prefixes", "redis_tracking_total_prefixes", "Prefixes that are tracked."),
    Field("active_defrag_hits", "redis_defrag_hits", "Values moved by active defragmentation."),
    Field("active_defrag_misses", "redis_defrag_misses", "Moves that active defragmentation gave up."),
    Field("active_defrag_key_hits", "redis_defrag_key_hits", "Keys defragmented."),
    Field("active_defrag_key_misses", "redis_defrag_key_misses", "Keys skipped by active defragmentation."),
    Field("migrate_cached_sockets", "redis_migrate_cached_sockets_total", "Sockets open for MIGRATE."),
    Field("connected_slaves", "redis_connected_slaves", "Replicas connected."),
    Field("repl_backlog_size", "redis_replication_backlog_bytes", "Size of the replication backlog, in bytes."),
    Field("repl_backlog_active", "redis_repl_backlog_is_active", "Whether the replication backlog is active."),
    Field(
        "repl_backlog_first_byte_offset",
        "redis_repl_backlog_first_byte_offset",
        "Offset of the first byte in the replication backlog.",
    ),
    Field("repl_backlog_histlen", "redis_repl_backlog_history_bytes", "Bytes of data in the replication backlog."),
    Field("master_repl_offset", "redis_master_repl_offset", "Replication offset of the server."),
    Field(
        "second_repl_offset",
        "redis_second_repl_offset",
        "Offset up to which the second replication ID is accepted; -1 for none.",
    ),
    Field(
        "slave_expires_tracked_keys", "redis_slave_expires_tracked_keys", "Keys whose expiry a writable replica tracks."
    ),
    Field("slave_priority", "redis_slave_priority", "Priority for becoming master."),
    Field("sync_full", "redis_replica_resyncs_full", "Full synchronisations with replicas."),
    Field("sync_partial_ok", "redis_replica_partial_resync_accepted", "Partial synchronisations accepted."),
    Field("sync_partial_err", "redis_replica_partial_resync_denied", "Partial synchronisations denied."),
    Field("cluster_connections", "redis_cluster_connections", "Connections to other nodes of the cluster."),
    Field("cluster_enabled", "redis_cluster_enabled", "Whether the server is part of a cluster."),
    Field(
        "total_blocking_keys_on_nokey",
        "redis_total_blocking_keys_on_nokey",
        "Keys that clients block on until they are deleted.",
    ),
    Field("allocator_muzzy", "redis_allocator_muzzy_bytes", "Bytes that the allocator has given back lazily."),
    Field(
        "mem_overhead_db_hashtable_rehashing",
        "redis_mem_overhead_db_hashtable_rehashing_bytes",
        "Memory of hash tables that are being rehashed, in bytes.",
    ),
    Field("maxmemory_reservation", "redis_memory_max_reservation_bytes", "Memory set aside by the provider, in bytes."),
    Field(
        "instantaneous_eventloop_cycles_per_sec",
        "redis_instantaneous_eventloop_cycles_per_sec",
        "Cycles of the event loop per second, now.",
    ),
    Field(
        "instantaneous_eventloop_duration_usec",
        "redis_instantaneous_eventloop_duration_usec",
        "Mean duration of a cycle of the event loop, in microseconds.",
    ),
)
