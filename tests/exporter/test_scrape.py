"""A scrape always answers, and a target costs only its own samples."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.reasons import ScrapeError
from exporter.scrape import Scraper, TooManyScrapesError
from exporter.selection import Selection

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
    closed: threading.Event = field(default_factory=threading.Event)

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
        """Remember it."""
        self.closed.set()

    def _up(self, value: int) -> Iterable[Family]:
        out = Families(render(target=self.target))
        out.gauge("redis_up", "Up.", value)
        return out


def page(scraper: Scraper, seconds: float, selection: Selection | None = None) -> bytes:
    """What a client gets that gives it so many seconds."""
    return scraper.page(selection or Selection(), Deadline.after(seconds))


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
    scrape = Scraper([Fake("a"), Fake("b", refuse), Fake("c")])

    found = values(page(scrape, 5))

    assert {target: found[f'redis_up{{target="{target}"}}'] for target in "abc"} == {"a": 1, "b": 0, "c": 1}
    assert found['watchspec_scrape_success{kind="redis",target="b"}'] == 0
    assert found['watchspec_scrape_errors_total{kind="redis",target="b",reason="refused"}'] == 1
    assert values(page(scrape, 5))['watchspec_scrape_errors_total{kind="redis",target="b",reason="refused"}'] == 2


def test_a_bug_costs_only_its_target_and_is_logged_once(values: Values, caplog: pytest.LogCaptureFixture) -> None:
    """With the traceback, so that it can be reported."""

    def stumble(_: Deadline) -> None:
        raise ZeroDivisionError

    scrape = Scraper([Fake("a", stumble), Fake("b")])

    pages = [values(page(scrape, 5)) for _ in range(3)]

    found = pages[-1]
    assert found['watchspec_scrape_errors_total{kind="redis",target="a",reason="internal"}'] == 3
    assert found['redis_up{target="b"}'] == 1
    assert sum(record.exc_info is not None for record in caplog.records) == 1


def test_a_hung_target_is_abandoned_then_busy_then_well_again(values: Values) -> None:
    """No second thread ever waits for it."""
    loose = threading.Event()
    hung = Fake("hung", waiting(loose))
    scrape = Scraper([hung, Fake("b")])
    before = threading.active_count()

    started = time.monotonic()
    pages = [values(page(scrape, 0.2)) for _ in range(4)]
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
    while values(page(scrape, 1))['redis_up{target="hung"}'] == 0:
        assert time.monotonic() < deadline
    scrape.close()


def test_one_of_fifty_hangs_and_the_others_are_whole(values: Values) -> None:
    """Within the time that was given."""
    loose = threading.Event()
    scrape = Scraper([Fake("t0", waiting(loose)), *(Fake(f"t{n}") for n in range(1, 50))])

    started = time.monotonic()
    found = values(page(scrape, 0.5))

    assert time.monotonic() - started < 1
    assert sum(found[f'redis_up{{target="t{n}"}}'] for n in range(50)) == 49
    loose.set()


def test_scrapes_at_the_same_time_share_one_collection(values: Values) -> None:
    """Two Prometheus servers do not double the load, and both get the samples."""
    gate = threading.Event()
    slow = Fake("slow", waiting(gate))
    scrape = Scraper([slow])
    pages: list[dict[str, float]] = []
    threads = [threading.Thread(target=lambda: pages.append(values(page(scrape, 5)))) for _ in range(5)]
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
    scrape = Scraper([cache, host])

    found = values(page(scrape, 5, Selection(collect=frozenset({"redis"}))))

    assert 'watchspec_scrape_success{kind="redis",target="cache"}' in found
    assert 'watchspec_scrape_success{kind="host",target="web"}' not in found
    assert not host.calls


def test_the_exporter_tells_of_its_own_process(values: Values) -> None:
    """Its version, memory and CPU time."""
    found = values(page(Scraper([]), 1))

    assert {
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
        "watchspec_duplicate_samples_total",
    } <= found.keys()
    assert any(series.startswith("watchspec_build_info{version=") for series in found)


def test_past_the_limit_a_scrape_is_refused_at_once(values: Values) -> None:
    """Those that run go on; when one has ended there is room again."""
    gate = threading.Event()
    scraper = Scraper([Fake("slow", waiting(gate))], scrapes=2)
    threads = [threading.Thread(target=page, args=(scraper, 5)) for _ in range(2)]
    for thread in threads:
        thread.start()
    until_full = time.monotonic() + 5
    while True:
        try:
            scraper.page(Selection(targets=frozenset({"nobody"})), Deadline.after(1))
        except TooManyScrapesError:
            break
        assert time.monotonic() < until_full
    gate.set()
    for thread in threads:
        thread.join()

    assert values(page(scraper, 5))['redis_up{target="slow"}'] == 1


def test_every_collection_is_observed_once() -> None:
    """With its kind, target and instance, and why it failed."""
    seen: list[tuple[str, str, str, str | None, str]] = []
    scraper = Scraper(
        [Fake("a"), Fake("b", refuse), Fake("c", kind="service", labels='instance="h:80"')],
        lambda kind, target, instance, outcome: seen.append((kind, target, instance, outcome.reason, outcome.detail)),
    )

    page(scraper, 5)

    assert sorted(seen, key=lambda one: one[1]) == [
        ("redis", "a", "", None, ""), ("redis", "b", "", "refused", "nobody there"), ("service", "c", "h:80", None, ""),
    ]  # fmt: skip


def test_taking_other_collectors_closes_only_those_that_are_gone(values: Values) -> None:
    """One that runs is told to stop, and closed when it has."""
    gate = threading.Event()
    kept, idle, busy = Fake("kept"), Fake("idle"), Fake("busy", waiting(gate))
    scraper = Scraper([kept, idle, busy])
    page(scraper, 0.1)

    scraper.take([kept, Fake("new")])

    assert (kept.closed.is_set(), idle.closed.is_set(), busy.closed.is_set()) == (False, True, False)
    assert busy.aborted.is_set()
    gate.set()
    assert busy.closed.wait(5)
    assert {'redis_up{target="kept"}', 'redis_up{target="new"}'} <= values(page(scraper, 5)).keys()
    assert scraper.targets == {"kept", "new"}


def test_pages_that_share_an_outcome_do_not_share_their_samples(values: Values) -> None:
    """Families of one name are joined on the page, not in the collector's hands."""
    gate = threading.Event()
    scraper = Scraper([Fake("a", waiting(gate)), Fake("b", waiting(gate))])
    pages: list[dict[str, float]] = []
    threads = [threading.Thread(target=lambda: pages.append(values(page(scraper, 5)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()

    assert [(found['redis_up{target="a"}'], found['redis_up{target="b"}']) for found in pages] == [(1, 1)] * 4
    assert [found["watchspec_duplicate_samples_total"] for found in pages] == [0] * 4
