"""Panels of single statements, where a server has `statements:`."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._asking import gauge, growth, rate
from generator.dashboards._board import SELECTED
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._grid import Tile
from generator.dashboards._panels import series
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet
from watchspec.spec import Spec

_ONE: Final = "target, datname, queryid"
_SPENT: Final = "pg_stat_statements_seconds_total"
_GREW: Final = growth(_SPENT, _ONE)
_RAN: Final = f"({growth('pg_stat_statements_calls_total', _ONE)} > 0)"
_ROWS: Final = growth("pg_stat_statements_rows_total", _ONE)
_READ: Final = growth("pg_stat_statements_block_read_seconds_total", _ONE)
_FIGURES: Final = (
    Figure("Calls", f"round({_RAN})"),
    Figure("Mean", f"{_GREW} / {_RAN}", units.Seconds, "PostgresSlowQueries"),
    Figure("Rows", f"round({_ROWS}) and {_RAN}"),
    Figure("Reading blocks", f"{_READ} and {_RAN}", units.Seconds),
)
_TEXTS: Final = gauge("pg_stat_statements_query_id", "target, queryid, query")
_ALL_TEXTS: Final = (
    f"topk by (target, queryid) (1, last_over_time(pg_stat_statements_query_id{{{SELECTED}}}[$__range]))"
)
"""Also of statements that are no longer among the costliest."""


def statements(spec: Spec) -> Sequence[Tile]:
    """What the costliest statements did, if some server of `spec` publishes them."""
    if not any(server.statements for server in spec.postgres):
        return []
    return [Tile(_table(spec), 24, 10), Tile(series(_over_time(spec)), 24, 9)]


def _named(query: str, texts: str) -> str:
    """`query` by statement, with the one of `texts` that is its own as the label `query`.

    It is the id of the statement where a server publishes no texts, or none does.
    """
    ids = f'label_join({query}, "query", "", "queryid")'
    if not texts:
        return ids
    return (
        f"{query} * on (target, queryid) group_left (query) {texts} or on ({_ONE}) ({ids} unless on (target) {texts})"
    )


def _has_texts(spec: Spec) -> bool:
    return any(server.statements and server.statements.text for server in spec.postgres)


def _table(spec: Spec) -> model.Panel:
    face = Face(
        title="Statements over the time shown",
        description="Of the statements that took most time since the server's statistics began: their calls, time and "
        "rows. Many rows read for few returned, or a mean far above the others, ask for an index: EXPLAIN "
        "(ANALYZE, BUFFERS) shows it. Texts are there with `statements: {text: true}`.",
        unit=units.Short,
        related="PostgresSlowQueries",
        empty="nothing ran",
    )
    labels = {
        "target": Column("Target"),
        "datname": Column("Database"),
        "query": Column("Statement", {"custom.width": 600, "custom.inspect": True}),
    }
    named = _named(_GREW, _ALL_TEXTS if _has_texts(spec) else "")
    time = Figure("Time taken", f"({named}) and on ({_ONE}) {_RAN}", units.Seconds)
    return sheet(spec, face, labels, [time, *_FIGURES], sort="Time taken", falling=True, hidden=["queryid"])


def _over_time(spec: Spec) -> Face:
    named = _named(rate(_SPENT, _ONE), _TEXTS if _has_texts(spec) else "")
    return Face(
        title="Time in statements",
        description="How many sessions each of the costliest statements keeps busy, on average. What is widest is what "
        "to make faster first; a new colour is a new statement, or an old one that changed its plan.",
        unit=units.Short,
        stacked=True,
        queries=(Query(f"({named}) > 0", "{{target}} {{datname}}: {{query}}"),),
        empty="nothing ran",
    )
