"""The panels that every dashboard is made of, with our defaults: a unit, a meaning, honest gaps, one look."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol, Self, TypeVar

from generator.dashboards._face import GREEN, Column, Face, Link, Query, Threshold
from generator.dashboards._sdk import (
    Builder,
    common,
    dashboard,
    kinds,
    model,
    prometheus,
    queries,
    stat,
    statetimeline,
    table,
    timeseries,
    variants,
)

DATASOURCE: Final = kinds.DataSourceRef(type_val="prometheus", uid="${datasource}")
"""The data source that the variable of this name holds."""
STATES_PER_PAGE: Final = 20
"""How many bars of a state timeline are shown at a time; more would be too thin to read."""


class _Panel(Protocol):
    """What the SDK's builders of panels have in common."""

    def title(self, title: str) -> Self: ...
    def description(self, description: str) -> Self: ...
    def datasource(self, datasource: kinds.DataSourceRef) -> Self: ...
    def targets(self, targets: list[Builder[variants.Dataquery]]) -> Self: ...
    def unit(self, unit: str) -> Self: ...
    def no_value(self, no_value: str) -> Self: ...
    def thresholds(self, thresholds: Builder[model.ThresholdsConfig]) -> Self: ...
    def data_links(self, links: list[Builder[model.DashboardLink]]) -> Self: ...


_P = TypeVar("_P", bound=_Panel)


def series(face: Face) -> model.Panel:
    """Lines over time: from zero, gaps left open, a table of the last and highest values as legend."""
    panel = (
        _faced(timeseries.Panel(), face, _ranged)
        .min(0)
        .legend(_legend())
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI).sort(kinds.SortOrder.DESCENDING))
        .fill_opacity(10)
        .span_nulls(span_nulls=False)
    )
    if face.highest is not None:
        panel = panel.max(face.highest)
    if face.thresholds:
        panel = panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(kinds.GraphThresholdsStyleMode.DASHED))
    return panel.build()


def number(face: Face, colors: Mapping[str, str] | None = None) -> model.Panel:
    """The last value of each query, large; `colors` is the colour of a legend's value when it is not zero."""
    panel = (
        _faced(stat.Panel(), face, _instant)
        .color_mode(kinds.BigValueColorMode.BACKGROUND_SOLID)
        .graph_mode(kinds.BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    for legend, color in (colors or {}).items():
        steps = _steps([Threshold(1, color)]).build()
        panel = panel.override_by_name(legend, [model.DynamicConfigValue("thresholds", steps)])
    return panel.build()


def states(face: Face, texts: Mapping[int, tuple[str, str]]) -> model.Panel:
    """One bar a series over time; `texts` gives each value its text and colour."""
    return (
        _faced(statetimeline.Panel(), face, _ranged)
        .mappings([mapping({str(value): text for value, text in texts.items()})])
        .color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.THRESHOLDS))
        .legend(common.VizLegendOptions().show_legend(show_legend=False))
        .show_value(kinds.VisibilityMode.NEVER)
        .row_height(0.8)
        .per_page(STATES_PER_PAGE)
        .span_nulls(span_nulls=False)
        .build()
    )


def listing(face: Face, columns: Mapping[str, Column], *, sort: str, hidden: Iterable[str]) -> model.Panel:
    """The series as they are now, one a row, sorted by the label `sort`.

    `columns` stand first, in their order, then the other labels, without the `hidden` ones.
    """
    order = {
        "excludeByName": dict.fromkeys(hidden, True),
        "indexByName": {name: index for index, name in enumerate(columns)},
        "renameByName": {name: column.title for name, column in columns.items()},
    }
    panel = (
        _faced(table.Panel(), face, _tabular)
        .with_transformation(model.DataTransformerConfig("sortBy", options={"sort": [{"field": sort}]}))
        .with_transformation(model.DataTransformerConfig("organize", options=order))
        .filterable(filterable=True)
    )
    for column in columns.values():
        if column.properties:
            properties = [model.DynamicConfigValue(name, value) for name, value in column.properties.items()]
            panel = panel.override_by_name(column.title, properties)
    return panel.build()


def mapping(texts: Mapping[str, tuple[str, str]]) -> model.ValueMap:
    """Value → its text and colour."""
    return model.ValueMap(
        {
            value: model.ValueMappingResult(text=text, color=color, index=index)
            for index, (value, (text, color)) in enumerate(texts.items())
        }
    )


def data_link(link: Link) -> dashboard.DashboardLink:
    """The SDK's form of `link`; leaves the dashboard in a new tab unless it leads to another dashboard."""
    return dashboard.DashboardLink(link.title).url(link.url).target_blank(target_blank=not link.url.startswith("/d/"))


def _faced(panel: _P, face: Face, ask: "_Ask") -> _P:
    return (
        panel.title(face.title)
        .description(face.description)
        .datasource(DATASOURCE)
        .unit(face.unit)
        .no_value(face.empty)
        .thresholds(_steps(face.thresholds))
        .targets([ask(query).ref_id(_ref_id(index)) for index, query in enumerate(face.queries)])
        .data_links([data_link(link) for link in face.links])
    )


class _Ask(Protocol):
    def __call__(self, query: Query, /) -> prometheus.Dataquery: ...


def _ranged(query: Query) -> prometheus.Dataquery:
    return _asked(query).range()


def _instant(query: Query) -> prometheus.Dataquery:
    return _asked(query).instant()


def _tabular(query: Query) -> prometheus.Dataquery:
    return _instant(query).format(queries.PromQueryFormat.TABLE)


def _asked(query: Query) -> prometheus.Dataquery:
    return prometheus.Dataquery().datasource(DATASOURCE).expr(query.expr).legend_format(query.legend)


def _ref_id(index: int) -> str:
    """A … Z, A1 … Z1, and so on."""
    round_, letter = divmod(index, 26)
    return chr(ord("A") + letter) + (str(round_) if round_ else "")


def _steps(thresholds: Sequence[Threshold]) -> dashboard.ThresholdsConfig:
    steps = [
        model.Threshold(value=None, color=GREEN),
        *(model.Threshold(step.value, step.color) for step in thresholds),
    ]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(kinds.LegendDisplayMode.TABLE)
        .placement(kinds.LegendPlacement.BOTTOM)
        .calcs(["lastNotNull", "max"])
    )
