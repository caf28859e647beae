"""The spec's own queries as figures, and whether they work: one figure for all servers that have the query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from generator.dashboards._board import SELECTED
from generator.dashboards._face import ORANGE, PLAIN, RED, Column, Face, Query, Threshold
from generator.dashboards._measures import measure
from generator.dashboards._panels import mapping
from generator.dashboards._promql import pattern
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing
from watchspec.spec import Spec
from watchspec.units import Duration

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", "$": "&#36;", "[": "&#91;"}
"""What Grafana would read in a text as a tag, a variable or a link."""
_LARGEST: Final = 5
"""How many values a number shows where a figure has labels."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of the spec's own."""

    name: str
    help: str
    type: Literal["gauge", "counter"]
    labels: Sequence[str]
    """Those of every server that has it."""
    every: Duration
    """How old it may be: the longest time of all servers."""

    @property
    def by(self) -> str:
        """What its series are told apart by."""
        return ", ".join(("target", *self.labels))

    @property
    def legend(self) -> str:
        """The server and the labels' values."""
        return " ".join(f"{{{{{label}}}}}" for label in ("target", *self.labels))


def figures(spec: Spec) -> Sequence[Figure]:
    """Every metric that the servers' queries give, in the order of the spec; the first server says what it is."""
    found: dict[str, Figure] = {}
    for query in (query for server in spec.postgres for query in server.queries):
        first = found.get(query.name, Figure(query.name, query.help, query.type, (), query.every))
        labels = dict.fromkeys((*first.labels, *query.labels))
        found[query.name] = Figure(query.name, first.help, first.type, tuple(labels), max(first.every, query.every))
    return tuple(found.values())


def now(figure: Figure) -> Face:
    """The figure as a number: a counter's growth within a day, anything else as it is."""
    words = measure(figure.name).words
    if figure.type == "counter":
        means = "How much it grew within the last 24 hours, or since there is data."
        return _face(figure, f"{words}, last day", means, Query(_grown(figure, "target", "1d"), "{{target}}"), PLAIN)
    if figure.labels:
        means = f"What it is now; of many, the {_LARGEST} largest."
        return _face(figure, words, means, Query(f"topk({_LARGEST}, {_value(figure)})", figure.legend), PLAIN)
    return _face(figure, words, "What it is now.", Query(_value(figure), figure.legend), PLAIN)


def over_time(figure: Figure) -> Face:
    """The figure over time: a counter's growth in an hour, anything else as it was."""
    words = measure(figure.name).words
    if figure.type == "counter":
        means = "How much it grew in the hour before each point: what happens once is a step of one."
        return _face(figure, f"{words}, in an hour", means, Query(_grown(figure, figure.by, "1h"), figure.legend))
    return _face(figure, f"{words} over time", "What it was at each time.", Query(_value(figure), figure.legend))


def rest(further: Sequence[Figure]) -> model.Panel:
    """What has no panel of its own: a row for each series, as it is now."""
    names = pattern(figure.name for figure in further)
    return listing(
        Face(
            title="Figures without a panel",
            description="The figures of the spec's other queries, as they are now. The spec's first queries have "
            "panels of their own: put there what you look at every day.",
            unit=units.Short,
            queries=[Query(f"{{__name__=~{names}, {SELECTED}}}")],
            empty="nothing yet",
        ),
        {"__name__": Column("Figure"), "target": Column("Server"), "Value": Column("Now")},
        sort="__name__",
        hidden=("Time", "instance", "job"),
    )


FAILING: Final = Face(
    title="Failing queries",
    description="Queries that gave no figures when they ran last. Zero is normal; the table below says which one "
    "fails, and the exporter's log has the server's own words.",
    unit=units.Short,
    queries=(Query(f"count(watchspec_query_success{{{SELECTED}}} == 0) or vector(0)"),),
    thresholds=(Threshold(1, RED),),
)

OLDEST: Final = Face(
    title="Oldest figure",
    description="How long ago the oldest figure of this page was read. It is kept for as long as `every:` of its query "
    "says, and read again at the next scrape.",
    unit=units.Seconds,
    queries=(Query(f"max(watchspec_query_age_seconds{{{SELECTED}}})"),),
    thresholds=PLAIN,
    empty="no figures",
)


def freshness() -> model.Panel:
    """A row for each query and server: whether it works, how old its figure is, what was left out."""
    worked = {
        "mappings": [mapping({"0": ("fails", RED), "1": ("works", "text")})],
        "custom.cellOptions": {"type": "color-text"},
    }
    columns: Mapping[str, Column] = {
        "query": Column("Query"),
        "target": Column("Server"),
        "Value #A": Column("State", worked),
        "Value #B": Column("Age", {"unit": units.Seconds}),
        "Value #C": Column("Takes", {"unit": units.Seconds}),
        "Value #D": Column("Rows cut off", {"mappings": [mapping({"0": ("no", "text"), "1": ("yes", ORANGE)})]}),
        "Value #E": Column("Double rows", {"unit": units.Short}),
        "Value #F": Column("Failures in the chosen time", {"unit": units.Short}),
    }
    return listing(
        Face(
            title="Queries",
            description="Whether each query works, how old its figure is and how long it takes. One that takes "
            "long lacks an index or runs too often. Rows are cut off above `rows:`, and double with the same labels.",
            unit=units.Short,
            queries=[Query(query) for query in _STATES],
            empty="no query has run yet",
        ),
        columns,
        sort="Value #A",
    )


_STATES: Final = (
    *(
        f"max by (query, target) (watchspec_query_{what}{{{SELECTED}}})"
        for what in ("success", "age_seconds", "duration_seconds", "rows_truncated", "duplicate_rows")
    ),
    (
        f"round(sum by (query, target) (increase(watchspec_query_errors_total{{{SELECTED}}}[$__range]))) "
        f"or 0 * max by (query, target) (watchspec_query_success{{{SELECTED}}})"
    ),
)


def _face(figure: Figure, title: str, means: str, query: Query, thresholds: Sequence[Threshold] = ()) -> Face:
    return Face(
        title=title,
        description=f"{_escaped(figure.help)} {means} It is `{figure.name}`, read every {figure.every}.".strip(),
        unit=measure(figure.name).unit,
        queries=[query],
        lowest=None,
        zero=True,
        thresholds=thresholds,
        empty="nothing yet",
    )


def _value(figure: Figure) -> str:
    selected = f"max by ({figure.by}) ({figure.name}{{{SELECTED}}})"
    return f"time() - {selected}" if measure(figure.name).moment else selected


def _grown(figure: Figure, by: str, over: str) -> str:
    """How much the counter grew; whole numbers stay whole, which `increase` does not see to."""
    grown = f"sum by ({by}) (increase({figure.name}{{{SELECTED}}}[{over}]))"
    return f"round({grown})" if measure(figure.name).unit == units.Short else grown


def _escaped(text: str) -> str:
    """`text` as a sentence that Grafana shows as it is."""
    whole = "".join(_ESCAPES.get(sign, sign) for sign in " ".join(text.split()))
    return whole if not whole or whole.endswith((".", "!", "?")) else f"{whole}."
