"""PromQL taken apart: which labels an operation leaves, and which selectors there are."""

from datetime import timedelta

import promql_parser as promql
import pytest

from tests.support.expressions import Labels, Read, labels, matchers, numbers, parse, reads, subqueries

SERIES: dict[str, frozenset[str]] = {"a": frozenset({"target", "db"}), "b": frozenset({"target", "le"})}


def known(selector: promql.VectorSelector) -> Labels:
    """Of two series the labels are known."""
    return SERIES.get(selector.name or "")


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("a", "target db"),
        ("rate(a[5m]) * 8", "target db"),
        ("100 - a", "target db"),
        ("-(a)", "target db"),
        ("sum(a)", ""),
        ("sum by (target) (a)", "target"),
        ("sum by (target) (unknown)", "target"),
        ("max without (db) (a)", "target"),
        ("topk by (target) (3, a)", "target db"),
        ('count_values by (target) ("version", a)', "target version"),
        ("a / b", "target"),
        ("a / unknown", "target db"),
        ("a / on (target) b", "target"),
        ("a / ignoring (db) b", "target"),
        ("a * on (target) group_left (le) b", "target db le"),
        ("b * on (target) group_right () a", "target db"),
        ("a and on (target) b", "target db"),
        ("a unless b", "target db"),
        ("a or b", "target"),
        ("a > bool 3", "target db"),
        ("a - time()", "target db"),
        ("vector(1)", ""),
        ("histogram_quantile(0.9, b)", "target"),
        ("quantile_over_time(0.9, a[5m])", "target db"),
        ('label_replace(a, "name", "$1", "db", "(.*)")', "target db name"),
        ("max_over_time(a[1h:5m])", "target db"),
    ],
)
def test_an_operation_leaves_its_labels(expr: str, expected: str) -> None:
    """As Prometheus's manual says."""
    assert labels(parse(expr), known) == frozenset(expected.split())


@pytest.mark.parametrize("expr", ["unknown", "max without (db) (unknown)", "rate(unknown[5m])", "unknown / 2"])
def test_of_unknown_series_nothing_is_said(expr: str) -> None:
    """A test can only take them as they are."""
    assert labels(parse(expr), known) is None


def test_selectors_are_found_with_what_takes_them() -> None:
    """Inside and outside of functions, by name or by a matcher of the name."""
    expr = 'sum(rate(a{target=~"x"}[5m])) / count({__name__=~"up|b", job="c"}) > 0.5'
    assert reads(expr) == [
        Read("a", frozenset({"target"}), timedelta(minutes=5), "rate"),
        Read("up", frozenset({"job"}), None, ""),
        Read("b", frozenset({"job"}), None, ""),
    ]
    assert numbers(expr) == {0.5}
    assert reads("1 + 2") == []


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("up", "up"),
        ("up|b", "up b"),
        ("(a|b)_total", "a_total b_total"),
        ("x_(?:a|b)_total|up", "x_a_total x_b_total up"),
        ("up|(a|b)_c|d_(e|f)", "a_c b_c up d_e d_f"),
    ],
)
def test_every_name_of_a_pattern_is_read(pattern: str, names: str) -> None:
    """Alternatives of the whole and of a part."""
    assert [read.name for read in reads(f'{{__name__=~"{pattern}"}}')] == names.split()


def test_what_looks_like_a_metric_is_none() -> None:
    """Labels, strings and keywords are not read."""
    found = reads('label_replace(a, "fake", "$1", "other", "up{}") and on (node_load1) b offset 5m')
    assert {read.name for read in found} == {"a", "b"}


def test_subqueries_are_found_with_what_takes_them() -> None:
    """Their range counts, not that of what they are of."""
    assert subqueries("max_over_time(deriv(a[5m])[1h:1m])") == [("max_over_time", timedelta(hours=1))]


def test_matchers_are_read_with_their_escapes() -> None:
    """In a selector, and in a filter of Alertmanager's."""
    assert matchers(r'{a="x \"y\"",b=~"c,d"}') == {"a": 'x "y"', "b": "c,d"}


@pytest.mark.parametrize("text", ["sum(", "a b", 'a{b="c}', ""])
def test_what_is_no_promql_is_refused(text: str) -> None:
    """With the parser's words."""
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)
