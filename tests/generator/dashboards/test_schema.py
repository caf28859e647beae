"""Every dashboard has the keys, types and values that Grafana's own types and its Foundation SDK give it."""

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from generator.dashboards._sdk import model
from generator.grafana import encode
from tests.support import schema
from tests.support.dashboards import Json, defaults, panels
from tests.support.sdk_types import faults


def test_grafanas_types_accept_every_dashboard(every: Mapping[str, Json], tmp_path: Path) -> None:
    """By the compiler: keys, types and values, each panel's by its type."""
    assert schema.complaints(every, tmp_path) == []


def test_the_sdks_classes_accept_every_dashboard(boards: Mapping[str, Json]) -> None:
    """Without a compiler too, and for the version of Grafana that the SDK was made for."""
    assert {name: found for name, board in boards.items() if (found := faults(board))} == {}


def test_the_sdk_reads_back_all_of_it(boards: Mapping[str, Json]) -> None:
    """Nothing may be lost but the place of links, which the SDK sets by itself."""
    for board in boards.values():
        again = json.loads(encode(model.Dashboard.from_json(board)))
        for link in again["links"]:
            link.pop("placement", None)
        assert again == board


@pytest.fixture
def small(bundled: Mapping[str, Json]) -> Json:
    """The bundled overview with one panel of each type."""
    board = copy.deepcopy(bundled["overview"])
    board["panels"] = list({panel["type"]: panel for panel in panels(board)}.values())
    return board


def _first(board: Json, kind: str) -> Json:
    return next(panel for panel in panels(board) if panel["type"] == kind)


MISTAKES: Mapping[str, Callable[[Json], object]] = {
    "a wrong type": lambda board: board.update(editable="yes"),
    "a number that is text": lambda board: _first(board, "stat")["gridPos"].update(w="8"),
    "text that is a number": lambda board: defaults(_first(board, "stat")).update(unit=5),
    "an unknown key": lambda board: board.update(refreshh="30s"),
    "an unknown key of a panel": lambda board: _first(board, "timeseries").update(titel="CPU"),
    "an unknown option": lambda board: _first(board, "stat")["options"].update(colourMode="value"),
    "an option of another type of panel": lambda board: _first(board, "timeseries")["options"].update(graphMode="none"),
    "an unknown key of lines": lambda board: defaults(_first(board, "timeseries"))["custom"].update(lineWith=2),
    "an unknown key of a query": lambda board: _first(board, "stat")["targets"][0].update(legend="x"),
    "an unknown key of a link": lambda board: board["links"][0].update(adress="x"),
    "an unknown key of a variable": lambda board: board["templating"]["list"][1].update(regexp="x"),
    "an unknown key of an annotation": lambda board: board["annotations"]["list"][0].update(title="x"),
    "an unknown value": lambda board: _first(board, "stat")["options"].update(colorMode="backgroundsolid"),
    "an unknown number": lambda board: board["templating"]["list"][1].update(refresh=3),
    "an unknown type of panel": lambda board: _first(board, "stat").update(type="singlestatt"),
    "an unknown property of a column": lambda board: _first(board, "table")["fieldConfig"]["overrides"][0][
        "properties"
    ].append({"id": "unitt", "value": "s"}),
    "a property of another type": lambda board: _first(board, "table")["fieldConfig"]["overrides"][0][
        "properties"
    ].append({"id": "decimals", "value": "2"}),
}
"""What each check must see, made in the overview of the bundled spec."""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_sdks_classes_see_a_mistake(mistake: str, small: Json) -> None:
    """The check itself."""
    MISTAKES[mistake](small)
    assert len(faults(small)) == 1


def test_grafanas_types_see_every_mistake(small: Json, tmp_path: Path) -> None:
    """The check itself, with the line of the mistake; in one run, as the compiler takes seconds to begin."""
    broken = {name: copy.deepcopy(small) for name in MISTAKES}
    for name, board in broken.items():
        MISTAKES[name](board)
    found = schema.complaints(broken, tmp_path)
    assert [name for name in MISTAKES if not any(text.startswith(f"{name}, ") for text in found)] == []
    line = _line(broken["a wrong type"], '"editable": "yes"')
    assert any(text.startswith(f"a wrong type, {line}: error TS2322: Type 'string' is not") for text in found)


def _line(board: Json, part: str) -> int:
    """Of `part` in the file of `board`."""
    lines = json.dumps(board, indent=2).splitlines()
    return 1 + next(index for index, line in enumerate(lines) if part in line)


def test_the_compiler_and_the_types_are_pinned_by_hash() -> None:
    """Wherever they come from: the lock names no registry."""
    lock = json.loads((schema.FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert {name.removeprefix("node_modules/"): package["version"] for name, package in packages.items()} == {
        "@grafana/schema": "13.2.3",
        "typescript": "6.0.3",
    }
    for package in packages.values():
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package
