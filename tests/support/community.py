"""Dashboards that others have made: what they ask, as tables in `tests/live/community/`.

Names of metrics and labels are facts; the titles, and which queries stand there, are ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.panels import Json, Question

FOLDER: Final = Path(__file__).resolve().parent.parent / "live" / "community"
NAMES: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard."""

    name: str
    source: str
    """Where it is published."""
    variables: Mapping[str, Any]
    """Name → the query that fills it, with a `regex` if need be; in order."""
    several: frozenset[str]
    """Variables that hold several values."""
    queries: Mapping[str, str]
    """What a query shows → PromQL with variables."""
    empty: Mapping[str, str]
    """What has nothing to show here → why."""
    machine: Mapping[str, str]
    """What has nothing to show on some machines → why."""

    def templating(self) -> Json:
        """Its variables, as they stand in a dashboard."""
        return {"templating": {"list": [self._variable(name) for name in self.variables]}}

    def _variable(self, name: str) -> Json:
        written = self.variables[name]
        filled = written if isinstance(written, Mapping) else {"query": written}
        return {"name": name, "type": "query", "multi": name in self.several, **filled}

    def questions(self) -> Iterator[Question]:
        """Its queries."""
        for title, expr in self.queries.items():
            yield Question(title, "", expr)


def board(name: str) -> Board:
    """The dashboard of a file's name."""
    read = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    several, machine = frozenset(read.pop("several", ())), read.pop("may_be_empty", {})
    return Board(**read | {"several": several, "machine": machine, "empty": read.get("empty", {})})
