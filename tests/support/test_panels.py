"""What stands in the place of a dashboard's macros and variables: what Grafana would put there."""

import pytest

from tests.support.asking import Prometheus, Row, Span
from tests.support.panels import Asker, Chosen, Question, questions

HOUR = Asker(Prometheus("http://127.0.0.1:9"), Span(0, 1, 1), 3600, 15)


@pytest.mark.parametrize(
    ("asker", "text", "put_in"),
    [
        (HOUR, "[$__rate_interval] [$__interval] [${__range}]", "[60000ms] [15000ms] [3600000ms]"),
        (Asker(HOUR.prometheus, HOUR.span, 3600, 1), "$__rate_interval $__interval", "6000ms 5000ms"),
        (HOUR, "$__range_s $__interval_ms", "3600 15000"),
        (HOUR, 'label_replace(up, "a", "$1", "b", "(.+)")', 'label_replace(up, "a", "$1", "b", "(.+)")'),
    ],
)
def test_windows_follow_from_the_time_shown_and_the_pace_of_scrapes(asker: Asker, text: str, put_in: str) -> None:
    """A rate's window is four scrapes at the least, and one more than the steps of the graph."""
    assert asker.put_in(text, {}) == put_in


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        (Chosen(["a.b"]), "a.b"),
        (Chosen(["a.b"], several=True), r"a\\.b"),
        (Chosen(["a", "b"], several=True), "(a|b)"),
        (Chosen([""]), ""),
    ],
)
def test_a_variable_of_several_values_is_a_pattern(chosen: Chosen, text: str) -> None:
    """Escaped twice: it stands in a string of PromQL."""
    for written in ("$target", "${target}", "[[target]]"):
        assert HOUR.put_in(f'up{{x=~"{written}"}}', {"target": chosen}) == f'up{{x=~"{text}"}}'


def test_other_forms_of_a_variable_are_not_escaped() -> None:
    """As `${name:pipe}`."""
    chosen = {"name": Chosen(["a.b", "c"], several=True)}
    assert [HOUR.put_in(f"${{name:{form}}}", chosen) for form in ("pipe", "csv")] == ["a.b|c", "a.b,c"]


def test_a_variable_that_is_not_there_is_named() -> None:
    """It would stay in the query."""
    with pytest.raises(KeyError, match="nobody"):
        HOUR.put_in("$nobody", {})


class Answering(Prometheus):
    """Knows three targets, and has data of two."""

    def label_values(self, label: str, selector: str, span: Span) -> list[str]:
        """What the dashboard's variable asks for."""
        return {("target", "up"): ["a", "b", "c"], ("job", 'up{target="a"}'): []}[label, selector]

    def over(self, expr: str, span: Span) -> list[Row]:
        """One row, unless c is asked for."""
        return [] if "c" in expr else [Row({}, [1.0])]


def test_variables_are_filled_in_their_order() -> None:
    """A later one may use an earlier one; one without a value matches what lacks the label."""
    listed = [
        {"name": "datasource", "type": "datasource", "query": "prometheus"},
        {"name": "target", "type": "query", "query": "label_values(up, target)"},
        {"name": "job", "type": "query", "query": {"query": 'label_values(up{target="$target"}, job)'}},
        {"name": "all", "type": "query", "query": "label_values(up, target)", "includeAll": True, "regex": "/[ab]/"},
    ]
    found = Asker(Answering(""), HOUR.span, 3600, 15).variables({"templating": {"list": listed}})
    assert {name: chosen.values for name, chosen in found.items()} == {
        "datasource": ["prometheus"], "target": ["a"], "job": [""], "all": ["a", "b"],
    }  # fmt: skip


def test_a_query_that_grafana_does_not_have_is_named() -> None:
    """`label_value` is a slip."""
    listed = [{"name": "target", "type": "query", "query": "label_value(up, target)"}]
    with pytest.raises(LookupError, match="target: label_value"):
        HOUR.variables({"templating": {"list": listed}})


def test_a_repeated_panel_is_full_only_if_each_copy_is() -> None:
    """One for each value."""
    asker, question = Asker(Answering(""), HOUR.span, 3600, 15), Question("CPU", "A", "up_$target", repeat="target")
    assert len(asker.ask(question, {"target": Chosen(["a", "b"], several=True)})) == 2
    assert not asker.ask(question, {"target": Chosen(["a", "c"], several=True)})


def test_every_query_is_found() -> None:
    """Of rows that are closed, and of annotations; two of one legend are told apart, hidden ones are left out."""
    inner = {"title": "Inner", "targets": [{"refId": "A", "expr": "b", "instant": True}]}
    targets = [{"refId": ref, "expr": ref.lower(), "legendFormat": "x"} for ref in "AB"]
    dashboard = {
        "panels": [{"title": "Outer", "targets": [*targets, {"hide": True}]}, {"title": "Row", "panels": [inner]}],
        "annotations": {"list": [{"name": "Alerts", "expr": "ALERTS"}, {"name": "Built in"}]},
    }
    assert [(str(one), one.instant) for one in questions(dashboard)] == [
        ("Outer / A", False), ("Outer / B", False), ("Inner / A", True), ("annotation: Alerts", False),
    ]  # fmt: skip
