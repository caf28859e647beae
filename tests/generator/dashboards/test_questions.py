"""What the queries ask for exists: metrics, labels, and variables of Grafana's."""

import re
from collections.abc import Callable, Mapping

import promql_parser as promql
import pytest

from generator.layout import Files
from tests.support.dashboards import Json, filled_in, panels, queries, used, variables
from tests.support.expressions import Labels, labels, parse, reads
from tests.support.metrics import ALERTS, families, of_services, published, recorded
from watchspec.spec import Spec

MACROS = {"__rate_interval", "__range", "__interval", "__range_s", "__interval_ms"}
LEGEND = r"\{\{\s*(\w+)\s*\}\}"


def test_queries_ask_only_for_series_that_somebody_publishes(
    boards: Mapping[str, Json], files: Files, spec: Spec
) -> None:
    """The exporter, Prometheus, Alertmanager, the rules of the same spec, its services, its own queries."""
    known = published() | ALERTS | set(recorded(files)) | of_services(spec)
    for name, board in boards.items():
        for asked in queries(board):
            missing = {read.name for read in reads(filled_in(asked.expr))} - known
            assert not missing, (name, asked.where)


def test_selectors_name_only_labels_that_the_series_have(boards: Mapping[str, Json], files: Files) -> None:
    """A matcher of a label that is not there picks nothing, or everything."""
    known = _Known(files)
    for name, board in boards.items():
        for asked in queries(board):
            for read in reads(filled_in(asked.expr)):
                has = known.of(read.name)
                assert has is None or read.labels <= has, (name, asked.where, read.name)


def test_legends_name_only_labels_that_the_result_has(boards: Mapping[str, Json], files: Files) -> None:
    """Grafana shows the name of a label that is not there as it is."""
    known = _Known(files)
    for name, board in boards.items():
        for asked in queries(board):
            has = labels(parse(filled_in(asked.expr)), known.series)
            named = set(re.findall(LEGEND, asked.legend))
            assert has is None or named <= has, (name, asked.where, asked.legend, has)


def test_lines_of_a_panel_are_told_apart(boards: Mapping[str, Json]) -> None:
    """The same words for two queries are two lines of one name; labels in them tell targets of two kinds apart."""
    for name, board in boards.items():
        for panel in panels(board):
            asked = [(target["legendFormat"], target["expr"]) for target in panel.get("targets", ())]
            assert len(asked) == len(set(asked)), (name, panel["title"])
            words = [legend for legend, _ in asked if legend and "{{" not in legend]
            assert len(words) == len(set(words)), (name, panel["title"])


def test_queries_use_only_variables_that_there_are(boards: Mapping[str, Json]) -> None:
    """Of what looks like a variable in a query, only ours and Grafana's are left: no name from the spec is read so."""
    for name, board in boards.items():
        for asked in queries(board):
            named = {found for found in used(asked.expr) if not found.isdecimal()}  # $1 is of label_replace
            assert named <= set(variables(board)) | MACROS, (name, asked.where)
            assert used(asked.legend) <= set(variables(board)), (name, asked.where)


class _Known:
    """What is known of the labels of series: by the contract, or by the rules that record them."""

    def __init__(self, files: Files) -> None:
        self._records = recorded(files)

    def of(self, name: str) -> Labels:
        """Labels of the series `name`."""
        if name in self._records:
            record = self._records[name]
            found = labels(parse(record["expr"]), self.series)
            return None if found is None else found | set(record.get("labels", ()))
        family = families().get(name)
        return family.labels if family else None

    def series(self, selector: promql.VectorSelector) -> Labels:
        """Labels of what a selector picks."""
        return self.of(selector.name) if selector.name else None


def _panel(boards: Mapping[str, Json], kind: str = "timeseries") -> Json:
    return next(panel for panel in panels(boards["overview"]) if panel["type"] == kind)


MISTAKES: list[tuple[Callable[..., None], Callable[[Mapping[str, Json]], object]]] = [
    (
        test_queries_ask_only_for_series_that_somebody_publishes,
        lambda boards: _panel(boards)["targets"][0].update(expr="redis_upp"),
    ),
    (
        test_queries_ask_only_for_series_that_somebody_publishes,
        lambda boards: _panel(boards)["targets"][0].update(expr="target:requests:rate7m"),
    ),
    (
        test_queries_ask_only_for_series_that_somebody_publishes,
        lambda boards: boards["overview"]["annotations"]["list"][0].update(expr='ALERT{alertstate="firing"}'),
    ),
    (
        test_selectors_name_only_labels_that_the_series_have,
        lambda boards: _panel(boards)["targets"][0].update(expr='redis_up{server="x"}'),
    ),
    (
        test_legends_name_only_labels_that_the_result_has,
        lambda boards: _panel(boards)["targets"][0].update(
            expr="sum by (target) (redis_up)", legendFormat="{{instance}}"
        ),
    ),
    (
        test_legends_name_only_labels_that_the_result_has,
        lambda boards: _panel(boards)["targets"][0].update(expr="target:up:avg10d", legendFormat="{{ db }}"),
    ),
    (
        test_lines_of_a_panel_are_told_apart,
        lambda boards: _panel(boards)["targets"].append(_panel(boards)["targets"][0]),
    ),
    (
        test_queries_use_only_variables_that_there_are,
        lambda boards: _panel(boards)["targets"][0].update(expr='redis_up{target=~"$targets"}'),
    ),
    (
        test_queries_use_only_variables_that_there_are,
        lambda boards: _panel(boards)["targets"][0].update(legendFormat="[[server]]"),
    ),
]
"""Each check, and what it must see."""


@pytest.mark.parametrize("index", range(len(MISTAKES)))
def test_a_mistake_is_seen(index: int, sees: Callable[[Callable[..., None], Callable[..., object]], None]) -> None:
    """The checks themselves."""
    sees(*MISTAKES[index])
