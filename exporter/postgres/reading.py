"""What is asked of a server in one scrape, and what is kept from one to the next."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from exporter.deadline import Deadline
from exporter.families import Families, escaped, render
from exporter.postgres import settings, statements
from exporter.postgres.custom import CustomQuery
from exporter.postgres.elsewhere import DATABASES, Elsewhere, batches
from exporter.postgres.families import choice, fill, regular_expression
from exporter.postgres.health import Health
from exporter.postgres.kept import Sessions
from exporter.postgres.queries import SLOW, chosen, enabled
from exporter.postgres.query import Query
from exporter.postgres.server import VERSION
from exporter.postgres.session import Answer, Failure, Rows, Session, Statement
from exporter.reasons import ScrapeError

if TYPE_CHECKING:
    from watchspec.spec import Postgres

_KEPT_SHARE: Final = 0.3
"""The share of a scrape's time that other databases and custom queries may not begin in."""


class Fact(NamedTuple):
    """A statement whose rows are not simply samples."""

    collector: str
    """Whose figure it is; "" is nobody's."""
    sql: str
    take: Callable[[Families, Rows], None]


class Reading:
    """The questions that one server is asked."""

    def __init__(self, spec: "Postgres", server: str) -> None:
        """`server` is the rendered label of its address."""
        self.answered = False
        """Whether the server has said anything in this scrape."""
        self._spec, self._server = spec, server
        self._chosen = choice(spec.databases)
        tables = spec.tables
        patterns = (regular_expression(tables.include), regular_expression(tables.exclude))
        self._tables = (*(pattern.encode() for pattern in patterns), str(tables.limit).encode())
        self._health = Health(spec.name)
        self._elsewhere = Elsewhere(tables.every.seconds, self._tables, self._health, self._chosen)
        self._custom = [CustomQuery(query) for query in spec.queries]
        self._texts = statements.Texts()
        self._extension: statements.Extension | None = None
        self._databases: list[str] = []
        self._version = 0
        self._short = ""
        self._queries: tuple[Query, ...] = ()
        self._secrets: tuple[str, ...] = ()
        self._facts = tuple(self._choose_facts())

    def begin(self, secret: str) -> None:
        """A scrape begins; `secret` is masked in the log."""
        self.answered = False
        self._secrets = (secret,)
        self._health.begin()

    def first(self, out: Families, session: Session, deadline: Deadline) -> None:
        """Everything that is read at every scrape, in one round trip; raises `ScrapeError`."""
        self._take_version(session)
        queries = [q for q in self._queries if q.collector not in SLOW and not self._health.skips(q.collector)]
        asked = [*batches(queries, self._tables), *([Statement(fact.sql.encode())] for fact in self._facts)]
        answers = _timed(session.run(asked, deadline))
        for query, (answer, seconds) in zip(queries, answers, strict=False):
            self._note(query.collector, answer, seconds)
            if isinstance(answer, Rows):
                fill(out, query, answer, self._server, self._chosen)
        for fact, (answer, seconds) in zip(self._facts, answers, strict=True):
            self._note(fact.collector, answer, seconds)
            if isinstance(answer, Rows):
                fact.take(out, answer)

    def rest(self, out: Families, session: Session, sessions: Sessions, deadline: Deadline) -> None:
        """What is read now and then; raises `ScrapeError` for the connection to the URL's own database alone."""
        end = Deadline(deadline.at - deadline.left() * _KEPT_SHARE)
        if self._spec.statements is not None:
            self._statements(out, session, deadline)
        self._read_elsewhere(session, sessions, end)
        self._run_custom(session, sessions, end)

    def publish(self, out: Families) -> None:
        """Add what is kept from one scrape to the next, and how this one went."""
        self._elsewhere.publish(out)
        for query in self._custom:
            query.publish(out)
        self._health.publish(out)

    def _choose_facts(self) -> Iterator[Fact]:
        spec = self._spec
        yield Fact("", VERSION, self._version_text)
        if enabled("settings", spec.collectors):
            yield Fact("settings", settings.SQL, self._settings)
        if spec.statements is not None:
            yield Fact("", statements.FIND, self._find_extension)
        if spec.tables.databases == "all":
            yield Fact("", DATABASES, self._find_databases)

    def _take_version(self, session: Session) -> None:
        if session.version != self._version:
            self._version = session.version
            self._short = f"{self._version // 10_000}.{self._version % 10_000}.0"
            self._queries = tuple(chosen(self._version, self._spec.collectors))

    def _note(self, collector: str, answer: Answer, seconds: float) -> None:
        self.answered = True
        if collector:
            self._health.note(collector, answer, seconds, self._secrets)

    def _version_text(self, out: Families, found: Rows) -> None:
        text = (found.rows[0][0] or b"").decode()
        labels = f"{render(version=text, short_version=self._short)},{self._server}"
        out.family("pg_static", "untyped", "Version of the server; always 1.").add(1, labels)

    def _settings(self, out: Families, found: Rows) -> None:
        for name, text, unit, help_ in found.rows:
            series = settings.converted((name or b"").decode(), (text or b"").decode(), (unit or b"").decode())
            if series is not None:
                out.gauge(series[0], f"{(help_ or b'').decode()}", series[1], self._server)

    def _find_extension(self, out: Families, found: Rows) -> None:
        self._extension = statements.Extension.of(found)
        if self._extension is None:
            missing = Failure("42704", "the extension pg_stat_statements is not installed in this database")
            self._note("stat_statements", missing, 0.0)

    def _find_databases(self, out: Families, found: Rows) -> None:
        names = [(row[0] or b"").decode() for row in found.rows]
        self._databases = [name for name in names if self._chosen(name)]

    def _statements(self, out: Families, session: Session, deadline: Deadline) -> None:
        wanted, extension = self._spec.statements, self._extension
        if wanted is None or extension is None:
            return
        query = statements.query(extension, wanted.top)
        started = time.perf_counter()
        [answer] = session.ask([Statement(query.sql.encode())], deadline)
        self._note(query.collector, answer, time.perf_counter() - started)
        if not isinstance(answer, Rows):
            return
        fill(out, query, answer, self._server, self._chosen)
        if wanted.text:
            self._statement_texts(out, session, extension, answer, deadline)

    def _statement_texts(
        self, out: Families, session: Session, extension: statements.Extension, found: Rows, deadline: Deadline
    ) -> None:
        unknown = self._texts.unknown(found)
        if unknown:
            [answer] = session.ask([statements.texts(extension, unknown)], deadline)
            if isinstance(answer, Rows):
                self._texts.learn(answer)
        family = out.family("pg_stat_statements_query_id", "counter", "The text of a statement; always 1.")
        for key, text in self._texts.known.items():
            family.add(1, f'queryid="{key.decode()}",query="{escaped(text.decode("utf-8", "replace"))}"')

    def _read_elsewhere(self, session: Session, sessions: Sessions, end: Deadline) -> None:
        tables = [query for query in self._queries if query.tables and not self._health.skips(query.collector)]
        slow = [query for query in tables if query.collector in SLOW]
        names: list[str | None] = [*([None] if slow else []), *self._databases]
        for name in self._elsewhere.due(names):
            if not end.left():
                return  # the oldest come first, so the next scrape goes on from here
            try:
                asked = session if name is None else sessions.session(name, end)[0]
                self._elsewhere.read(name, asked, slow if name is None else tables, end)
            except ScrapeError as error:
                self._elsewhere.failed(name)
                if name is None:
                    raise
                sessions.close(name)
                self._health.warn(f"database {name}", Failure("08006", str(error)), self._secrets)

    def _run_custom(self, session: Session, sessions: Sessions, end: Deadline) -> None:
        now = time.monotonic()
        for query in self._custom:
            if not query.due(now) or not end.left():
                continue
            other = query.spec.database if query.spec.database != session.database else None
            try:
                query.run(session if other is None else sessions.session(other, end)[0], end)
            except ScrapeError as error:
                query.fail("timeout" if error.reason == "timeout" else "connection", str(error))
                if other is None:
                    raise
                sessions.close(other)
            if query.detail:
                self._health.warn(f"query {query.spec.name}", Failure("", query.detail), self._secrets)


def _timed(answers: Iterable[list[Answer]]) -> Iterator[tuple[Answer, float]]:
    """Each answer, and the seconds since the one before it."""
    started = time.perf_counter()
    for [answer] in answers:
        now = time.perf_counter()
        yield answer, now - started
        started = time.perf_counter()
