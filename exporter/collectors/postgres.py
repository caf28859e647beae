"""A PostgreSQL server: one kept connection, read only, with limits on locks and time."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import dict_row

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.log import LOGGER
from exporter.place import Place
from exporter.postgres import connect, settings
from exporter.postgres.queries import QUERIES, Query
from exporter.reasons import Reason, ScrapeError
from exporter.redact import redact
from watchspec.errors import SecretUnreadable
from watchspec.spec import Postgres
from watchspec.spec.base import Patterns

_UP: Final = ("pg_up", "Whether PostgreSQL answers (1) or not (0).")
Row = dict[str, Any]


class PostgresCollector:
    """Reads one server."""

    kind: Final = "postgres"
    labels: Final = ""

    def __init__(self, spec: Postgres, place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._place = place
        self._common = render(target=spec.name)
        url = urlsplit(spec.url)
        self._server = f"{url.hostname}:{url.port or 5432}"
        self._connection: psycopg.Connection[Row] | None = None
        self._secret = ""
        self._failing: set[str] = set()

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Everything the server says; raises `ScrapeError`."""
        try:
            return self._collect(deadline)
        except psycopg.Error as error:
            self.close()
            raise ScrapeError(self._reason(error, deadline), redact(str(error), [self._secret])) from None
        except SecretUnreadable as error:
            raise ScrapeError("missing_secret", str(error)) from None
        except BaseException:
            self.close()
            raise

    def down(self) -> Iterable[Family]:
        """`pg_up 0`."""
        out = Families(self._common)
        out.gauge(*_UP, 0)
        return out

    def abort(self) -> None:
        """Cut the connection, so that a wait for a frozen server ends; its own limits end what it still does."""
        connection = self._connection
        if connection is None:
            return
        with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=_duplicate(connection)) as sock:
            sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _collect(self, deadline: Deadline) -> Iterable[Family]:
        connection, text = self._usable(deadline)
        out = Families(self._common)
        out.gauge(*_UP, 1)
        version = connection.info.server_version
        short = f"{version // 10_000}.{version % 10_000}.0"
        labels = render(version=text, short_version=short, server=self._server)
        out.family("pg_static", "untyped", "Version of the server; always 1.").add(1, labels)
        for query in QUERIES:
            if query.since <= version // 10_000 < query.until:
                self._run(query.collector, partial(self._query, out, connection, query), out, deadline)
        self._run("settings", partial(self._settings, out, connection), out, deadline)
        return out

    def _usable(self, deadline: Deadline) -> tuple[psycopg.Connection[Row], str]:
        """The kept connection if the server still answers on it, else a new one; and the version's text."""
        connection = self._connection
        if connection is not None:
            try:
                return connection, _version(connection)
            except psycopg.OperationalError:
                self.close()
        connection = self._connection = self._connect(deadline)
        return connection, _version(connection)

    def _connect(self, deadline: Deadline) -> psycopg.Connection[Row]:
        password = self._spec.password
        self._secret = self._place.secret(password) if password is not None else ""
        options = connect.options(self._spec.tls, self._place, deadline.remaining())
        if self._secret:
            options["password"] = self._secret
        return psycopg.connect(self._spec.url, autocommit=True, prepare_threshold=None, row_factory=dict_row, **options)

    def _run(self, collector: str, work: Callable[[], None], out: Families, deadline: Deadline) -> None:
        """Run one query; if it fails and the connection lives, it costs only itself."""
        deadline.remaining()
        started, success = time.perf_counter(), 1
        try:
            work()
            self._failing.discard(collector)
        except psycopg.Error as error:
            if self._connection is None or self._connection.broken:
                raise
            success = 0
            self._note(collector, error)
        labels = render(collector=collector)
        out.gauge("pg_scrape_collector_success", "Whether the collector's query succeeded.", success, labels)
        text = "How long the collector took, in seconds."
        out.gauge("pg_scrape_collector_duration_seconds", text, time.perf_counter() - started, labels)

    def _note(self, collector: str, error: psycopg.Error) -> None:
        if collector not in self._failing:
            self._failing.add(collector)
            fields = {
                "target": self.target, "collector": collector, "class": type(error).__name__,
                "detail": redact(str(error), [self._secret]),
            }  # fmt: skip
            LOGGER.warning("query fails", extra={"fields": fields})

    def _query(self, out: Families, connection: psycopg.Connection[Row], query: Query) -> None:
        rows = connection.execute(query.sql.encode()).fetchall()
        server = f",{render(server=self._server)}" if query.server else ""
        if "datname" in query.labels:
            rows = [row for row in rows if _chosen(self._spec.databases, row["datname"])]
        for row in rows:
            if row.get("active_time") is not None:
                row["active_seconds"] = row["active_time"] / 1000
        labels = [(render(**{name: str(row[name]) for name in query.labels}) + server).lstrip(",") for row in rows]
        for column in query.columns:
            family = out.family(column.name, column.type, column.help)
            for row, rendered in zip(rows, labels, strict=True):
                value = row.get(column.column)
                if value is not None:
                    family.add(value, rendered)

    def _settings(self, out: Families, connection: psycopg.Connection[Row]) -> None:
        labels = render(server=self._server)
        with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
            for name, text, unit, help_ in cursor.execute(settings.SQL):
                found = settings.converted(name, text, unit)
                if found is not None:
                    out.gauge(found[0], f"Server parameter {name}: {help_}", found[1], labels)

    def _reason(self, error: psycopg.Error, deadline: Deadline) -> Reason:
        if not deadline.left():
            return "timeout"
        return connect.reason(error)


def _chosen(databases: Patterns, name: str) -> bool:
    included = not databases.include or any(fnmatchcase(name, pattern) for pattern in databases.include)
    return included and not any(fnmatchcase(name, pattern) for pattern in databases.exclude)


def _version(connection: psycopg.Connection[Row]) -> str:
    row = connection.execute("SELECT version()").fetchone()
    return "" if row is None else str(row["version"])


def _duplicate(connection: psycopg.Connection[Row]) -> int:
    return socket.dup(connection.fileno())
