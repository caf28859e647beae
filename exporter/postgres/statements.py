"""The costliest statements of pg_stat_statements, under postgres_exporter's names.

https://www.postgresql.org/docs/current/pgstatstatements.html
"""

from typing import Final, NamedTuple, Self

from exporter.postgres.query import Query, counter
from exporter.postgres.session import Rows, Statement

FIND: Final = """
SELECT quote_ident(n.nspname) AS schema, e.extversion
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'"""

LABELS: Final = ("user", "datname", "queryid")
_LONGEST: Final = 120
"""Characters of a text; as postgres_exporter cuts it."""


class Extension(NamedTuple):
    """Where pg_stat_statements is installed, and which version."""

    schema: str
    version: tuple[int, ...]

    @classmethod
    def of(cls, found: Rows) -> Self | None:
        """What `FIND` found; `None` where the extension is not installed."""
        if not found.rows:
            return None
        schema, version = (cell or b"" for cell in found.rows[0])
        return cls(schema.decode(), tuple(int(part) for part in version.decode().split(".") if part.isdigit()))


def query(extension: Extension, top: int) -> Query:
    """The figures of the `top` statements by total time; texts stay in their file, which can be large."""
    block = "shared_blk" if extension.version >= (1, 11) else "blk"
    total = "total_exec_time" if extension.version >= (1, 8) else "total_time"
    sql = f"""
SELECT pg_get_userbyid(s.userid) AS user, d.datname, s.queryid, sum(s.calls) AS calls, sum(s.rows) AS rows,
  sum(s.{total}) AS total, sum(s.{block}_read_time) AS read, sum(s.{block}_write_time) AS written
FROM {extension.schema}.pg_stat_statements(false) s JOIN pg_database d ON d.oid = s.dbid
WHERE s.queryid IS NOT NULL GROUP BY 1, 2, 3 ORDER BY total DESC LIMIT {top:d}"""  # noqa: S608  # quoted by the server
    name = "pg_stat_statements_{}_total".format
    return Query(
        "stat_statements",
        sql,
        (
            counter("calls", name("calls"), "Times that the statement ran."),
            counter("rows", name("rows"), "Rows that it returned or changed."),
            counter("total", name("seconds"), "Time that it took, in seconds.")._replace(divisor=1000),
            counter("read", name("block_read_seconds"), "Time reading blocks, in seconds.")._replace(divisor=1000),
            counter("written", name("block_write_seconds"), "Time writing blocks, in seconds.")._replace(divisor=1000),
        ),
        LABELS,
    )


def texts(extension: Extension, ids: frozenset[bytes]) -> Statement:
    """The texts of those statements alone, cut: columns `queryid` and `query`."""
    sql = f"""
SELECT queryid, left(min(query), {_LONGEST}) AS query FROM {extension.schema}.pg_stat_statements(true)
WHERE queryid = ANY ($1::bigint[]) GROUP BY 1"""  # noqa: S608  # quoted by the server
    return Statement(sql.encode(), (b"{" + b",".join(sorted(ids)) + b"}",))


class Texts:
    """Texts by id, read once: those that are no longer among the costliest are forgotten."""

    def __init__(self) -> None:
        self.known: dict[bytes, bytes] = {}

    def unknown(self, found: Rows) -> frozenset[bytes]:
        """Ids among the rows of `query` whose text is not known yet."""
        at = found.columns.index("queryid")
        ids = {row[at] or b"" for row in found.rows}
        self.known = {key: text for key, text in self.known.items() if key in ids}
        return frozenset(ids - self.known.keys())

    def learn(self, found: Rows) -> None:
        """Keep what `texts` gave."""
        self.known |= {key or b"": text or b"" for key, text in found.rows}
