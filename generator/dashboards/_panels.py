"""The panels that every dashboard is made of, with our defaults: a unit, a meaning, honest gaps, one look."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Final, Protocol, Self, TypeVar

from generator.dashboards._face import GREEN, Face, Link, Query, Threshold
from generator.dashboards._sdk import (
    Builder,
    bargauge,
    common,
    dashboard,
    heatmap,
    heats,
    kinds,
    model,
    prometheus,
    queries,
    stat,
    statetimeline,
    timeseries,
    variants,
)

DATASOURCE: Final = kinds.DataSourceRef(type_val="prometheus", uid="${datasource}")
"""The data source that the variable of this name holds."""
STATES_PER_PAGE: Final = 20
"""How many bars of a state timeline are shown at a time; more would be too thin to read."""

_BARS: Final = 48
"""How many bars the chosen time is cut into: a little over a minute of an hour, half an hour of a day each."""


class _Panel(Protocol):
    """What the SDK's builders of panels have in common."""

    def title(self, title: str) -> Self: ...
    def description(self, description: str) -> Self: ...
    def datasource(self, datasource: kinds.DataSourceRef) -> Self: ...
    def targets(self, targets: list[Builder[variants.Dataquery]]) -> Self: ...
    def unit(self, unit: str) -> Self: ...
    def no_value(self, no_value: str) -> Self: ...
    def interval(self, interval: str) -> Self: ...
    def thresholds(self, thresholds: Builder[model.ThresholdsConfig]) -> Self: ...
    def data_links(self, links: list[Builder[model.DashboardLink]]) -> Self: ...
    def links(self, links: list[Builder[model.DashboardLink]]) -> Self: ...
    def override_by_query(self, query_ref_id: str, properties: list[model.DynamicConfigValue]) -> Self: ...


_P = TypeVar("_P", bound=_Panel)


def series(face: Face, colors: Mapping[str, str] | None = None) -> model.Panel:
    """Lines over time: gaps left open, a table of the last and highest values as legend; `colors` go by legends."""
    panel = (
        faced(timeseries.Panel(), face, _ranged)
        .legend(_legend())
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI).sort(kinds.SortOrder.DESCENDING))
        .fill_opacity(10)
        .span_nulls(span_nulls=False)
    )
    if face.lowest is not None:
        panel = panel.min(face.lowest)
    if face.zero:
        panel = panel.axis_soft_min(0)
    if face.highest is not None:
        panel = panel.max(face.highest)
    if face.stacked:
        panel = panel.stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A")).fill_opacity(40)
    if face.thresholds:
        panel = panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(kinds.GraphThresholdsStyleMode.DASHED))
    for legend, color in (colors or {}).items():
        fixed = model.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": color})
        panel = panel.override_by_name(legend, [fixed])
    return panel.build()


def bars(face: Face, colors: Mapping[str, str] | None = None) -> model.Panel:
    """What happened in each part of the chosen time, as stacked bars; queries are over `$__interval`.

    `colors` is the colour of a legend's bars.
    """
    panel = (
        faced(timeseries.Panel(), face, _ranged)
        .draw_style(kinds.GraphDrawStyle.BARS)
        .stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A"))
        .fill_opacity(80)
        .line_width(0)
        .span_nulls(span_nulls=False)
        .max_data_points(_BARS)
        .min(0)
        .legend(common.VizLegendOptions().show_legend(show_legend=True).calcs(["sum"]))
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI))
    )
    for legend, color in (colors or {}).items():
        fixed = {"mode": "fixed", "fixedColor": color}
        panel = panel.override_by_name(legend, [model.DynamicConfigValue("color", fixed)])
    return panel.build()


def number(
    face: Face,
    colors: Mapping[str, str] | None = None,
    texts: Mapping[int, tuple[str, str]] | None = None,
    fields: Mapping[str, Mapping[str, object]] | None = None,
    *,
    named: bool = False,
) -> model.Panel:
    """The last value of each query, large; `colors` is the colour of a legend's value when it is not zero.

    `texts` gives single values their text and colour, `fields` a legend's value its field properties by their ids;
    `named` says whose value it is even where there is but one.
    """
    panel = (
        faced(stat.Panel(), face, instant)
        .color_mode(kinds.BigValueColorMode.BACKGROUND_SOLID)
        .graph_mode(kinds.BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    if named:
        panel = panel.text_mode(kinds.BigValueTextMode.VALUE_AND_NAME)
    if texts:
        panel = panel.mappings([mapping({str(value): text for value, text in texts.items()})])
    for legend, color in (colors or {}).items():
        panel = panel.override_by_name(legend, [model.DynamicConfigValue("thresholds", steps([Threshold(1, color)]))])
    for legend, own in (fields or {}).items():
        panel = panel.override_by_name(legend, [model.DynamicConfigValue(*each) for each in own.items()])
    return panel.build()


def properties(face: Face) -> Mapping[str, object]:
    """What makes one field of a panel look like `face`: Grafana's field properties by their ids."""
    texts = {str(value): text for value, text in face.texts.items()}
    return {
        **({"mappings": [mapping(texts)]} if texts else {}),
        "unit": face.unit,
        "noValue": face.empty,
        "thresholds": steps(face.thresholds),
        "links": [data_link(link).build() for link in [*face.links, *face.about]],
    }


def states(face: Face, texts: Mapping[int, tuple[str, str]]) -> model.Panel:
    """One bar a series over time; `texts` gives each value its text and colour."""
    return (
        faced(statetimeline.Panel(), face, _ranged)
        .mappings([mapping({str(value): text for value, text in texts.items()})])
        .color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.THRESHOLDS))
        .legend(common.VizLegendOptions().show_legend(show_legend=False))
        .show_value(kinds.VisibilityMode.NEVER)
        .row_height(0.8)
        .per_page(STATES_PER_PAGE)
        .span_nulls(span_nulls=False)
        .build()
    )


def ranking(face: Face) -> model.Panel:
    """The last value of each series as a horizontal bar, in the order in which Prometheus answers."""
    panel = (
        faced(bargauge.Panel(), face, instant)
        .min(0)
        .orientation(kinds.VizOrientation.HORIZONTAL)
        .display_mode(kinds.BarGaugeDisplayMode.BASIC)
        .name_placement(kinds.BarGaugeNamePlacement.LEFT)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    return (panel if face.highest is None else panel.max(face.highest)).build()


def heat(face: Face) -> model.Panel:
    """How values are spread over time: the darker, the more; the query gives one series for each bucket `le`.

    The unit is that of the buckets' bounds.
    """
    return (
        faced(heatmap.Panel(), face, _bucketed)
        .calculate(calculate=False)
        .color(
            heatmap.HeatmapColorOptions().mode(heats.HeatmapColorMode.SCHEME).scheme("Blues").exponent(0.5).steps(64)
        )
        .y_axis(heatmap.YAxisConfig().unit(face.unit).axis_placement(kinds.AxisPlacement.LEFT))
        .cell_gap(1)
        .build()
    )


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


def faced(panel: _P, face: Face, ask: "Ask") -> _P:
    """`panel` with all that does not depend on its type; `ask` makes the queries."""
    panel = (
        panel.title(face.title)
        .description(face.description)
        .datasource(DATASOURCE)
        .unit(face.unit)
        .no_value(face.empty)
        .thresholds(_steps(face.thresholds))
        .targets([ask(query).ref_id(ref_id(index)) for index, query in enumerate(face.queries)])
        .data_links([data_link(link) for link in face.links])
        .links([data_link(link) for link in face.about])
    )
    for index, query in enumerate(face.queries):
        if own := _own(query):
            panel = panel.override_by_query(ref_id(index), own)
    return panel


def _own(query: Query) -> list[model.DynamicConfigValue]:
    """What sets the values of `query` apart from those of its panel."""
    properties: dict[str, object] = {}
    if query.unit:
        properties |= {"unit": query.unit, "thresholds": steps(())}
    if query.limit:
        properties |= {"custom.lineStyle": {"fill": "dash", "dash": [10, 10]}, "custom.fillOpacity": 0}
    return [model.DynamicConfigValue(name, value) for name, value in properties.items()]


class Ask(Protocol):
    """How a query is asked: over time, for now, as a table or as buckets."""

    def __call__(self, query: Query, /) -> prometheus.Dataquery: ...


def _ranged(query: Query) -> prometheus.Dataquery:
    return _asked(query).range()


def instant(query: Query) -> prometheus.Dataquery:
    """Ask for the value of now."""
    return _asked(query).instant()


def _bucketed(query: Query) -> prometheus.Dataquery:
    return _ranged(query).format(queries.PromQueryFormat.HEATMAP)


def _asked(query: Query) -> prometheus.Dataquery:
    return prometheus.Dataquery().datasource(DATASOURCE).expr(query.expr).legend_format(query.legend)


def ref_id(index: int) -> str:
    """Name of a panel's query: A … Z, A1 … Z1, and so on."""
    round_, letter = divmod(index, 26)
    return chr(ord("A") + letter) + (str(round_) if round_ else "")


def steps(thresholds: Sequence[Threshold]) -> model.ThresholdsConfig:
    """The colours of values: green, but where `thresholds` say otherwise."""
    return _steps(thresholds).build()


def _steps(thresholds: Sequence[Threshold]) -> dashboard.ThresholdsConfig:
    first, rest = GREEN, list(thresholds)
    if rest and rest[0].value == -inf:
        first = rest.pop(0).color
    painted = [model.Threshold(value=None, color=first), *(model.Threshold(step.value, step.color) for step in rest)]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(painted)


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(kinds.LegendDisplayMode.TABLE)
        .placement(kinds.LegendPlacement.BOTTOM)
        .calcs(["lastNotNull", "max"])
    )
