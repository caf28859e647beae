"""Threads that are reused, and that end when nobody needs them."""

import threading
from collections.abc import Callable

from exporter.workers import Workers
from tests.support.servers import wait_until


def alive(name: str) -> int:
    """How many threads of that name there are."""
    return sum(thread.name == name for thread in threading.enumerate())


def hang(workers: Workers, gate: threading.Event, number: int) -> Callable[[], int]:
    """Let so many jobs hang at the gate; how many have ended so far."""
    ended: list[None] = []

    def job() -> None:
        gate.wait(30)
        ended.append(None)

    for _ in range(number):
        workers.submit(job)
    return lambda: len(ended)


def test_every_job_runs_though_others_hang() -> None:
    """Each has a thread of its own."""
    workers, gate, done = Workers("side-by-side"), threading.Event(), threading.Event()
    ended = hang(workers, gate, 5)
    workers.submit(done.set)

    assert done.wait(5)
    assert ended() == 0
    gate.set()
    wait_until(lambda: ended() == 5, "the others")
    workers.close()


def test_only_so_many_threads_are_kept() -> None:
    """Those beyond them end with their job."""
    workers, gate = Workers("kept", 2), threading.Event()
    hang(workers, gate, 6)
    assert alive("kept") == 6

    gate.set()
    wait_until(lambda: alive("kept") == 2, "four to end")
    workers.keep(1)
    wait_until(lambda: alive("kept") == 1, "one more to end")
    workers.close()
    wait_until(lambda: alive("kept") == 0, "the last one to end")


def test_one_that_hangs_ends_when_it_gets_loose_after_the_close() -> None:
    """And takes no other job."""
    workers, gate = Workers("late"), threading.Event()
    hang(workers, gate, 1)
    workers.close()
    assert alive("late") == 1

    gate.set()
    wait_until(lambda: alive("late") == 0, "it to end")


def test_jobs_after_each_other_share_a_thread() -> None:
    """No thread is started for each of them."""
    workers, seen = Workers("shared"), []
    for _ in range(20):
        done = threading.Event()

        def job(done: threading.Event = done) -> None:
            seen.append(threading.get_ident())
            done.set()

        workers.submit(job)
        assert done.wait(5)
        wait_until(lambda: workers._idle == 1, "the thread to be idle")

    assert len(set(seen)) == 1
    workers.close()
