"""Tables: what is there now, one series a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from generator.dashboards._face import Column, Face, Link, Query, Threshold
from generator.dashboards._limits import limits
from generator.dashboards._panels import data_link, faced, instant, mapping, number, properties, ref_id, steps
from generator.dashboards._sdk import model, prometheus, queries, table
from generator.dashboards._tiles import settled
from generator.dashboards.address import nearest, uid
from watchspec.spec import Spec

_MOST_TALL: Final = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A column and the query that fills it."""

    title: str
    """Its heading; a figure without one has labels to show and no value."""
    expr: str
    unit: str = ""
    alert: str = ""
    """The alert that watches the same value, in the same unit: its thresholds colour the text."""
    texts: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Single values, their texts and colours."""
    empty: str = ""
    """What stands there when Prometheus knows nothing, if that says something."""
    related: str = ""
    """The alert about the same thing, where it watches another value."""
    thresholds: Sequence[Threshold] = ()
    """Those of its own, where its alert has none."""

    def properties(self, spec: Spec) -> dict[str, object]:
        """Grafana's field properties."""
        found: dict[str, object] = {"unit": self.unit} if self.unit else {}
        if self.empty:
            found["noValue"] = self.empty
        if self.texts:
            found |= {"mappings": [mapping({str(value): text for value, text in self.texts.items()})]}
        if self.texts or self.alert or self.thresholds:
            found |= {
                "thresholds": steps(self.thresholds or limits(spec, self.alert)),
                "custom.cellOptions": {"type": "color-text"},
            }
        return found

    def face(self, spec: Spec) -> Face:
        """The figure as a value beside others in one panel, which says what they mean."""
        shown = Face(
            title=self.title,
            description="",
            unit=self.unit,
            queries=[Query(self.expr, self.title)],
            alert=self.alert,
            related=self.related,
            thresholds=self.thresholds,
            texts=self.texts,
            empty=self.empty or "none",
        )
        return settled(spec, shown)


def figure(face: Face, texts: Mapping[int, tuple[str, str]] | None = None) -> Figure:
    """What the first query of `face` says, as a column."""
    return Figure(face.title, face.queries[0].expr, face.unit, face.alert, texts=texts or {})


def figures_of(spec: Spec, face: Face, figures: Sequence[Figure]) -> model.Panel:
    """Several figures of one thing, large, each with the colours of its alert, and links to what that is about."""
    faces = [each.face(spec) for each in figures]
    asked = replace(face, queries=[query for each in faces for query in each.queries])
    return number(asked, fields={each.title: properties(each) for each in faces})


def sheet(
    spec: Spec,
    face: Face,
    labels: Mapping[str, Column],
    figures: Sequence[Figure],
    *,
    sort: str,
    falling: bool = False,
    hidden: Iterable[str] = (),
) -> model.Panel:
    """Several figures of each thing, one a row: of what has the same values of those labels that all figures have.

    `sort` is a label or the heading of a figure; `hidden` are labels.
    """
    values = {f"Value #{ref_id(index)}": figure for index, figure in enumerate(figures)}
    shown = {value: Column(figure.title, figure.properties(spec)) for value, figure in values.items() if figure.title}
    return listing(
        replace(settled(spec, face), queries=[Query(figure.expr, figure.title) for figure in figures]),
        {**labels, **shown},
        sort=next((value for value, column in shown.items() if column.title == sort), sort),
        falling=falling,
        hidden=("Time", *hidden, *(value for value in values if value not in shown)),
    )


def tall(rows: int) -> int:
    """How high a table of so many rows has to be, in Grafana's rows; one of very many is scrolled."""
    return min(3 + rows * 6 // 5, _MOST_TALL)


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
    nameless = Column("")
    titles = [columns.get(f"Value #{ref_id(index)}", nameless).title for index in range(len(face.queries))]
    named = [replace(query, legend=query.legend or title) for query, title in zip(face.queries, titles, strict=True)]
    return replace(face, queries=named)


def painted(thresholds: Sequence[Threshold]) -> dict[str, object]:
    """Properties of a column whose text has the colours of `thresholds`."""
    return {"thresholds": steps(thresholds), "custom.cellOptions": {"type": "color-text"}}


def targets(spec: Spec, title: str, dashboard: str) -> Column:
    """A column of targets, each with a link to it alone on `dashboard`, or on the nearest that `spec` has."""
    page = f"/d/{uid(spec, nearest(spec, dashboard))}"
    link = Link("Only this target", f"{page}?var-target=${{__value.raw:percentencode}}&${{__url_time_range}}")
    return Column(title, {"links": [data_link(link).build()]})


def _tabular(query: Query) -> prometheus.Dataquery:
    return instant(query).format(queries.PromQueryFormat.TABLE)
