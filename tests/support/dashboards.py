"""Walks over dashboards as Grafana reads them: panels, also inside collapsed rows; queries, variables, links."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from generator.layout import Files

Json = dict[str, Any]
"""A dashboard, or a part of one, as JSON holds it."""
FOLDER = PurePosixPath("grafana/dashboards")
VARIABLE = re.compile(r"\$(?P<bare>\w+)|\[\[(?P<square>\w+?)(?::\w+)?\]\]|\$\{(?P<brace>\w+)(?P<rest>[^}]*)\}")
"""What Grafana takes for a variable in a query or a link: `$a`, `[[a:format]]`, `${a.b:format}`."""
RATE_INTERVAL, RANGE, INTERVAL = "61s", "3607s", "59s"
"""What stands in for `$__rate_interval`, `$__range` and `$__interval`: nobody writes such durations by hand."""
_MACROS = {
    "__rate_interval": RATE_INTERVAL,
    "__range": RANGE,
    "__interval": INTERVAL,
    "__range_s": RANGE.removesuffix("s"),
    "__range_ms": f"{RANGE.removesuffix('s')}000",
    "__interval_ms": f"{INTERVAL.removesuffix('s')}000",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a panel or an annotation."""

    where: str
    """For messages."""
    expr: str
    legend: str = ""


def dashboards(files: Files) -> dict[str, Json]:
    """Every dashboard among generated `files`, by its file's name."""
    found = {PurePosixPath(path): text for path, text in files.items()}
    return {path.stem: json.loads(text) for path, text in found.items() if path.parent == FOLDER}


def panels(board: Json) -> Iterator[Json]:
    """Every panel that shows something, in the order of the page."""
    for panel in board["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def rows(board: Json) -> Iterator[Json]:
    """Every heading."""
    return (panel for panel in board["panels"] if panel["type"] == "row")


def queries(board: Json) -> Iterator[Asked]:
    """Every question to Prometheus: of panels, then of annotations."""
    for panel in panels(board):
        for target in panel.get("targets", ()):
            yield Asked(f"{panel['title']}, {target['refId']}", target["expr"], target.get("legendFormat", ""))
    for annotation in board["annotations"]["list"]:
        if "expr" in annotation:
            yield Asked(f"annotation {annotation['name']}", annotation["expr"])


def variables(board: Json) -> dict[str, Json]:
    """Its variables by their names."""
    return {variable["name"]: variable for variable in board["templating"]["list"]}


def filled_in(expr: str, values: Mapping[str, str] | None = None) -> str:
    """`expr` as Grafana sends it: macros, `values` by variable, every other variable as if all were chosen."""
    known = _MACROS | dict(values or {})

    def value(found: re.Match[str]) -> str:
        name = found["bare"] or found["square"] or found["brace"]
        return known.get(name, ".+")

    return VARIABLE.sub(value, expr)


def used(text: str) -> set[str]:
    """Names of the variables and macros that `text` mentions."""
    return {found["bare"] or found["square"] or found["brace"] for found in VARIABLE.finditer(text)}


def defaults(panel: Json) -> Json:
    """What a panel says of all its fields: unit, thresholds, mappings."""
    found: Json = panel["fieldConfig"]["defaults"]
    return found


def overrides(panel: Json, name: str) -> Iterator[Any]:
    """Values of the property `name` wherever a panel overrides it."""
    for override in panel["fieldConfig"]["overrides"]:
        yield from (found["value"] for found in override["properties"] if found["id"] == name)


def alert(panel: Json) -> str | None:
    """The alert that watches what a panel shows, as its link to the silence form says."""
    titles = [link["title"] for link in panel.get("links", ())]
    return next((title.removeprefix("Silence ") for title in titles if title.startswith("Silence ")), None)


def links(board: Json) -> Iterator[tuple[str, str]]:
    """Every link as where it stands and its address: of the bar, of panels, of their values and of columns."""
    yield from ((f"bar, {link['title']}", link["url"]) for link in board["links"] if link["type"] == "link")
    for panel in panels(board):
        columns = [link for group in overrides(panel, "links") for link in group]
        for link in (*panel.get("links", ()), *defaults(panel).get("links", ()), *columns):
            yield f"{panel['title']}, {link['title']}", link["url"]
