"""The pipeline, on a real server."""

import time
from collections.abc import Iterator

import pytest

from exporter.deadline import Deadline
from exporter.postgres.session import Failure, Lost, Rows, Session, Statement
from exporter.reasons import ScrapeError
from tests.support.databases import Target


@pytest.fixture
def session(target: Target) -> Iterator[Session]:
    """An open session."""
    opened = Session.connect(target.url().encode(), Deadline.after(5))
    yield opened
    opened.close()


def batches(*statements: str) -> list[list[Statement]]:
    """Each statement on its own."""
    return [[Statement(statement.encode())] for statement in statements]


def test_a_statement_that_fails_costs_only_itself(session: Session) -> None:
    """Those after it run, in the same round trip."""
    answers = [
        answer for [answer] in session.run(batches("SELECT 1 AS a", "SELECT 1/0", "SELECT 2"), Deadline.after(5))
    ]

    assert answers[0] == Rows(("a",), [(b"1",)])
    assert isinstance(answers[1], Failure)
    assert answers[1].state == "22012"
    assert isinstance(answers[2], Rows)
    assert answers[2].rows == [(b"2",)]


def test_a_batch_is_one_transaction(session: Session) -> None:
    """What follows a failure in the same batch is not run."""
    found = session.ask([Statement(b"SELECT 1/0"), Statement(b"SELECT 1")], Deadline.after(5))

    assert [type(answer) for answer in found] == [Failure, Failure]
    assert session.ask([Statement(b"SELECT $1::int + 1 AS n", (b"41",))], Deadline.after(5)) == [
        Rows(("n",), [(b"42",)])
    ]


def test_more_than_the_buffers_hold_goes_both_ways(session: Session) -> None:
    """Neither side waits for the other: 4 MB of statements, 4 MB of answers."""
    long = "x" * 100_000
    answers = list(session.run(batches(*[f"SELECT '{long}'"] * 40), Deadline.after(20)))

    assert [len(answer.rows[0][0] or b"") for [answer] in answers if isinstance(answer, Rows)] == [100_000] * 40


def test_a_statement_ends_before_the_scrape(session: Session) -> None:
    """At half of its time, so that others can still say something."""
    started = time.monotonic()
    [[slow], [fast]] = list(session.run(batches("SELECT pg_sleep(10)", "SELECT 1"), Deadline.after(1)))

    assert time.monotonic() - started < 0.9
    assert isinstance(slow, Failure)
    assert slow.state == "57014"
    assert isinstance(fast, Rows)


def test_the_deadline_ends_the_wait(session: Session) -> None:
    """Whatever the server does."""
    slow = batches(*["SELECT pg_sleep(0.14)"] * 10)
    started = time.monotonic()
    with pytest.raises(ScrapeError) as caught:
        list(session.run(slow, Deadline.after(0.3)))

    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 0.6


def test_a_connection_that_the_server_ends_is_lost(session: Session, target: Target) -> None:
    """Rather than empty."""
    target.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )
    with pytest.raises(Lost):
        session.ask([Statement(b"SELECT 1")], Deadline.after(5))


def test_nobody_there_is_refused() -> None:
    """At once."""
    with pytest.raises(Lost) as caught:
        Session.connect(b"host=127.0.0.1 port=1", Deadline.after(5))
    assert caught.value.reason == "refused"
