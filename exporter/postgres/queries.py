"""All queries, and which of them a server of a version is asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from exporter.postgres import bloat, databases, replication, server, tables
from exporter.postgres.query import Query

# In the order in which they are asked: when time is up, what comes last is missing.
QUERIES: Final = (*server.QUERIES, *replication.QUERIES, *databases.QUERIES, *tables.QUERIES, *bloat.QUERIES)
OFF: Final = frozenset({"statio_user_indexes", "unused_indexes", "bloat"})
"""Collectors that run only if they are asked for: one series an index, or costly."""
SLOW: Final = frozenset({"unused_indexes", "bloat"})
"""Collectors whose figures are kept for a while, in the connected database too."""


def chosen(version: int, switches: Mapping[str, bool], queries: Sequence[Query] = QUERIES) -> Iterator[Query]:
    """The queries for a server of `version` (`150018`), with collectors switched on and off."""
    major = version // 10_000
    for query in queries:
        if query.since <= major < query.until and enabled(query.collector, switches):
            yield query


def enabled(collector: str, switches: Mapping[str, bool]) -> bool:
    """Whether the collector runs."""
    return switches.get(collector, collector not in OFF)
