"""Figures of dashboards beside what their source says: data of a live test.

A source is asked twice, before and after the dashboard; the figure must lie between the two, or near.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.support import sources
from tests.support.asking import Row
from tests.support.whole_stack import PAST, Whole

_WINDOW: Final = 300
"""Seconds of `5m`."""
_BUDGET: Final = 0.01
"""What the shop's availability of 99 % leaves."""
_DAY: Final = 86_400
_MONTH: Final = 30 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure."""

    dashboard: str
    question: str
    """`panel / legend`."""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Which series; their values are summed."""
    source: Callable[[Whole], float]
    pace: bool = False
    """Whether the source counts, and the figure is by how much in a second."""
    share: float = 0.0
    """By how much of the source's value the figure may differ."""
    slack: float = 0.0
    """By how much it may differ besides, in its own unit."""

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.question} {''.join(self.labels.values())}".strip()

    def of(self, rows: Iterable[Row]) -> float | None:
        """The newest value of its series; None where there are none."""
        found = [row.values[-1] for row in rows if self.labels.items() <= row.labels.items()]
        return sum(found) if found else None

    def said(self, before: float, after: float, seconds: float) -> Sequence[float]:
        """What the source said, in the figure's own terms."""
        return [(after - before) / seconds] if self.pace else [before, after]

    def plausible(self, value: float, said: Sequence[float]) -> bool:
        """Whether `value` lies between what the source said, or near."""
        room = [abs(one) * self.share + self.slack for one in said]
        return min(said) - max(room) <= value <= max(said) + max(room)


def _requests(whole: Whole) -> float:
    """What the shop has answered since Prometheus looks at it."""
    return whole.shop.answered() - whole.counted["requests"]


_CACHE: Final = {"target": "cache"}
_DB: Final = {"target": "main-db"}
_SHOP: Final = {"target": "shop"}
_BOX: Final = {"target": "box"}
_PROMISE: Final = {"target": "shop", "slo": "availability"}
_TARGET: Final = "{{target}}"

OVERVIEW: Final = (
    Figure(dashboard="overview", question="Targets / up", source=lambda _: 6),
    Figure(dashboard="overview", question="Targets / down", source=lambda _: 1),
    Figure(
        dashboard="overview", question="Firing alerts / critical",
        source=lambda whole: sources.firing(whole, "critical"),
    ),
    Figure(
        dashboard="overview", question=f"Requests by service / {_TARGET}", labels=_SHOP,
        source=lambda whole: _requests(whole) / _WINDOW, share=0.2,
    ),
    Figure(
        dashboard="overview", question=f"Errors by service / {_TARGET}", labels=_SHOP, share=0.1,
        source=lambda whole: whole.shop.answered("5") / _requests(whole),
    ),
    Figure(
        dashboard="overview", question=f"Postgres connections / {_TARGET}", labels=_DB, slack=0.04,
        source=lambda whole: sources.sql(
            whole, "SELECT (count(*) - 1) / 97.0 FROM pg_stat_activity WHERE backend_type = 'client backend'"
        ),
    ),
    Figure(
        dashboard="overview", question=f"Postgres transactions / {_TARGET} committed", labels=_DB, pace=True, share=0.4,
        source=lambda whole: sources.sql(whole, "SELECT sum(xact_commit) FROM pg_stat_database"),
    ),
    Figure(
        dashboard="overview", question=f"Postgres transactions / {_TARGET} rolled back", labels=_DB, pace=True,
        share=0.4, slack=0.3,
        source=lambda whole: sources.sql(whole, "SELECT sum(xact_rollback) FROM pg_stat_database"),
    ),
    Figure(
        dashboard="overview", question=f"Postgres size / {_TARGET}", labels=_DB, share=0.1,
        source=lambda whole: sources.sql(whole, "SELECT sum(pg_database_size(oid)) FROM pg_database"),
    ),
    Figure(
        dashboard="overview", question=f"Redis clients / {_TARGET}", labels=_CACHE, slack=1,
        source=lambda whole: sources.info(whole, "connected_clients") - 1,
    ),
    Figure(
        dashboard="overview", question=f"Redis memory / {_TARGET}", labels=_CACHE, share=0.05,
        source=lambda whole: sources.info(whole, "used_memory"),
    ),
    Figure(
        dashboard="overview", question=f"Redis commands / {_TARGET}", labels=_CACHE, pace=True, share=0.4,
        source=lambda whole: sources.info(whole, "total_commands_processed"),
    ),
    Figure(
        dashboard="overview", question=f"CPU by host / {_TARGET}", labels=_BOX, pace=True, slack=0.15,
        source=lambda _: sources.busy(),
    ),
    Figure(
        dashboard="overview", question=f"Memory by host / {_TARGET}", labels=_BOX, slack=0.05,
        source=lambda _: 1 - sources.memory()["MemAvailable"] / sources.memory()["MemTotal"],
    ),
)  # fmt: skip

PROMISES: Final = (
    Figure(dashboard="slo", question=f"Objective / {_TARGET} {{{{slo}}}}", labels=_PROMISE, source=lambda _: 0.99),
    Figure(
        dashboard="slo", question=f"Error budget spent / {_TARGET} {{{{slo}}}}", labels=_PROMISE, share=0.05,
        source=lambda _: PAST["errors"] / PAST["requests"] / _BUDGET,
    ),
    Figure(
        dashboard="slo", question=f"Error budget left / {_TARGET} {{{{slo}}}}", labels=_PROMISE, share=0.05,
        source=lambda _: 1 - PAST["errors"] / PAST["requests"] / _BUDGET,
    ),
    Figure(
        dashboard="slo", question=f"Burn rate / {_TARGET} {{{{slo}}}} 1d", labels=_PROMISE, share=0.05,
        source=lambda _: PAST["errors"] / PAST["requests"] / _BUDGET,
    ),
    Figure(
        dashboard="slo", question=f"Window with data / {_TARGET} {{{{slo}}}}", labels=_PROMISE, share=0.02,
        source=lambda _: _DAY / _MONTH,
    ),
    Figure(dashboard="slo", question=f"Outages / {_TARGET}", labels=_CACHE, source=lambda _: 1),
    Figure(
        dashboard="slo", question=f"Time to repair (MTTR) / {_TARGET}", labels=_CACHE, slack=2,
        source=lambda whole: whole.counted["outage"],
    ),
    Figure(
        dashboard="slo", question=f"Uptime / {_TARGET}", labels=_CACHE, slack=0.03,
        source=lambda whole: 1 - whole.counted["outage"] / whole.age(),
    ),
    Figure(dashboard="slo", question=f"Uptime / {_TARGET}", labels=_DB, source=lambda _: 1, slack=0.05),
)  # fmt: skip

FIGURES: Final = (*OVERVIEW, *PROMISES)
