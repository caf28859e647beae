"""A database of a real PostgreSQL, and collectors of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from exporter.collectors.postgres import PostgresCollector
from exporter.deadline import Deadline
from exporter.place import Place
from exporter.text import encode, merged
from tests.support.servers import RunningPostgres
from watchspec.spec import Postgres


@dataclass(frozen=True)
class Target:
    """A database of a server, and our collectors of it."""

    server: RunningPostgres
    database: str
    folder: Path
    made: list[PostgresCollector]

    def url(self, user: str = "postgres") -> str:
        """Its address."""
        return self.server.url(user, self.database)

    def execute(self, *statements: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements as the superuser, each in a transaction of its own; the rows of the last."""
        url = self.server.url(database=database or self.database)
        with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def collector(self, user: str = "postgres", **more: Any) -> PostgresCollector:  # noqa: ANN401  # as YAML gives it
        """A collector of a spec; closed in the end."""
        spec = Postgres.model_validate({"name": "main", "url": self.url(user), **more})
        self.made.append(PostgresCollector(spec, Place(self.folder)))
        return self.made[-1]

    def values(self, **more: Any) -> dict[str, float]:  # noqa: ANN401  # as YAML gives it
        """The samples of one scrape, without the label `target`."""
        return scrape(self.collector(**more))


def scrape(collector: PostgresCollector, seconds: float = 5) -> dict[str, float]:
    """Series → value, without the label `target`; as they stand on the page."""
    page = encode(merged(collector.collect(Deadline.after(seconds)))[0]).decode()
    lines = [line.rpartition(" ") for line in page.splitlines() if line[0] != "#"]
    own = (',target="main"}', '{target="main"}')
    return {series.replace(own[0], "}").replace(own[1], ""): float(value) for series, _, value in lines}
