"""One target is read by one thread at a time, and what came of it is said once."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from exporter.deadline import Deadline
from exporter.families import Families, Family
from exporter.lane import Lane, Outcome
from exporter.reasons import ScrapeError
from exporter.workers import Workers


@dataclass
class Target:
    """It does what the test says."""

    act: Callable[[], None] = lambda: None
    kind: str = "redis"
    target: str = "cache"
    labels: str = ""
    said: list[str] = field(default_factory=list)

    def collect(self, _: Deadline) -> Iterable[Family]:
        """Act, then be up."""
        self.said.append("collect")
        self.act()
        out = Families()
        out.gauge("redis_up", "Up.", 1)
        return out

    def down(self) -> Iterable[Family]:
        """Be down."""
        out = Families()
        out.gauge("redis_up", "Up.", 0)
        return out

    def abort(self) -> None:
        """Remember it."""
        self.said.append("abort")

    def close(self) -> None:
        """Remember it."""
        self.said.append("close")


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Threads that end with the test."""
    found = Workers("lane")
    yield found
    found.close()


def up(outcome: Outcome) -> float:
    """Whether the target is up."""
    return outcome.families[0].samples[0][1]


def fail() -> None:
    """As a server that is gone."""
    raise ScrapeError("refused", "nobody there")


def test_the_outcome_of_a_target_that_answers(workers: Workers) -> None:
    """Its families, no reason, and the seconds it took."""
    outcome = Lane(Target(lambda: time.sleep(0.01)), workers).start(Deadline.after(5)).result(5)

    assert (up(outcome), outcome.reason, outcome.detail) == (1, None, "")
    assert 0.01 <= outcome.seconds < 5


def test_the_outcome_of_a_target_that_fails(workers: Workers) -> None:
    """What stands for it, with reason and detail; a failure that brings families of its own keeps them."""
    own = Families()
    own.gauge("probe_success", "Success.", 0)

    def fail_with_families() -> None:
        raise ScrapeError("status", "500", own)

    down = Lane(Target(fail), workers).start(Deadline.after(5)).result(5)
    brought = Lane(Target(fail_with_families), workers).start(Deadline.after(5)).result(5)

    assert (up(down), down.reason, down.detail) == (0, "refused", "nobody there")
    assert [family.name for family in brought.families] == ["probe_success"]


def test_who_comes_while_it_runs_gets_the_same_outcome(workers: Workers) -> None:
    """Until the deadline; from then on the target is busy."""
    gate, begun = threading.Event(), threading.Event()

    def act() -> None:
        begun.set()
        gate.wait(30)

    target = Target(act)
    lane = Lane(target, workers)
    first = lane.start(Deadline.after(0.2))
    assert begun.wait(5)
    second = lane.start(Deadline.after(5))
    assert second is first
    assert lane.abandon().reason == "timeout"

    def late() -> Future[Outcome]:
        return lane.start(Deadline.after(5))

    while (found := late()) is first:
        time.sleep(0.01)
    assert found.result(1).reason == "busy"
    assert target.said == ["collect", "abort"]
    gate.set()
    assert up(first.result(5)) == 1
    assert late().result(5).reason is None


def test_a_lane_that_is_closed_while_it_runs_is_closed_when_it_has(workers: Workers) -> None:
    """Its connection belongs to the thread that reads it until then."""
    gate, begun = threading.Event(), threading.Event()

    def act() -> None:
        begun.set()
        gate.wait(30)

    target = Target(act)
    lane = Lane(target, workers)
    running = lane.start(Deadline.after(5))
    assert begun.wait(5)
    lane.close()
    assert target.said == ["collect", "abort"]
    gate.set()
    running.result(5)
    deadline = time.monotonic() + 5
    while target.said != ["collect", "abort", "close"]:
        assert time.monotonic() < deadline


def test_the_log_hears_of_changes_only(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    """Once that it fails, once that it answers."""
    caplog.set_level("INFO", "watchspec")
    target = Target(fail)
    lane = Lane(target, workers)
    for act in (fail, fail, lambda: None, lambda: None, fail):
        target.act = act
        lane.start(Deadline.after(5)).result(5)

    assert [record.getMessage() for record in caplog.records] == ["target fails", "target answers", "target fails"]


def test_observers_hear_of_every_collection(workers: Workers) -> None:
    """With the replica's address; not after the lane was closed."""
    seen: list[tuple[str, str, str, str | None]] = []
    target = Target(labels='instance="10.0.0.1:80"', kind="service", target="api")
    lane = Lane(target, workers, lambda *found: seen.append((*found[:3], found[3].reason)))
    for act in (lambda: None, fail):
        target.act = act
        lane.start(Deadline.after(5)).result(5)
    lane.close()

    assert seen == [("service", "api", "10.0.0.1:80", None), ("service", "api", "10.0.0.1:80", "refused")]
