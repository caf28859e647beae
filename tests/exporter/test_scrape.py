"""A scrape always answers, and a target costs only its own samples."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.reasons import ScrapeError
from exporter.scrape import Scrape, Selection

Values = Callable[[object], dict[str, float]]


@dataclass
class Fake:
    """A target that does what the test says."""

    target: str
    act: Callable[[Deadline], None] = lambda _: None
    kind: str = "redis"
    labels: str = ""
    calls: list[float] = field(default_factory=list)
    aborted: threading.Event = field(default_factory=threading.Event)

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Act, then be up."""
        self.calls.append(time.monotonic())
        self.act(deadline)
        return self._up(1)

    def down(self) -> Iterable[Family]:
        """Be down."""
        return self._up(0)

    def abort(self) -> None:
        """Remember it."""
        self.aborted.set()

    def close(self) -> None:
        """Nothing to close."""

    def _up(self, value: int) -> Iterable[Family]:
        out = Families(render(target=self.target))
        out.gauge("redis_up", "Up.", value)
        return out


def refuse(_: Deadline) -> None:
    """Fail as a server does that is not there."""
    raise ScrapeError("refused", "nobody there")


def waiting(event: threading.Event) -> Callable[[Deadline], None]:
    """Hang until the event, whatever the deadline."""

    def wait(_: Deadline) -> None:
        event.wait(30)

    return wait


def test_a_failing_target_costs_only_its_own_samples(values: Values) -> None:
    """It is 0, and a counter says why."""
    scrape = Scrape([Fake("a"), Fake("b", refuse), Fake("c")])

    page = values(scrape.page(5))

    assert {target: page[f'redis_up{{target="{target}"}}'] for target in "abc"} == {"a": 1, "b": 0, "c": 1}
    assert page['watchspec_scrape_success{kind="redis",target="b"}'] == 0
    assert page['watchspec_scrape_errors_total{kind="redis",target="b",reason="refused"}'] == 1
    assert values(scrape.page(5))['watchspec_scrape_errors_total{kind="redis",target="b",reason="refused"}'] == 2


def test_a_bug_costs_only_its_target_and_is_logged_once(values: Values, caplog: pytest.LogCaptureFixture) -> None:
    """With the traceback, so that it can be reported."""

    def stumble(_: Deadline) -> None:
        raise ZeroDivisionError

    scrape = Scrape([Fake("a", stumble), Fake("b")])

    pages = [values(scrape.page(5)) for _ in range(3)]

    page = pages[-1]
    assert page['watchspec_scrape_errors_total{kind="redis",target="a",reason="internal"}'] == 3
    assert page['redis_up{target="b"}'] == 1
    assert sum(record.exc_info is not None for record in caplog.records) == 1


def test_a_hung_target_is_abandoned_then_busy_then_well_again(values: Values) -> None:
    """No second thread ever waits for it."""
    loose = threading.Event()
    hung = Fake("hung", waiting(loose))
    scrape = Scrape([hung, Fake("b")])
    before = threading.active_count()

    started = time.monotonic()
    pages = [values(scrape.page(0.2)) for _ in range(4)]
    assert time.monotonic() - started < 2

    assert hung.aborted.is_set()
    assert [page['redis_up{target="hung"}'] for page in pages] == [0] * 4
    assert [page['redis_up{target="b"}'] for page in pages] == [1] * 4
    assert pages[-1]['watchspec_scrape_errors_total{kind="redis",target="hung",reason="timeout"}'] == 1
    assert pages[-1]['watchspec_scrape_errors_total{kind="redis",target="hung",reason="busy"}'] == 3
    assert len(hung.calls) == 1
    assert threading.active_count() <= before + 2  # one hangs, one serves the other target

    loose.set()
    deadline = time.monotonic() + 5
    while values(scrape.page(1))['redis_up{target="hung"}'] == 0:
        assert time.monotonic() < deadline
    scrape.close()


def test_one_of_fifty_hangs_and_the_others_are_whole(values: Values) -> None:
    """Within the time that was given."""
    loose = threading.Event()
    scrape = Scrape([Fake("t0", waiting(loose)), *(Fake(f"t{n}") for n in range(1, 50))])

    started = time.monotonic()
    page = values(scrape.page(0.5))

    assert time.monotonic() - started < 1
    assert sum(page[f'redis_up{{target="t{n}"}}'] for n in range(50)) == 49
    loose.set()


def test_scrapes_at_the_same_time_share_one_collection(values: Values) -> None:
    """Two Prometheus servers do not double the load, and both get the samples."""
    gate = threading.Event()
    slow = Fake("slow", waiting(gate))
    scrape = Scrape([slow])
    pages: list[dict[str, float]] = []
    threads = [threading.Thread(target=lambda: pages.append(values(scrape.page(5)))) for _ in range(5)]
    for thread in threads:
        thread.start()
    while not slow.calls:
        time.sleep(0.001)
    gate.set()
    for thread in threads:
        thread.join()

    assert [page['redis_up{target="slow"}'] for page in pages] == [1] * 5
    assert len(slow.calls) < 5


def test_a_selection_scrapes_only_what_it_names(values: Values) -> None:
    """By kind, by target, or both."""
    cache, host = Fake("cache"), Fake("web", kind="host")
    scrape = Scrape([cache, host])

    page = values(scrape.page(5, Selection(kinds=frozenset({"redis"}))))

    assert 'watchspec_scrape_success{kind="redis",target="cache"}' in page
    assert 'watchspec_scrape_success{kind="host",target="web"}' not in page
    assert not host.calls


def test_the_exporter_tells_of_its_own_process(values: Values) -> None:
    """Its version, memory and CPU time."""
    page = values(Scrape([]).page(1))

    assert {
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
        "watchspec_duplicate_samples_total",
    } <= page.keys()
    assert any(series.startswith("watchspec_build_info{version=") for series in page)
