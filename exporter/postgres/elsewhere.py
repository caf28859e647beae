"""Figures of tables that are read now and then: those of other databases, and costly ones."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from exporter.deadline import Deadline
from exporter.families import Families, Family
from exporter.postgres.families import Chosen, fill
from exporter.postgres.health import Health
from exporter.postgres.query import Query
from exporter.postgres.session import Batch, Failure, Rows, Session, Statement

DATABASES: Final = (
    "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate "
    "AND datname <> current_database() AND has_database_privilege(oid, 'CONNECT')"
)


def batches(queries: Iterable[Query], tables: tuple[bytes, ...]) -> list[Batch]:
    """Each query on its own; `tables` are the parameters of those that choose tables."""
    return [[Statement(query.sql.encode(), tables if query.tables else ())] for query in queries]


class Elsewhere:
    """The last figures of each database; `None` is that of the URL."""

    def __init__(self, seconds: float, tables: tuple[bytes, ...], health: Health, chosen: Chosen) -> None:
        """`seconds`: how old they may be; `tables` are the parameters of queries that choose tables."""
        self._seconds, self._tables, self._health, self._chosen = seconds, tables, health, chosen
        self._read: dict[str | None, tuple[float, list[Family]]] = {}

    def due(self, databases: Sequence[str | None]) -> Iterator[str | None]:
        """Those whose figures are too old, the oldest first; what is known of databases not named is forgotten."""
        self._read = {name: self._read[name] for name in databases if name in self._read}
        now = time.monotonic()
        moments = {name: self._read.get(name, (0.0, []))[0] for name in databases}
        for name in sorted(databases, key=lambda name: moments[name]):
            if not moments[name] or now - moments[name] >= self._seconds:
                yield name

    def read(self, name: str | None, session: Session, queries: Sequence[Query], deadline: Deadline) -> None:
        """Ask one database; raises `ScrapeError`."""
        out, started = Families(), time.perf_counter()
        for query, [answer] in zip(queries, session.run(batches(queries, self._tables), deadline), strict=True):
            if name is None:
                self._health.note(query.collector, answer, time.perf_counter() - started)
            elif isinstance(answer, Failure):
                self._health.warn(f"{query.collector} of database {name}", answer)
            started = time.perf_counter()
            if isinstance(answer, Rows):
                fill(out, query, answer, "", self._chosen)
        self._read[name] = (time.monotonic(), list(out))

    def failed(self, name: str | None) -> None:
        """The database could not be asked: try again when it is due next, publish nothing until then."""
        self._read[name] = (time.monotonic(), [])

    def publish(self, out: Families) -> None:
        """Add the figures of all databases."""
        for _, families in self._read.values():
            for found in families:
                family = out.family(found.name, found.type, found.help)
                for series, value in found.samples:
                    family.add(value, series[len(found.name) + 1 : -1])
