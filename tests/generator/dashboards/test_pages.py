"""The frame and the grid of every dashboard."""

import copy
import itertools
import re
from collections.abc import Callable, Iterator, Mapping

import pytest

from generator.dashboards._sdk import model
from generator.dashboards.address import UID_LENGTH, uid
from tests.support.dashboards import Json, panels, rows, used, variables
from watchspec.spec import Spec

COLUMNS = 24
MOST_PANELS = 25
Cells = set[tuple[int, int]]


def everywhere(board: Json) -> Iterator[Json]:
    """Panels and headings."""
    yield from rows(board)
    yield from panels(board)


def cells(panel: Json) -> Cells:
    """What a panel covers of the grid."""
    place = panel["gridPos"]
    across, down = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
    return set(itertools.product(across, down))


def covered(panels_: list[Json]) -> Cells:
    """What `panels_` cover together; fail where two cover the same, or one covers nothing or leaves the grid."""
    taken: Cells = set()
    for panel in panels_:
        own = cells(panel)
        assert own, panel["title"]
        assert not own & taken, panel["title"]
        assert min(min(own)) >= 0, panel["title"]
        assert max(column for column, _ in own) < COLUMNS, panel["title"]
        taken |= own
    return taken


def test_panels_and_headings_have_ids_of_their_own(boards: Mapping[str, Json]) -> None:
    """Grafana renumbers panels of the same id, which breaks links to them."""
    for board in boards.values():
        ids = [panel["id"] for panel in everywhere(board)]
        assert sorted(ids) == list(range(1, len(ids) + 1))


def test_no_panel_overlaps_another_or_leaves_the_grid(boards: Mapping[str, Json]) -> None:
    """Of what is shown at first; and below each heading that is opened, as it is opened over what comes after it."""
    for board in boards.values():
        covered(board["panels"])
        for row in rows(board):
            below = covered(row["panels"])
            assert all(line > row["gridPos"]["y"] for _, line in below), row["title"]


def test_panels_are_nested_exactly_in_collapsed_headings(boards: Mapping[str, Json]) -> None:
    """Grafana drops the panels of an open heading, and shows those after a collapsed one as its neighbours."""
    for board in boards.values():
        assert [bool(row["panels"]) for row in rows(board)] == [row["collapsed"] for row in rows(board)]


def test_there_are_few_panels(boards: Mapping[str, Json]) -> None:
    """What is not seen at a glance belongs to a dashboard of its own."""
    assert {
        name: found for name, board in boards.items() if not 1 <= (found := len([*panels(board)])) <= MOST_PANELS
    } == {}


def test_no_heading_is_empty_and_no_title_comes_twice(boards: Mapping[str, Json]) -> None:
    """People say the title when they point at a panel."""
    for board in boards.values():
        for titles in ([one["title"] for one in panels(board)], [one["title"] for one in rows(board)]):
            assert len(titles) == len(set(titles))
        following = itertools.pairwise([*board["panels"], {"type": "row"}])
        assert not [
            row["title"] for row, after in following if row["type"] == after["type"] == "row" and not row["panels"]
        ]


def test_uids_are_stable_short_and_unlike(boards: Mapping[str, Json], spec: Spec) -> None:
    """Made of the names of stack and dashboard; titles are unlike too."""
    assert {name: board["uid"] for name, board in boards.items()} == {name: uid(spec, name) for name in boards}
    for field in ("uid", "title"):
        assert len({board[field] for board in boards.values()}) == len(boards)
    for board in boards.values():
        assert re.fullmatch(rf"[a-z0-9_-]{{1,{UID_LENGTH}}}", board["uid"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schemaVersion", 42),
        ("editable", False),
        ("refresh", "30s"),
        ("time", {"from": "now-1h", "to": "now"}),
        ("timezone", "browser"),
        ("graphTooltip", model.DashboardCursorSync.CROSSHAIR.value),
    ],
)
def test_every_dashboard_has_the_same_frame(boards: Mapping[str, Json], field: str, value: object) -> None:
    """One that behaves otherwise surprises."""
    assert {name: board.get(field) for name, board in boards.items()} == dict.fromkeys(boards, value)


@pytest.mark.parametrize("field", ["id", "version", "iteration", "__inputs", "__requires", "dashboard", "gnetId"])
def test_nothing_of_a_database_or_an_export_is_left(boards: Mapping[str, Json], field: str) -> None:
    """Grafana counts versions itself, and asks about inputs only when people import by hand."""
    assert [name for name, board in boards.items() if field in board] == []


def test_dashboards_find_each_other_by_a_tag(boards: Mapping[str, Json]) -> None:
    """The menu of the bar lists what has the tag, and keeps what is chosen."""
    for name, board in boards.items():
        assert board["tags"] == ["watchspec", name]
        (menu,) = (link for link in board["links"] if link["type"] == "dashboards")
        assert (menu["tags"], menu["includeVars"], menu["keepTime"]) == (["watchspec"], True, True)


def test_what_chooses_several_can_choose_all(boards: Mapping[str, Json]) -> None:
    """All is any value: a list of two hundred names makes a query that Prometheus refuses."""
    for board in boards.values():
        for name, variable in variables(board).items():
            if variable.get("multi") or variable.get("includeAll"):
                assert variable["allValue"] == ".+", name
                assert variable["current"]["value"] == "$__all", name


def test_every_variable_is_used(boards: Mapping[str, Json]) -> None:
    """Choosing what changes nothing is a trap."""
    for name, board in boards.items():
        text = str([board["panels"], board["annotations"], [one["query"] for one in variables(board).values()]])
        assert set(variables(board)) <= used(text), name


def test_firing_alerts_are_marked_on_every_dashboard(boards: Mapping[str, Json]) -> None:
    """At the moment they fire, over whatever is drawn."""
    for board in boards.values():
        first = board["annotations"]["list"][0]
        assert first["enable"]
        assert first["expr"].startswith('ALERTS{alertstate="firing"')
        assert "{{alertname}}" in first["titleFormat"]


def folded(boards: Mapping[str, Json]) -> Json:
    """The last open heading of the overview, with what is below it folded in, as people would."""
    found = boards["overview"]["panels"]
    headings = [index for index, panel in enumerate(found) if panel["type"] == "row"]
    first = max(index for index in headings if not found[index]["collapsed"])
    end = next((index for index in headings if index > first), len(found))
    row: Json = found[first]
    row.update(collapsed=True, panels=found[first + 1 : end])
    del found[first + 1 : end]
    return row


def test_folded_panels_are_seen(bundled: Mapping[str, Json]) -> None:
    """They count, and take places of their own."""
    copied = copy.deepcopy(dict(bundled))
    folded(copied)
    assert [*panels(copied["overview"])] == [*panels(bundled["overview"])]
    test_panels_and_headings_have_ids_of_their_own(copied)
    test_no_panel_overlaps_another_or_leaves_the_grid(copied)
    test_panels_are_nested_exactly_in_collapsed_headings(copied)


MISTAKES: list[tuple[Callable[..., None], Callable[[Mapping[str, Json]], object]]] = [
    (test_panels_and_headings_have_ids_of_their_own, lambda boards: folded(boards)["panels"][0].update(id=1)),
    (
        test_no_panel_overlaps_another_or_leaves_the_grid,
        lambda boards: folded(boards)["panels"][0]["gridPos"].update(y=0),
    ),
    (
        test_no_panel_overlaps_another_or_leaves_the_grid,
        lambda boards: boards["overview"]["panels"][1]["gridPos"].update(x=0),
    ),
    (test_panels_are_nested_exactly_in_collapsed_headings, lambda boards: folded(boards).update(collapsed=False)),
    (test_there_are_few_panels, lambda boards: boards["slo"].update(panels=[])),
    (test_there_are_few_panels, lambda boards: boards["slo"].update(panels=26 * boards["slo"]["panels"][-1:])),
    (
        test_no_heading_is_empty_and_no_title_comes_twice,
        lambda boards: boards["overview"]["panels"].append({"type": "row", "title": "Empty", "panels": []}),
    ),
    (
        test_no_heading_is_empty_and_no_title_comes_twice,
        lambda boards: boards["overview"]["panels"][0].update(title=boards["overview"]["panels"][1]["title"]),
    ),
    (test_uids_are_stable_short_and_unlike, lambda boards: boards["slo"].update(uid=boards["overview"]["uid"])),
    (test_uids_are_stable_short_and_unlike, lambda boards: boards["slo"].update(title=boards["overview"]["title"])),
    (test_dashboards_find_each_other_by_a_tag, lambda boards: boards["slo"].update(tags=["slo"])),
    (
        test_what_chooses_several_can_choose_all,
        lambda boards: variables(boards["slo"])["target"].update(allValue=".*"),
    ),
    (
        test_every_variable_is_used,
        lambda boards: boards["slo"]["templating"]["list"].append({"name": "job", "query": "x"}),
    ),
    (
        test_firing_alerts_are_marked_on_every_dashboard,
        lambda boards: boards["slo"]["annotations"]["list"][0].update(enable=False),
    ),
]
"""Each check, and what it must see."""


@pytest.mark.parametrize("index", range(len(MISTAKES)))
def test_a_mistake_is_seen(index: int, sees: Callable[[Callable[..., None], Callable[..., object]], None]) -> None:
    """The checks themselves."""
    sees(*MISTAKES[index])
