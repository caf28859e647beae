"""Which part of the page a query asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.lane import Collector
from exporter.scrape import Scraper
from exporter.selection import SelectionError, selected
from watchspec.kinds import KINDS


@dataclass
class Whole:
    """A target that is read as one."""

    kind: str
    target: str
    labels: str = ""

    def collect(self, _: Deadline) -> Iterable[Family]:
        """Its kind and name."""
        out = Families(render(target=self.target))
        out.gauge(f"{self.kind}_up", "Up.", 1)
        return out

    def down(self) -> Iterable[Family]:
        """Nothing."""
        return ()

    def abort(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


@dataclass
class Parted(Whole):
    """A host with parts."""

    parts: frozenset[str] = frozenset({"cpu", "meminfo", "time"})
    opened: list[frozenset[str]] = field(default_factory=list)

    def only(self, parts: frozenset[str]) -> Collector:
        """The same with fewer parts."""
        self.opened.append(parts)
        return Parted(self.kind, self.target, parts=parts)

    def collect(self, _: Deadline) -> Iterable[Family]:
        """Its parts."""
        out = Families()
        for part in self.parts:
            out.gauge(f"node_{part}", "A part.", 1)
        return out


def names(
    scraper: Scraper, collect: Iterable[str] = (), exclude: Iterable[str] = (), targets: Iterable[str] = ()
) -> str:
    """What the page of a query has, less what the exporter says of itself."""
    page = scraper.page(scraper.select(collect, exclude, targets), Deadline.after(5)).decode()
    series = {line.partition(" ")[0] for line in page.splitlines() if line and line[0] != "#"}
    return " ".join(sorted(one for one in series if not one.startswith(("watchspec_", "process_", "python_"))))


CACHE, QUEUE = 'redis_up{target="cache"}', 'redis_up{target="queue"}'


@pytest.mark.parametrize(
    ("collect", "exclude", "targets", "found"),
    [
        ((), (), (), f"node_cpu node_meminfo node_time {CACHE} {QUEUE}"),
        (["redis"], (), (), f"{CACHE} {QUEUE}"),
        (["host"], (), (), "node_cpu node_meminfo node_time"),
        (["cpu"], (), (), "node_cpu"),
        (["cpu", "time", "redis"], (), ["cache", "web"], f"node_cpu node_time {CACHE}"),
        (["cpu", "host"], (), (), "node_cpu node_meminfo node_time"),
        ((), ["redis"], (), "node_cpu node_meminfo node_time"),
        ((), ["cpu", "time"], (), f"node_meminfo {CACHE} {QUEUE}"),
        ((), ["cpu", "time", "meminfo"], (), f"{CACHE} {QUEUE}"),
        ((), ["host"], ["queue", "web"], QUEUE),
        (["postgres"], (), (), ""),
    ],
)
def test_a_query_chooses_kinds_parts_and_targets(
    collect: list[str], exclude: list[str], targets: list[str], found: str
) -> None:
    """As node_exporter's `collect[]` and `exclude[]`, with kinds and targets besides."""
    scraper = Scraper([Parted("host", "web"), Whole("redis", "cache"), Whole("redis", "queue")])

    assert names(scraper, collect, exclude, targets) == found


@pytest.mark.parametrize(
    ("collect", "exclude", "targets", "message"),
    [
        (["cpu"], ["time"], [], r"collect\[\] and exclude\[\] cannot be combined"),
        (["mongodb"], [], ["nobody", "cache"], "unknown: mongodb, nobody"),
        ([], ["gpu"], [], "unknown: gpu"),
    ],
)
def test_what_makes_no_sense_is_refused(
    collect: list[str], exclude: list[str], targets: list[str], message: str
) -> None:
    """Rather than answered with an empty page, which nobody notices."""
    with pytest.raises(SelectionError, match=message):
        selected([Parted("host", "web"), Whole("redis", "cache")], collect, exclude, targets, KINDS)


def test_a_choice_of_parts_is_remembered_but_not_every_one() -> None:
    """Prometheus asks for the same again and again; a client that tries all of them takes no memory."""
    host = Parted("host", "web", parts=frozenset({f"part{number}" for number in range(12)}))
    scraper = Scraper([host])

    for _ in range(3):
        assert names(scraper, ["part1", "part2"]) == "node_part1 node_part2"
    assert host.opened == [frozenset({"part1", "part2"})]
    for number in range(12):
        assert names(scraper, [f"part{number}"]) == f"node_part{number}"
    assert len(scraper._views) <= 8


def test_who_watches_the_board_hears_nothing_of_a_part() -> None:
    """It says nothing of the whole target."""
    seen: list[str] = []
    scraper = Scraper([Parted("host", "web")], lambda kind, target, instance, outcome: seen.append(target))

    names(scraper, ["cpu"])
    assert seen == []
    names(scraper)
    assert seen == ["web"]
