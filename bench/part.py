"""What each part of the measurement takes and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import limits, table
from bench.limits import Limit


@dataclass(frozen=True, slots=True)
class Result:
    """A section of the report."""

    text: str
    broken: tuple[str, ...] = ()
    """Limits that do not hold, in words."""


Part = Callable[[Path, Mapping[str, str], int], Result]
"""(Empty folder, exporter → binary, number of scrapes) → result."""


def result(title: str, tables: Sequence[str], kept: Sequence[Limit]) -> Result:
    """A section of tables, the last of which is that of its limits."""
    text = "\n".join((f"## {title}\n", *tables, *([table.of_limits(kept)] if kept else [])))
    return Result(text, tuple(limits.broken(kept)))
