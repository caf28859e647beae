"""Tables as Grafana reads them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from generator.dashboards._face import RED, Column, Face
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet
from generator.grafana import encode
from watchspec.spec import Spec

FACE = Face(title="Servers", description="", unit=units.Short)
FIGURES = (
    Figure("", "info"),
    Figure("Uptime", "uptime", units.Seconds, "RedisForkSlow"),
    Figure("Link", "link", texts={0: ("down", RED)}),
)


def shown(spec: Spec, figures: Sequence[Figure] = FIGURES) -> dict[str, Any]:
    """The table as Grafana reads it."""
    panel = sheet(spec, FACE, {"target": Column("Target")}, figures, sort="Uptime", falling=True, hidden=["id"])
    found: dict[str, Any] = json.loads(encode(model.Dashboard(panels=[panel])))["panels"][0]
    return found


def test_each_figure_is_a_column_beside_the_labels(spec_of: Callable[[str], Spec]) -> None:
    """Rows with the same labels become one; what has no heading is not shown, nor are hidden labels."""
    panel = shown(spec_of("redis: [{name: a, url: 'redis://a'}]\n"))
    merge, sort, organize = panel["transformations"]
    assert [target["legendFormat"] for target in panel["targets"]] == ["", "Uptime", "Link"]
    assert merge["id"] == "merge"
    assert sort["options"]["sort"] == [{"field": "Value #B", "desc": True}]
    assert organize["options"] == {
        "excludeByName": {"Time": True, "id": True, "Value #A": True},
        "indexByName": {"target": 0, "Value #B": 1, "Value #C": 2},
        "renameByName": {"target": "Target", "Value #B": "Uptime", "Value #C": "Link"},
    }


def test_a_figure_has_its_unit_its_texts_and_the_colours_of_its_alert(spec_of: Callable[[str], Spec]) -> None:
    """As far as the spec sets them: an alert that is off colours nothing."""
    on, off = (
        shown(spec_of(f"redis: [{{name: a, url: 'redis://a'{more}}}]\n"))
        for more in ("", ", alerts: {RedisForkSlow: off}")
    )
    for panel, colors in ((on, ["green", "blue"]), (off, ["green"])):
        uptime, link = (
            {one["id"]: one["value"] for one in override["properties"]}
            for override in panel["fieldConfig"]["overrides"]
        )
        assert (uptime["unit"], [step["color"] for step in uptime["thresholds"]["steps"]]) == (units.Seconds, colors)
        assert uptime["custom.cellOptions"] == link["custom.cellOptions"] == {"type": "color-text"}
        assert link["mappings"][0]["options"]["0"] == {"text": "down", "color": RED, "index": 0}
