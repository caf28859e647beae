"""PromQL taken apart by Prometheus's own grammar: which series an expression reads, how, and what labels it gives."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import promql_parser as promql

Labels = frozenset[str] | None
"""Labels of a result; None where they are whatever the series have."""
LabelsOf = Callable[[promql.VectorSelector], Labels]
SAME = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""Aggregations that keep the labels of what they choose."""
_JOINED = frozenset({"label_replace", "label_join"})
_FREE = frozenset({"vector", "scalar", "time", "pi"})


@dataclass(frozen=True, slots=True)
class Read:
    """A selector in an expression."""

    name: str
    labels: frozenset[str]
    """Those that its matchers name."""
    window: timedelta | None
    """Of a range selector."""
    call: str
    """The function that takes it directly; empty where none does."""


def parse(text: str) -> Any:  # noqa: ANN401  # the library's classes of nodes have no useful ancestor
    """The syntax tree; raise `ValueError` with the parser's words where `text` is no PromQL."""
    return promql.parse(text)


def reads(text: str) -> list[Read]:
    """Every selector in `text`, once for each name that a matcher of `__name__` gives."""
    return [read for node, parents in _walk(parse(text), ()) for read in _read(node, parents)]


def subqueries(text: str) -> list[tuple[str, timedelta]]:
    """The function that takes each subquery, and its range."""
    nodes = _walk(parse(text), ())
    return [(_call(up), node.range) for node, up in nodes if isinstance(node, promql.SubqueryExpr) and node.range]


def matchers(text: str) -> dict[str, str]:
    """Label and value of each matcher in a selector, or in a filter of Alertmanager's, which is written alike."""
    return {one.name: one.value for one in parse(text).matchers.matchers}


def numbers(text: str) -> set[float]:
    """Every number that stands in `text`."""
    return {float(node.val) for node, _ in _walk(parse(text), ()) if isinstance(node, promql.NumberLiteral)}


def labels(node: Any, of: LabelsOf) -> Labels:  # noqa: ANN401
    """Labels of the result of `node`, where `of` says those of a series; see each operation in Prometheus's manual."""
    match node:
        case promql.VectorSelector():
            found = of(node)
        case promql.MatrixSelector():
            found = of(node.vector_selector)
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            found = labels(node.expr, of)
        case promql.AggregateExpr():
            found = _aggregated(node, of)
        case promql.Call():
            found = _called(node, of)
        case promql.BinaryExpr():
            found = _combined(node, of)
        case _:  # a number or a text
            found = frozenset()
    return found


def _walk(node: Any, parents: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:  # noqa: ANN401
    yield node, parents
    for child in _children(node):
        yield from _walk(child, (*parents, node))


def _children(node: Any) -> list[Any]:  # noqa: ANN401
    match node:
        case promql.AggregateExpr():
            return [node.expr, *([node.param] if node.param is not None else [])]
        case promql.Call():
            return list(node.args)
        case promql.BinaryExpr():
            return [node.lhs, node.rhs]
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            return [node.expr]
        case promql.MatrixSelector():
            return [node.vector_selector]
        case _:
            return []


def _read(node: Any, parents: tuple[Any, ...]) -> Iterator[Read]:  # noqa: ANN401
    if not isinstance(node, promql.VectorSelector):
        return
    matrix = parents[-1] if parents and isinstance(parents[-1], promql.MatrixSelector) else None
    matchers = {one.name: one.value for one in node.matchers.matchers}
    for name in [node.name] if node.name else _names(matchers.pop("__name__", "")):
        window, around = (matrix.range, parents[:-1]) if matrix else (None, parents)
        yield Read(name, frozenset(matchers), window, _call(around))


def _names(pattern: str) -> Iterator[str]:
    """The names that a regular expression of alternatives stands for: `(a|b)_total|up`."""
    group = re.search(r"\((?:\?:)?([^()]*)\)", pattern)
    if group is None:
        yield from dict.fromkeys(pattern.split("|"))
        return
    before, after = pattern[: group.start()].rpartition("|"), pattern[group.end() :].partition("|")
    yield from (f"{before[2]}{one}{after[0]}" for one in group[1].split("|"))
    for rest in (before[0], after[2]):
        if rest:
            yield from _names(rest)


def _call(parents: tuple[Any, ...]) -> str:
    return str(parents[-1].func.name) if parents and isinstance(parents[-1], promql.Call) else ""


def _aggregated(node: Any, of: LabelsOf) -> Labels:  # noqa: ANN401
    if str(node.op) in SAME:
        return labels(node.expr, of)
    own = frozenset({node.param.val}) if str(node.op) == "count_values" else frozenset()
    if node.modifier is None:
        return own
    named = frozenset(node.modifier.labels)
    if node.modifier.type == promql.AggModifierType.By:
        return named | own
    inner = labels(node.expr, of)
    return None if inner is None else (inner - named) | own


def _called(node: Any, of: LabelsOf) -> Labels:  # noqa: ANN401
    name = node.func.name
    if name in _FREE or not node.args:
        return frozenset()
    inner = labels(node.args[1] if name.startswith(("histogram_quantile", "quantile_over")) else node.args[0], of)
    if inner is None:
        return None
    if name in _JOINED:
        return inner | {node.args[1].val}
    return inner - {"le"} if name == "histogram_quantile" else inner


def _combined(node: Any, of: LabelsOf) -> Labels:  # noqa: ANN401
    left, right = labels(node.lhs, of), labels(node.rhs, of)
    operator = str(node.op)
    if operator in {"and", "unless"} or _is_number(node.rhs):
        return left
    if operator == "or":
        return _both(left, right)
    if _is_number(node.lhs):
        return right
    return _matched(node.modifier, left, right)


def _matched(modifier: Any, left: Labels, right: Labels) -> Labels:  # noqa: ANN401
    """Of arithmetic and comparison between series."""
    if modifier is None or modifier.matching is None:
        return _both(left, right)
    for card, many in (
        (promql.VectorMatchCardinality.ManyToOne, left),
        (promql.VectorMatchCardinality.OneToMany, right),
    ):
        if modifier.card == card:
            return None if many is None else many | frozenset(modifier.group_labels or ())
    named = frozenset(modifier.matching.labels)
    if modifier.matching.type == promql.LabelModifierType.Include:
        return named
    return None if left is None else left - named


def _both(left: Labels, right: Labels) -> Labels:
    """What the two have in common; one of which nothing is known has what the other one has."""
    if left is None or right is None:
        return right if left is None else left
    return left & right


def _is_number(node: Any) -> bool:  # noqa: ANN401
    match node:
        case promql.NumberLiteral():
            return True
        case promql.ParenExpr() | promql.UnaryExpr():
            return _is_number(node.expr)
        case promql.Call():
            return bool(node.func.return_type == promql.ValueType.Scalar)
        case promql.BinaryExpr():
            return _is_number(node.lhs) and _is_number(node.rhs)
        case _:
            return False
