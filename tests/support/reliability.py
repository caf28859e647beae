"""What came of each fault, as the table of docs/reliability.md."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.support.chaos import Run, Told
from tests.support.strikes import Fault

BEGIN: Final = "<!-- faults: begin; written by the test -->"
END: Final = "<!-- faults: end -->"
_COLUMNS: Final = (
    "fault", "what was seen", "all well after", "told after", "lost", "end not told", "twice", "the stack's own alerts",
)  # fmt: skip
_HEAD: Final = (f"| {' | '.join(_COLUMNS)} |", "|---|---|--:|--:|--:|--:|--:|---|")


@dataclass(frozen=True)
class Outcome:
    """One fault, from the strike to the message."""

    fault: Fault
    seen: str
    struck: float
    """Unix seconds."""
    well: float
    """Seconds from the end of the fault until all was well."""
    told: float
    """Seconds from the end of the fault until the alert that began meanwhile was told; less than 0 is during it."""
    begins: str
    ends: str


def _spans(outcomes: Sequence[Outcome]) -> Iterator[tuple[Outcome, float, float]]:
    """Each with the time until the next fault."""
    moments = [*(outcome.struck for outcome in outcomes), float("inf")]
    return ((outcome, *span) for outcome, span in zip(outcomes, pairwise(moments), strict=True))


def doubles(run: Run, outcomes: Sequence[Outcome]) -> dict[str, list[Told]]:
    """The messages that came a second time, by the fault that was last."""
    return {outcome.fault.name: run.doubles(begin, end) for outcome, begin, end in _spans(outcomes)}


def table(run: Run, outcomes: Sequence[Outcome]) -> str:
    """A row for each fault, and where it was measured."""
    twice = doubles(run, outcomes)
    rows = [_row(run, outcome, len(twice[outcome.fault.name]), end) for outcome, _, end in _spans(outcomes)]
    machine = f"{os.cpu_count()} CPUs, load {os.getloadavg()[2]:.0f}; Linux {platform.release()}"
    return "\n".join((*_HEAD, *rows, "", f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine}."))


def _row(run: Run, outcome: Outcome, twice: int, end: float) -> str:
    lost, untold = (int(not run.is_told(*said)) for said in ((outcome.begins, "firing"), (outcome.ends, "resolved")))
    told = f"{outcome.told:.0f} s" if outcome.told > 0 else "during it"
    own = ", ".join(f"`{name}`" for name in sorted(run.others(outcome.struck, end)))
    cells = (outcome.fault.name, outcome.seen, f"{outcome.well:.0f} s", told, lost, untold, twice, own)
    return f"| {' | '.join(map(str, cells))} |"


def write(page: Path, text: str) -> None:
    """Put the table between the marks of the page."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, "the page has no place for the table"
    assert end, "the place for the table has no end"
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def names(page: Path) -> list[str]:
    """The faults that the page has a row for."""
    _, _, rest = page.read_text().partition(BEGIN)
    rows = [line for line in rest.partition(END)[0].splitlines() if line.startswith("| ")]
    return [row.split("|")[1].strip() for row in rows[1:]]
