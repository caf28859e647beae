"""Business metrics: the rows of a query that the spec gives."""

import time
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from exporter.deadline import Deadline
from exporter.families import Families, render
from exporter.postgres.families import rendered
from exporter.postgres.session import Answer, Batch, Failure, Rows, Session, Statement

if TYPE_CHECKING:
    from watchspec.spec.postgres import Query as QuerySpec

Fault = Literal["timeout", "denied", "read_only", "column", "value", "sql", "connection"]
"""timeout: it took too long. denied: no right to something. read_only: it tried to write. column: the value's column or
a label's is not there. value: a value is no number. sql: anything else that the server refused. connection: the server
or the database could not be asked."""
_FAULTS: Final[dict[str, Fault]] = {"57014": "timeout", "55P03": "timeout", "42501": "denied", "25006": "read_only"}
_SWITCHES: Final = {b"t": 1.0, b"f": 0.0}


class BadRows(Exception):
    """The query ran, but its rows are no samples."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault


class Samples(NamedTuple):
    """What a query's rows became."""

    samples: dict[str, float]
    """By their rendered labels."""
    truncated: bool
    """Whether there were more rows than the limit."""
    duplicates: int
    """Rows that had the labels of an earlier one."""


class CustomQuery:
    """One query with its last result."""

    def __init__(self, spec: "QuerySpec") -> None:
        self.spec = spec
        self.detail = ""
        """Why the last run failed, for the log."""
        self._label = render(query=spec.name)
        self._tried = self._read = self._seconds = 0.0
        self._found: Samples | None = None
        self._errors: Counter[Fault] = Counter()

    def due(self, now: float) -> bool:
        """Whether the result is too old, or there is none; `now` is of the monotonic clock."""
        return not self._tried or now - self._tried >= self.spec.every.seconds

    def run(self, session: Session, deadline: Deadline) -> None:
        """Ask the server; a failure that leaves the connection whole is kept, another one raised as `ScrapeError`."""
        self._tried = started = time.monotonic()
        milliseconds = max(1, int(min(self.spec.timeout.seconds, deadline.remaining() * 0.8) * 1000))
        asked = [batch(self.spec.sql, milliseconds, self.spec.rows), [Statement(b"ROLLBACK")]]
        answers, _ = session.run(asked, deadline)
        self._seconds = time.monotonic() - started
        self._take(answers)

    def fail(self, fault: Fault, detail: str) -> None:
        """Note that it could not be asked; what it said before is no longer true."""
        self._tried = time.monotonic()
        self._found, self.detail = None, f"{fault}: {detail}"
        self._errors[fault] += 1

    def publish(self, out: Families) -> None:
        """Add its samples, and how it went."""
        label, found = self._label, self._found
        out.gauge(
            "watchspec_query_success", "Whether the query gave samples when it ran last.", int(found is not None), label
        )
        out.gauge("watchspec_query_duration_seconds", "How long the query took, in seconds.", self._seconds, label)
        for fault, count in self._errors.items():
            text = "Runs of the query that failed, by reason."
            out.counter("watchspec_query_errors_total", text, count, f"{label},{render(reason=fault)}")
        if found is None:
            return
        text = "Age of the query's result, in seconds."
        out.gauge("watchspec_query_age_seconds", text, time.monotonic() - self._read, label)
        text = "Whether rows past the limit were left out."
        out.gauge("watchspec_query_rows_truncated", text, int(found.truncated), label)
        text = "Rows left out because an earlier one had the same labels."
        out.gauge("watchspec_query_duplicate_rows", text, found.duplicates, label)
        family = out.family(self.spec.name, self.spec.type, self.spec.help)
        for labels, value in found.samples.items():
            family.add(value, labels)

    def _take(self, answers: list[Answer]) -> None:
        failure = next((answer for answer in answers if isinstance(answer, Failure)), None)
        if failure is not None:
            self.fail(_FAULTS.get(failure.state, "sql"), failure.message)
            return
        rows = [answer for answer in answers if isinstance(answer, Rows)]
        try:
            self._found = samples(rows[-1], self.spec.value, self.spec.labels, self.spec.rows)
        except BadRows as error:
            self.fail(error.fault, str(error))
            return
        self._read, self.detail = time.monotonic(), ""


def batch(sql: str, milliseconds: int, rows: int) -> Batch:
    """One read-only transaction that fetches one row more than the limit; it is to be rolled back.

    A cursor can be declared for a SELECT, VALUES or TABLE only, and the server stops where we do.
    """
    return [
        Statement(b"BEGIN READ ONLY"),
        Statement(f"SET LOCAL statement_timeout = {milliseconds:d}".encode()),
        Statement(f"DECLARE watchspec NO SCROLL CURSOR FOR {sql.strip().rstrip(';')}".encode()),
        Statement(f"FETCH {rows + 1:d} FROM watchspec".encode()),
    ]


def samples(found: Rows, value: str, labels: tuple[str, ...], limit: int) -> Samples:
    """Rows as samples; raises `BadRows` for a missing column or a value that is no number."""
    for name in (value, *labels):
        if name not in found.columns:
            has = ", ".join(found.columns)
            raise BadRows("column", f'the result has no column "{name}"; it has {has}')
    at = found.columns.index(value)
    kept = found._replace(rows=[row for row in found.rows[:limit] if row[at] is not None])
    result: dict[str, float] = {}
    for row, label in zip(kept.rows, rendered(kept, labels), strict=True):
        result.setdefault(label, _number(row[at] or b"", value))
    return Samples(result, len(found.rows) > limit, len(kept.rows) - len(result))


def _number(text: bytes, column: str) -> float:
    try:
        return _SWITCHES[text] if text in _SWITCHES else float(text)
    except ValueError:
        raise BadRows("value", f'column "{column}" is no number') from None
