"""Panels as Grafana reads them."""

import json
from math import inf
from typing import Any

from generator.dashboards._face import BLUE, GREEN, RED, Face, Query, Threshold
from generator.dashboards._panels import number, series
from generator.dashboards._sdk import model, units
from generator.grafana import encode


def shown(panel: model.Panel) -> dict[str, Any]:
    """The panel's field configuration as Grafana reads it."""
    parsed: dict[str, Any] = json.loads(encode(model.Dashboard(panels=[panel])))["panels"][0]["fieldConfig"]
    return parsed


def face(*queries: Query, thresholds: tuple[Threshold, ...] = ()) -> Face:
    """A panel about a share."""
    return Face(title="Memory", description="", unit=units.PercentUnit, queries=queries, thresholds=thresholds)


def test_a_limit_is_a_dashed_line_without_an_area() -> None:
    """The other lines keep the panel's own look."""
    [override] = shown(series(face(Query("used"), Query("most", limit=True))))["overrides"]
    assert override["matcher"] == {"id": "byFrameRefID", "options": "B"}
    properties = {found["id"]: found["value"] for found in override["properties"]}
    assert properties == {"custom.lineStyle": {"fill": "dash", "dash": [10, 10]}, "custom.fillOpacity": 0}


def test_thresholds_do_not_colour_what_has_another_unit() -> None:
    """90 % says nothing about bytes."""
    thresholds = (Threshold(0.9, RED),)
    [override] = shown(number(face(Query("a"), Query("b", unit=units.BytesIEC), thresholds=thresholds)))["overrides"]
    unit, steps = override["properties"]
    assert unit == {"id": "unit", "value": units.BytesIEC}
    assert [step["color"] for step in steps["value"]["steps"]] == [GREEN]


def test_a_threshold_without_a_lower_end_is_the_first_colour() -> None:
    """JSON has no infinity; Grafana's first step has no value."""
    thresholds = (Threshold(-inf, BLUE), Threshold(0.5, GREEN))
    steps = shown(number(face(Query("a"), thresholds=thresholds)))["defaults"]["thresholds"]["steps"]
    assert [(step["value"], step["color"]) for step in steps] == [(None, BLUE), (0.5, GREEN)]


def test_single_values_have_texts() -> None:
    """A state is a word, not a number."""
    [mapped] = shown(number(face(Query("a")), texts={0: ("down", RED)}))["defaults"]["mappings"]
    assert mapped["options"] == {"0": {"text": "down", "color": RED, "index": 0}}
