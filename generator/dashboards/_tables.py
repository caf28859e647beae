"""Tables: what is there now, one series a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generator.dashboards._face import Column, Face, Link, Query, Threshold
from generator.dashboards._panels import data_link, faced, instant, properties, ref_id, steps
from generator.dashboards._sdk import model, prometheus, queries, table
from generator.dashboards.address import nearest, uid
from watchspec.spec import Spec


def listing(
    face: Face, columns: Mapping[str, Column], *, sort: str, falling: bool = False, hidden: Iterable[str] = ("Time",)
) -> model.Panel:
    """The series as they are now, one a row, sorted by the field `sort`: a label or a value.

    The value is the field `Value`; of several queries, whose rows with the same labels become one, `Value #A`,
    `Value #B` and so on. `columns` stand first, in their order, then the other labels, without the `hidden` fields.
    """
    order = {
        "excludeByName": dict.fromkeys(hidden, True),
        "indexByName": {name: index for index, name in enumerate(columns)},
        "renameByName": {name: column.title for name, column in columns.items()},
    }
    panel = faced(table.Panel(), face, _tabular)
    if len(face.queries) > 1:
        panel = panel.with_transformation(model.DataTransformerConfig("merge", options={}))
    panel = (
        panel.with_transformation(
            model.DataTransformerConfig("sortBy", options={"sort": [{"field": sort, "desc": falling}]})
        )
        .with_transformation(model.DataTransformerConfig("organize", options=order))
        .filterable(filterable=True)
    )
    for column in columns.values():
        if column.properties:
            given = [model.DynamicConfigValue(name, value) for name, value in column.properties.items()]
            panel = panel.override_by_name(column.title, given)
    return panel.build()


def painted(thresholds: Sequence[Threshold]) -> dict[str, object]:
    """Properties of a column whose text has the colours of `thresholds`."""
    return {"thresholds": steps(thresholds), "custom.cellOptions": {"type": "color-text"}}


def targets(spec: Spec, title: str, dashboard: str) -> Column:
    """A column of targets, each with a link to it alone on `dashboard`, or on the nearest that `spec` has."""
    page = f"/d/{uid(spec, nearest(spec, dashboard))}"
    link = Link("Only this target", f"{page}?var-target=${{__value.raw:percentencode}}&${{__url_time_range}}")
    return Column(title, {"links": [data_link(link).build()]})


def figure(title: str, unit: str, expr: str, alert: str = "", empty: str = "none") -> Face:
    """One of the values that stand side by side in a panel, which says what they mean."""
    return Face(title=title, description="", unit=unit, queries=[Query(expr, title)], alert=alert, empty=empty)


def rows(
    face: Face, keys: Mapping[str, Column], figures: Sequence[Face], *, sort: str, falling: bool = False
) -> model.Panel:
    """A row for each set of the labels `keys`, with a column for each of the `figures`; `sort` is a label or a title.

    Figures with thresholds are coloured by them.
    """
    cell = {"custom.cellOptions": {"type": "color-text"}}
    values = {
        f"Value #{ref_id(index)}": Column(
            each.title, {**properties(each), **(cell if each.thresholds or each.texts else {})}
        )
        for index, each in enumerate(figures)
    }
    asked = replace(face, queries=[query for each in figures for query in each.queries])
    field = next((name for name, column in values.items() if column.title == sort), sort)
    return listing(asked, {**keys, **values}, sort=field, falling=falling)


def _tabular(query: Query) -> prometheus.Dataquery:
    return instant(query).format(queries.PromQueryFormat.TABLE)
