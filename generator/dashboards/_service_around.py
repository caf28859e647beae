"""What services stand on: their own processes, the databases they use, the machines they run on."""

from collections.abc import Iterator
from typing import Final

from generator.dashboards._asking import matching, rate, total
from generator.dashboards._board import mark
from generator.dashboards._face import BLUE, Face, Query
from generator.dashboards._promql import one_of
from generator.dashboards._sdk import model, units
from generator.settings import SCRAPES_IN_A_RANGE
from watchspec.spec import Spec
from watchspec.units import Duration

_OWN: Final = 'job!~"watchspec|prometheus|alertmanager"'
"""Series of services alone: what the monitoring publishes of its own processes has the same names."""
_UNKNOWN: Final = "the services publish no process metrics"


def saturation(spec: Spec) -> Face | None:
    """How full everything is that services depend on; None where the spec knows of nothing."""
    queries = list(_shares(spec))
    if not queries:
        return None
    return Face(
        title="How full is what services stand on",
        description="Of every database that a service depends on and every host that one runs on, whichever service "
        "is chosen: the used share of what it can run out of. A service that slows down while one of these nears "
        "100% is waiting for it.",
        unit=units.PercentUnit,
        highest=1,
        queries=queries,
    )


def _shares(spec: Spec) -> Iterator[Query]:
    needed = {name for service in spec.services for name in service.depends_on}
    machines = {service.runs_on for service in spec.services}
    if postgres := [server.name for server in spec.postgres if server.name in needed]:
        these = one_of("target", postgres)
        yield Query(
            f"sum by (target) (pg_stat_activity_count{{{these}}})"
            f" / (max by (target) (pg_settings_max_connections{{{these}}})"
            f" - max by (target) (pg_settings_superuser_reserved_connections{{{these}}}) > 0)",
            "{{target}} connections",
        )
    if redis := [server.name for server in spec.redis if server.name in needed]:
        these = one_of("target", redis)
        used, most = (f"max by (target) (redis_memory_{which}_bytes{{{these}}})" for which in ("used", "max"))
        yield Query(f"{used} / ({most} > 0)", "{{target}} memory")
        # INFO tells the limit in newer versions only, CONFIG in all, but managed servers refuse that.
        clients, told, set_ = (
            f"max by (target) (redis_{name}{{{these}}})"
            for name in ("connected_clients", "max_clients", "config_maxclients")
        )
        yield Query(f"{clients} / (({told} or {set_}) > 0)", "{{target}} connections")
    if hosts := [host.name for host in spec.hosts if host.name in machines]:
        these = one_of("target", hosts)
        yield Query(
            f'1 - avg by (target) (rate(node_cpu_seconds_total{{mode="idle", {these}}}[$__rate_interval]))',
            "{{target}} CPU",
        )
        yield Query(
            f"1 - max by (target) (node_memory_MemAvailable_bytes{{{these}}})"
            f" / max by (target) (node_memory_MemTotal_bytes{{{these}}})",
            "{{target}} memory",
        )


def scraped(spec: Spec) -> bool:
    """Whether some service publishes metrics of its own."""
    return any(service.metrics is not None for service in spec.services)


CPU: Final = Face(
    title="CPU by service",
    description="Processor time of the service's processes; 100% is one whole core. It follows the requests; work "
    "without requests is a loop, a job or a garbage collector that gets nowhere.",
    unit=units.PercentUnit,
    queries=(Query(rate("process_cpu_seconds_total", more=_OWN), "{{target}}"),),
    empty=_UNKNOWN,
)

MEMORY: Final = Face(
    title="Memory by service",
    description="Resident memory of the service's processes, of all replicas together. A line that climbs from one "
    "deployment to the next and never falls is a leak.",
    unit=units.BytesIEC,
    queries=(Query(total("process_resident_memory_bytes", more=_OWN), "{{target}}"),),
    empty=_UNKNOWN,
)

FILES: Final = Face(
    title="File descriptors by service",
    description="Used share of the files and sockets that a process may open, of the fullest replica. At 100% it takes "
    "no connection any more; a line that only climbs is connections that nobody closes.",
    unit=units.PercentUnit,
    highest=1,
    queries=(
        Query(
            f"max by (target) (process_open_fds{{{matching(_OWN)}}} / (process_max_fds{{{matching(_OWN)}}} > 0))",
            "{{target}}",
        ),
    ),
    alert="ServiceFileDescriptors",
    empty=_UNKNOWN,
)

PROCESSES: Final = (CPU, MEMORY, FILES)
"""What services tell of their own processes."""


def starts(spec: Spec) -> model.AnnotationQuery:
    """A mark for each start of a process: deployments, restarts and crashes."""
    over = Duration(SCRAPES_IN_A_RANGE * spec.prometheus.scrape_interval.milliseconds)
    expr = f"changes(process_start_time_seconds{{{matching(_OWN)}}}[{over}]) > 0"
    return mark("Starts", expr, "{{target}} started", "{{instance}}", BLUE)
