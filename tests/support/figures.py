"""Figures of dashboards beside what their source says: data of a live test.

A source is asked twice, before and after the dashboard; the figure must lie between the two, or near.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.support import sources
from tests.support.asking import Row
from tests.support.driving_redis import QUEUED
from tests.support.sources import info, sql
from tests.support.whole_stack import PAST, Whole


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    question: str
    """`panel / legend`."""
    labels: Mapping[str, str]
    """Which series; their values are summed."""
    source: Callable[[Whole], float]
    share: float = 0.0
    """By how much of the source's value the figure may differ."""
    slack: float = 0.0
    """By how much it may differ besides, in its own unit."""
    pace: bool = False
    """Whether the source counts, and the figure is by how much in a second."""

    def of(self, rows: Iterable[Row]) -> float | None:
        """The newest value of its series; None where there are none."""
        found = [row.values[-1] for row in rows if self.labels.items() <= row.labels.items()]
        return sum(found) if found else None

    def said(self, before: float, after: float, seconds: float) -> Sequence[float]:
        """What the source said, in the figure's own terms."""
        return [(after - before) / seconds] if self.pace else [before, after]

    def plausible(self, value: float, said: Sequence[float]) -> bool:
        """Whether `value` lies between what the source said, or near."""
        room = max(abs(one) * self.share + self.slack for one in said)
        return min(said) - room <= value <= max(said) + room


_ALL: Final[Mapping[str, str]] = {}
_BOX: Final = {"target": "box"}
_CACHE: Final = {"target": "cache"}
_DB: Final = {"target": "main-db"}
_SHOP: Final = {"target": "shop"}
_PROMISE: Final = {"target": "shop", "slo": "availability"}
_SPENT: Final = PAST["errors"] / PAST["requests"] / 0.01
"""Of the shop's error budget, which is 1 %."""
_RECORDED: Final = 300
"""Seconds of the window of recorded rates."""
_SLOW: Final = 3
"""Seconds by which an age may differ."""
_SEEN: Final = 8
"""Seconds by which an outage may differ: it is seen by scrapes, and told by rules that come after them."""


def _requests(whole: Whole) -> float:
    """What the shop has answered since Prometheus looks at it."""
    return whole.shop.answered() - whole.counted["requests"]


_CLIENTS: Final = "FROM pg_stat_activity WHERE backend_type = 'client backend'"
_OVERVIEW: Final = (
    Figure("Targets / up", _ALL, lambda _: 8),
    Figure("Targets / down", _ALL, lambda _: 1),
    Figure("Firing alerts / critical", _ALL, lambda whole: sources.firing(whole, "critical")),
    Figure("Requests by service / {{target}}", _SHOP, lambda whole: _requests(whole) / _RECORDED, share=0.2),
    Figure(
        "Errors by service / {{target}}", _SHOP, lambda whole: whole.shop.answered("5") / _requests(whole), share=0.1
    ),
    Figure("CPU by host / {{target}}", _BOX, lambda _: sources.busy(), slack=0.15, pace=True),
    Figure("Memory by host / {{target}}", _BOX, lambda _: 1 - sources.available() / sources.memory(), slack=0.05),
)
_POSTGRES: Final = (
    Figure("Connections / {{target}}", _DB, sql(f"SELECT (count(*) - 1) / 97.0 {_CLIENTS}"), slack=0.04),
    Figure(
        "Connections by state / {{target}} {{state}}", _DB | {"state": "idle in transaction"},
        sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"), slack=1,
    ),
    Figure(
        "Transactions / {{target}} committed", _DB, sql("SELECT sum(xact_commit) FROM pg_stat_database"),
        share=0.4, pace=True,
    ),
    Figure(
        "Transactions / {{target}} rolled back", _DB, sql("SELECT sum(xact_rollback) FROM pg_stat_database"),
        share=0.4, slack=0.3, pace=True,
    ),
    Figure(
        "Sessions that wait / {{target}} blocked", _DB,
        sql("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"),
    ),
    Figure(
        "Longest / {{target}} idle in transaction", _DB, slack=_SLOW, source=sql(
            "SELECT extract(epoch FROM now() - min(xact_start)) FROM pg_stat_activity"
            " WHERE state = 'idle in transaction'"
        ),
    ),
    Figure("Servers / Size", _DB, sql("SELECT sum(pg_database_size(oid)) FROM pg_database"), share=0.1),
    Figure("Servers / Shared buffers", _DB, lambda _: 4 << 20),
    Figure("Tables / Size", _DB | {"relname": "log"}, sql("SELECT pg_table_size('log')"), share=0.1),
    Figure("Tables / Rows", _DB | {"relname": "stock"}, sql("SELECT count(*) FROM stock"), share=0.1),
    Figure(
        "Databases over the time shown / Deadlocks", _DB | {"datname": "shop"},
        sql("SELECT deadlocks FROM pg_stat_database WHERE datname = 'shop'"),
    ),
    Figure("Write-ahead log on disk / {{target}}", _DB, sql("SELECT sum(size) FROM pg_ls_waldir()"), share=0.1),
)  # fmt: skip
_REDIS: Final = (
    Figure("Clients by state / {{target}} connected", _CACHE, info("connected_clients", less=1), slack=1),
    Figure("Clients by state / {{target}} blocked", _CACHE, info("blocked_clients")),
    Figure("Memory / {{target}} used", _CACHE, info("used_memory"), share=0.05),
    Figure("Memory / {{target}} maxmemory", _CACHE, info("maxmemory")),
    Figure("Commands / {{target}}", _CACHE, info("total_commands_processed"), share=0.4, pace=True),
    Figure(
        "Keys expired and evicted / {{target}} expired", _CACHE, info("expired_keys"), share=0.5, slack=1, pace=True
    ),
    Figure("Queues / {{target}} {{key}}", _CACHE, lambda _: QUEUED),
    Figure("Streams / {{target}} {{stream}} {{group}} taken", _CACHE, lambda _: 1),
    Figure("Servers / Keys", _CACHE, sources.keys, share=0.1),
)
_HOST: Final = (
    Figure("At a glance / Up for", _BOX, lambda _: sources.uptime(), slack=_SLOW),
    Figure("At a glance / Load per core", _BOX, lambda _: sources.load(), share=0.1, slack=0.1),
    Figure("Memory / programs", _ALL, lambda _: sources.memory() - sources.available(), share=0.15),
    Figure("Connections / {{target}} open", _BOX, lambda _: sources.connections(), share=0.3, slack=10),
)
_SERVICE: Final = (
    Figure("Services / down", _ALL, lambda _: 1),
    Figure("Routes / Requests", _SHOP | {"route": "other"}, lambda whole: whole.visits.turns, share=0.2),
    Figure(
        "Requests by route / {{target}} {{route}}", _SHOP | {"route": "other"},
        lambda whole: whole.visits.turns, share=0.4, pace=True,
    ),
    Figure("Least error budget left / A", _ALL, lambda _: 1 - _SPENT, share=0.05),
)  # fmt: skip
_UPTIME: Final = "Uptime over 30d"
_SLO: Final = (
    Figure("Every promise / Promised", _PROMISE, lambda _: 0.99),
    Figure("Every promise / Budget left", _PROMISE, lambda _: 1 - _SPENT, share=0.05),
    Figure("Burn rate over 1d / {{target}} {{slo}}", _PROMISE, lambda _: _SPENT, share=0.05),
    Figure("Every promise / Window with data", _PROMISE, lambda _: 1 / 30, share=0.02),
    Figure(f"{_UPTIME} / Outages", _CACHE, lambda _: 1),
    Figure(f"{_UPTIME} / Time to repair (MTTR)", _CACHE, lambda whole: whole.counted["outage"], slack=_SEEN),
    Figure(f"{_UPTIME} / Uptime", _CACHE, lambda whole: 1 - whole.counted["outage"] / whole.age(), slack=0.06),
    Figure(f"{_UPTIME} / Uptime", _DB, lambda _: 1, slack=0.05),
)
_BUSINESS: Final = (
    Figure(
        "Shop orders / {{target}} {{outcome}}", _DB | {"outcome": "failed"},
        sql("SELECT count(*) FROM orders WHERE outcome = 'failed'"), share=0.05,
    ),
    Figure("Shop refunds / {{target}}", _DB, sql("SELECT count(*) FROM refunds")),
    Figure("Failing queries / A", _ALL, lambda _: 0),
)  # fmt: skip
_ALERTS: Final = (
    Figure("Muted alerts / A", _ALL, lambda whole: sources.firing(whole, "warning", "suppressed")),
    Figure("Every alert of the chosen time / Fired", {"alertname": "RedisDown"}, lambda _: 1),
    Figure(
        "Every alert of the chosen time / Longest", {"alertname": "RedisDown"},
        lambda whole: whole.counted["outage"], slack=_SEEN,
    ),
)  # fmt: skip
_MONITORING: Final = (
    Figure("At a glance / Not read", _ALL, lambda _: 1),
    Figure("Series in memory / series", _ALL, sources.series, share=0.02),
    Figure("Samples of the exporters / {{target}}", _BOX, sources.samples, share=0.05),
    Figure("Alerts in Alertmanager / held back", _ALL, lambda whole: sources.firing(whole, "warning", "suppressed")),
)
FIGURES: Final[Mapping[str, Sequence[Figure]]] = {
    "overview": _OVERVIEW, "postgres": _POSTGRES, "redis": _REDIS, "host": _HOST, "service": _SERVICE,
    "slo": _SLO, "business": _BUSINESS, "alerts": _ALERTS, "monitoring": _MONITORING,
}  # fmt: skip
"""Dashboard → figures of it."""
