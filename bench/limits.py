"""What the costs must keep; each limit has a figure and what it may be at the most."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.measure import Cost

CPU_SHARE: Final = 0.8
"""Of the CPU that the four need together."""
RESIDENT_BYTES: Final = 50_000_000
RESIDENT_SHARE: Final = 0.6
"""Of the memory that the four need together."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One promise and how it stands."""

    what: str
    found: str
    most: str
    holds: bool


def of_scrapes(ours: Cost, theirs: Sequence[Cost]) -> Iterator[Limit]:
    """Limits of one run against the four."""
    yield _share("CPU per scrape, of the four's sum", ours.cpu, sum(cost.cpu for cost in theirs), CPU_SHARE)
    megabytes = f"{ours.resident / 1e6:.0f} MB"
    yield Limit("resident memory", megabytes, f"{RESIDENT_BYTES / 1e6:.0f} MB", ours.resident <= RESIDENT_BYTES)
    total = sum(cost.resident for cost in theirs)
    yield _share("resident memory, of the four's sum", ours.resident, total, RESIDENT_SHARE)
    slowest = max(cost.p99 for cost in theirs)
    yield _share("p99 of a scrape, of the slowest's", ours.p99, slowest, 1.0)


def at_most(what: str, found: float, most: float, unit: str) -> Limit:
    """A figure with a unit."""
    return Limit(
        what, f"{found:.2g} {unit}" if found < 10 else f"{found:.0f} {unit}", f"{most:g} {unit}", found <= most
    )


def broken(limits: Iterable[Limit]) -> list[str]:
    """The limits that do not hold, in words."""
    return [f"{limit.what}: {limit.found}, at most {limit.most}" for limit in limits if not limit.holds]


def _share(what: str, ours: float, theirs: float, most: float) -> Limit:
    return Limit(what, f"{ours / theirs:.2f}", f"{most:.2f}", ours <= most * theirs)
