"""Connections, messages and disconnects: those of services that publish them, else what comes nearest."""

from collections.abc import Iterator
from typing import Final, Literal

from generator.dashboards._asking import gauge, rate, total
from generator.dashboards._face import Face, Query
from generator.dashboards._sdk import units
from generator.dashboards._ways import Way, joined, ways
from watchspec.spec import Spec

_Name = Literal["connections", "messages", "disconnects"]


def live(spec: Spec) -> Iterator[Face]:
    """What services tell of the connections that their clients keep open, as far as `instrumentation:` names it."""
    if connections := joined(ways(spec), lambda way: _clause(way, "connections")):
        yield Face(
            title="Open connections by service",
            description="WebSockets, event streams and the like that clients keep open. It follows your users' day; a "
            "sudden fall is a network or a proxy that cuts them, and they will all come back at once.",
            unit=units.Short,
            queries=[Query(connections, "{{target}}")],
        )
    if messages := joined(ways(spec), lambda way: _clause(way, "messages")):
        yield Face(
            title="Messages by service",
            description="Messages a second on the open connections. Silence while connections are open is a stuck "
            "broker or a dead producer.",
            unit=units.MessagesPerSecond,
            queries=[Query(messages, "{{target}}")],
        )
    if disconnects := joined(ways(spec), lambda way: _clause(way, "disconnects")):
        yield Face(
            title="Disconnects by service",
            description="Connections that end, a second. Clients come and go; a peak while requests go on is a "
            "deployment, a proxy's time-out or a lost network.",
            unit=units.EventsPerSecond,
            queries=[Query(disconnects, "{{target}}")],
        )


def _clause(way: Way, name: _Name) -> str | None:
    metric = getattr(way.http, name)
    if metric is None:
        return None
    if name == "connections":
        return f"sum by (target) ({metric}{way.matching()})"
    return f"sum by (target) (rate({metric}{way.matching()}[$__rate_interval]))"


def nearest(spec: Spec) -> Iterator[Face]:
    """The same questions asked of the databases and hosts, for stacks whose services do not say."""
    if connections := list(_connections(spec)):
        yield Face(
            title="Open connections of databases and hosts",
            description="Clients of each database, and established TCP connections of each host. They follow the "
            "number of your processes and users; a line that only climbs is connections that nobody closes.",
            unit=units.Short,
            queries=connections,
        )
    if operations := list(_operations(spec)):
        yield Face(
            title="Commands and transactions",
            description="What the databases are asked: commands of Redis and transactions of Postgres a second. It "
            "follows your traffic; a jump without one is a loop, or a cache that misses.",
            unit=units.OpsPerSecond,
            queries=operations,
        )
    if refused := list(_refused(spec)):
        yield Face(
            title="Connections refused or reset",
            description="Clients that Redis turned away because it had too many, and TCP resets that a host sent, a "
            "second. A few resets are normal; a peak is clients that reach nobody, or are cut off.",
            unit=units.EventsPerSecond,
            queries=refused,
        )


def _connections(spec: Spec) -> Iterator[Query]:
    if spec.postgres:
        yield Query(total("pg_stat_activity_count"), _CLIENTS)
    if spec.redis:
        yield Query(gauge("redis_connected_clients"), _CLIENTS)
    if spec.hosts:
        yield Query(gauge("node_netstat_Tcp_CurrEstab"), "{{target}} TCP")


def _operations(spec: Spec) -> Iterator[Query]:
    if spec.redis:
        yield Query(rate("redis_commands_processed_total"), "{{target}} commands")
    if spec.postgres:
        commits, rollbacks = (rate(f"pg_stat_database_xact_{end}") for end in ("commit", "rollback"))
        yield Query(f"{commits} + {rollbacks}", "{{target}} transactions")


def _refused(spec: Spec) -> Iterator[Query]:
    if spec.redis:
        yield Query(rate("redis_rejected_connections_total"), "{{target}} refused")
    if spec.hosts:
        yield Query(rate("node_netstat_Tcp_OutRsts"), "{{target}} resets")


_CLIENTS: Final = "{{target}} clients"
