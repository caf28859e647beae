"""Tables: what is there now, one series a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generator.dashboards._face import Column, Face, Query, Threshold
from generator.dashboards._panels import faced, instant, ref_id, steps
from generator.dashboards._sdk import model, prometheus, queries, table


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
    panel = faced(table.Panel(), _named(face, columns), _tabular)
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
            properties = [model.DynamicConfigValue(name, value) for name, value in column.properties.items()]
            panel = panel.override_by_name(column.title, properties)
    return panel.build()


def _named(face: Face, columns: Mapping[str, Column]) -> Face:
    """`face` with the heading of its column as the name of each of several queries."""
    if len(face.queries) < 2:
        return face
    titles = [columns[f"Value #{ref_id(index)}"].title for index in range(len(face.queries))]
    named = [replace(query, legend=title) for query, title in zip(face.queries, titles, strict=True)]
    return replace(face, queries=named)


def painted(thresholds: Sequence[Threshold]) -> dict[str, object]:
    """Properties of a column whose text has the colours of `thresholds`."""
    return {"thresholds": steps(thresholds), "custom.cellOptions": {"type": "color-text"}}


def _tabular(query: Query) -> prometheus.Dataquery:
    return instant(query).format(queries.PromQueryFormat.TABLE)
