"""One connection, used through libpq's pipeline mode: many statements, one round trip, each failing alone.

https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

import contextlib
import select
import socket
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Self

import psycopg
from psycopg import pq

from exporter.deadline import Deadline
from exporter.postgres.connect import limits, reason_of
from exporter.reasons import ScrapeError

_EVENTS: Final[dict[int, int]] = {pq.PollingStatus.READING: select.POLLIN, pq.PollingStatus.WRITING: select.POLLOUT}


class Statement(NamedTuple):
    """SQL with its parameters, in PostgreSQL's text format."""

    sql: bytes
    parameters: tuple[bytes | None, ...] = ()


class Rows(NamedTuple):
    """What a statement gave, in PostgreSQL's text format."""

    columns: tuple[str, ...]
    rows: list[tuple[bytes | None, ...]]


class Failure(NamedTuple):
    """Why a statement failed: https://www.postgresql.org/docs/current/errcodes-appendix.html."""

    state: str
    message: str


Answer = Rows | Failure
Batch = Sequence[Statement]
"""Statements in one transaction: when one fails, those after it are skipped."""


class Lost(ScrapeError):
    """The connection could not be made, or is gone."""


class Session:
    """A connection that is used by one thread; another one may `abort` it."""

    def __init__(self, connection: pq.abc.PGconn) -> None:
        """`connection` is open; `connect` makes one."""
        self._connection = connection
        self.version = connection.server_version
        """Such as 150018."""

    @classmethod
    def connect(cls, conninfo: bytes, deadline: Deadline) -> Self:
        """Connect by the deadline; raises `Lost`."""
        connection = pq.PGconn.connect_start(conninfo)
        try:
            # libpq is not to be asked before it can write: it would wait by itself then, and hold up every thread.
            failed = connection.status == pq.ConnStatus.BAD
            state = pq.PollingStatus.FAILED if failed else pq.PollingStatus.WRITING
            while state != pq.PollingStatus.OK:
                if state == pq.PollingStatus.FAILED:
                    text = connection.get_error_message()
                    raise Lost(reason_of(text), text)
                _wait(connection, _EVENTS[state], deadline)
                state = pq.PollingStatus(connection.connect_poll())
            connection.nonblocking = 1
            connection.notice_handler = None
            connection.enter_pipeline_mode()
        except BaseException:
            connection.finish()
            raise
        return cls(connection)

    @property
    def database(self) -> str:
        """The database that it is connected to."""
        return (self._connection.db or b"").decode()

    def run(self, batches: Sequence[Batch], deadline: Deadline) -> Iterator[list[Answer]]:
        """The answers of each batch in turn, as they come; raises `ScrapeError` when the connection or the time is up.

        The session's own limits go before them. An iteration that is not followed to its end leaves the connection
        unusable: close it.
        """
        everything = [[Statement(limits(self.version, deadline.remaining()).encode())], *batches]
        try:
            for batch in everything:
                for statement in batch:
                    self._connection.send_query_params(statement.sql, statement.parameters)
                self._connection.pipeline_sync()
            self._flush(deadline)
            for index, batch in enumerate(everything):
                answers = [self._answer(deadline) for _ in batch]
                self._result(deadline)  # the sync's own
                if index:
                    yield answers
        except psycopg.Error as error:
            raise Lost("refused", str(error)) from None

    def ask(self, batch: Batch, deadline: Deadline) -> list[Answer]:
        """The answers of one batch."""
        [answers] = list(self.run([batch], deadline))
        return answers

    def abort(self) -> None:
        """Cut the connection, from another thread: whoever waits for the server stops waiting."""
        with (
            contextlib.suppress(OSError, psycopg.Error),
            socket.socket(fileno=socket.dup(self._connection.socket)) as sock,
        ):
            sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; what the server still does for it, its own limits end."""
        self._connection.finish()

    def _answer(self, deadline: Deadline) -> Answer:
        result = self._result(deadline)
        if result is None or self._connection.status == pq.ConnStatus.BAD:
            raise Lost("refused", self._connection.get_error_message())
        self._result(deadline)  # the end of this statement's results
        if result.status in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
            return _rows(result)
        state = result.error_field(pq.DiagnosticField.SQLSTATE) or b""
        text = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"not run: what came before it failed"
        return Failure(state.decode(), text.decode("utf-8", "replace"))

    def _result(self, deadline: Deadline) -> pq.abc.PGresult | None:
        deadline.remaining()
        while self._connection.is_busy():
            _wait(self._connection, select.POLLIN, deadline)
            self._connection.consume_input()
        return self._connection.get_result()

    def _flush(self, deadline: Deadline) -> None:
        while self._connection.flush():
            # The server may stop reading until we take what it has to say.
            if _wait(self._connection, select.POLLIN | select.POLLOUT, deadline) & select.POLLIN:
                self._connection.consume_input()


def _rows(result: pq.abc.PGresult) -> Rows:
    width = range(result.nfields)
    columns = tuple((result.fname(index) or b"").decode() for index in width)
    value = result.get_value
    return Rows(columns, [tuple([value(row, column) for column in width]) for row in range(result.ntuples)])


def _wait(connection: pq.abc.PGconn, events: int, deadline: Deadline) -> int:
    poll = select.poll()
    poll.register(connection.socket, events)
    ready = poll.poll(deadline.remaining() * 1000)
    return ready[0][1] if ready else 0
