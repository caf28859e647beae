"""The rules of Grafana's dashboard linter, each as what it has against a dashboard.

After https://github.com/grafana/dashboard-linter (2026-06), but for every type of panel, which the linter looks at by a
list. Left out: template-job, template-instance, target-job and target-instance, as `target` is the identity of all that
is watched here and `$target` the variable that chooses it; and the two rules of LogQL, as nothing here asks Loki.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from generator.dashboards._sdk import units
from tests.support.dashboards import RANGE, RATE_INTERVAL, Json, defaults, filled_in, panels, queries, variables
from tests.support.expressions import parse, reads, subqueries
from tests.support.metrics import families, published

UNITS = frozenset(value for name, value in vars(units).items() if name[0].isupper() and isinstance(value, str))
"""Every unit that the SDK knows."""
_RATES = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv"})
_TOTAL = timedelta(hours=1)
_OF_COUNTERS = frozenset({"rate", "irate", "increase", "resets"})
_QUERY_FUNCTIONS = ("label_names(", "label_values(", "metrics(", "query_result(")


def template_datasource(board: Json) -> Iterator[str]:
    """One variable chooses the data source; the linter has its name and label fixed."""
    found = [variable for variable in variables(board).values() if variable["type"] == "datasource"]
    expected = [("datasource", "Data source", "prometheus")]
    if (named := [(one["name"], one["label"], one["query"]) for one in found]) != expected:
        yield f"{named} is not {expected}"


def template_label_promql(board: Json) -> Iterator[str]:
    """A variable's query is a function of the data source, and its selector is PromQL."""
    for name, variable in _queried(board):
        query = variable["query"]
        function, _, inner = query.partition("(")
        if f"{function}(" not in _QUERY_FUNCTIONS or not inner.endswith(")"):
            yield f"{name}: {query} is no query of variables"
            continue
        selector = inner[:-1].rpartition(",")[0] if function == "label_values" else inner[:-1]
        try:
            parse(filled_in(selector))
        except ValueError as error:
            yield f"{name}: {query}: {error}"


def template_on_time_change_reload(board: Json) -> Iterator[str]:
    """2 is "on time range change": what is chosen from lived in the range that is shown."""
    yield from (f"{name}: refresh {found.get('refresh')}" for name, found in _queried(board) if found["refresh"] != 2)


def panel_datasource(board: Json) -> Iterator[str]:
    """Panels, their queries and annotations ask the data source that is chosen."""
    for panel in panels(board):
        for asker in (panel, *panel.get("targets", ())):
            if asker["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
                yield f"{panel['title']}: {asker['datasource']}"
    for annotation in board["annotations"]["list"]:
        if annotation["datasource"]["uid"] not in {"${datasource}", "-- Grafana --"}:
            yield f"{annotation['name']}: {annotation['datasource']}"


def panel_title_description(board: Json) -> Iterator[str]:
    """Every panel has both."""
    yield from (f"{one.get('id')}" for one in panels(board) if not (one.get("title") and one.get("description")))


def panel_units(board: Json) -> Iterator[str]:
    """Every panel has a unit, and overrides have one that exists."""
    for panel in panels(board):
        own = [
            found["value"]
            for override in panel["fieldConfig"]["overrides"]
            for found in override["properties"]
            if found["id"] == "unit"
        ]
        yield from (f"{panel['title']}: {unit!r}" for unit in (defaults(panel).get("unit"), *own) if unit not in UNITS)


def panel_no_targets(board: Json) -> Iterator[str]:
    """A panel that asks nothing shows nothing."""
    for panel in panels(board):
        if panel["type"] != "text" and not any(target["expr"].strip() for target in panel.get("targets", ())):
            yield panel["title"]


def target_promql(board: Json) -> Iterator[str]:
    """Every query is PromQL once Grafana has filled it in."""
    for asked in queries(board):
        try:
            parse(filled_in(asked.expr))
        except ValueError as error:
            yield f"{asked.where}: {asked.expr}: {error}"


def target_rate_interval(board: Json) -> Iterator[str]:
    """A range by hand is empty where scrapes are rarer and coarse where they are not; `$__range` is what is shown.

    An `increase` of an hour or more is a total, such as the orders of a day.
    """
    for asked in queries(board):
        filled = filled_in(asked.expr)
        windows = [(read.call, read.window) for read in reads(filled) if read.window is not None]
        for function, window in (*windows, *subqueries(filled)):
            total = function == "increase" and window >= _TOTAL
            if function in _RATES and not total and f"{window.total_seconds():.0f}s" not in {RATE_INTERVAL, RANGE}:
                yield f"{asked.where}: {asked.expr}"


def target_counter_agg(board: Json) -> Iterator[str]:
    """The value of a counter says when its process began; only how fast it grows says something.

    Not of counters that the spec's own `queries:` give: what is counted in a database began with the business.
    """
    known = families()
    counters = {name for name, family in known.items() if family.type == "counter"}
    counters |= {name for name in published() - set(known) if name.endswith("_total")}
    for asked in queries(board):
        for read in reads(filled_in(asked.expr)):
            if read.name in counters and read.call not in _OF_COUNTERS:
                yield f"{asked.where}: {read.name}"


def uneditable_dashboard(board: Json) -> Iterator[str]:
    """A change would be gone with the next start."""
    if board["editable"]:
        yield "editable"


RULES: Mapping[str, Callable[[Json], Iterator[str]]] = {
    "template-datasource": template_datasource,
    "template-label-promql": template_label_promql,
    "template-on-time-change-reload": template_on_time_change_reload,
    "panel-datasource": panel_datasource,
    "panel-title-description": panel_title_description,
    "panel-units": panel_units,
    "panel-no-targets": panel_no_targets,
    "target-promql": target_promql,
    "target-rate-interval": target_rate_interval,
    "target-counter-agg": target_counter_agg,
    "uneditable-dashboard": uneditable_dashboard,
}
"""Every rule by the linter's name for it."""


def _queried(board: Json) -> Iterator[tuple[str, Json]]:
    return ((name, found) for name, found in variables(board).items() if found["type"] == "query")
