"""Recording rules: what several readers share, computed once; nothing is recorded that nobody reads.

Names follow https://prometheus.io/docs/practices/rules/ (`level:metric:operation`). A catalogue's `records:` says how
a name is computed; the names that alerts, dashboards and other records mention say which of them are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from generator.catalogue import KINDS, Record, catalogue
from generator.promql import Promql, matcher
from generator.subjects import Subject, subjects
from generator.template import expression
from watchspec.spec import Spec
from watchspec.units import Duration, Ratio

Readers = Mapping[str, frozenset[str] | None]
"""Name of a record → the targets that it is read of; None for all."""

_NAME: Final = re.compile(r"\b[a-z_]+:[a-z_]+:[a-z0-9_]+\b")
_PARAMETER: Final = re.compile(r"<< (\w+) >>")
_USED: Final = re.compile(r"\b(slo|measure)\.(\w+)")
_SHAPES: Final = {"window": "[0-9][0-9a-z]*", "percent": "[0-9][0-9_]*"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording rule that is needed."""

    kind: str
    name: str
    every: Duration | None
    rule: Mapping[str, object]
    """As it stands in the file of rules."""


def names(texts: Iterable[str]) -> frozenset[str]:
    """Every record that `texts` mention, ours or not."""
    return frozenset(found for text in texts for found in _NAME.findall(text))


def recorded(spec: Spec, readers: Readers) -> list[Recorded]:
    """What `readers` need, and what that needs in turn: in the catalogue's order, but each after what it reads."""
    wanted: dict[str, frozenset[str] | None] = {}
    texts: dict[str, Recorded] = {}
    members = list(subjects(spec))
    waiting = dict(readers)
    while waiting:
        name, targets = waiting.popitem()
        already = wanted.get(name, frozenset())
        if name in wanted and (already is None or (targets is not None and targets <= already)):
            continue
        wanted[name] = None if targets is None or already is None else already | targets
        found = _compiled(name, members, wanted[name])
        if found:
            texts[name] = found
            waiting |= {inner: wanted[name] for inner in names([str(found.rule["expr"])]) if inner != name}
    return _in_order(texts)


def _compiled(name: str, members: Sequence[Subject], targets: frozenset[str] | None) -> Recorded | None:
    found = _declared(name)
    if found is None:
        return None
    kind, record, values = found
    clauses = list(_clauses(record, values, [one for one in members if one.kind == kind], targets))
    if not clauses:
        return None
    labels = {"labels": dict(record.labels)} if record.labels else {}
    return Recorded(kind, name, record.every, {"record": name, "expr": "\nor\n".join(clauses), **labels})


def _clauses(
    record: Record, values: Mapping[str, object], members: Iterable[Subject], targets: frozenset[str] | None
) -> Iterator[str]:
    """One expression for each way of looking at targets: two rules of one name are a mistake to promtool."""
    alike: dict[object, list[Subject]] = {}
    for subject in members:
        if subject.has.issuperset(record.needs) and (targets is None or subject.name in targets):
            alike.setdefault(_seen(record, subject), []).append(subject)
    for same in alike.values():
        kind = catalogue(same[0].kind)
        context = {
            **{name: Promql(piece) for name, piece in kind.define.items()},
            **values,
            "target": matcher("target", [subject.name for subject in same]),
            "http": same[0].http,
            "slo": same[0].slo,
            "measure": same[0].measure,
            "interval": same[0].interval,
            "two": _twice(same[0].interval),
        }
        yield expression(record.expr, context)


def _twice(interval: Duration | None) -> Duration | None:
    """Two evaluations: PromQL's offsets are written, never computed."""
    return interval and Duration(2 * interval.milliseconds)


def _seen(record: Record, subject: Subject) -> object:
    """What of `subject`, but for its name, an expression mentions: two that agree in it share a clause."""
    used = [(getattr(subject, part), name) for part, name in _used(record.expr)]
    http = subject.http if "http." in record.expr else None
    return http, tuple(getattr(part, name) for part, name in used if part is not None)


@cache
def _used(expr: str) -> tuple[tuple[str, str], ...]:
    """Parts of a subject, and what of them, that a template mentions."""
    return tuple(dict.fromkeys(_USED.findall(expr)))


@cache
def _declared(name: str) -> tuple[str, Record, Mapping[str, object]] | None:
    """The kind and the record that `name` stands for, with what its name says."""
    for kind in KINDS:
        for record in catalogue(kind).records:
            if not name.startswith(record.record.partition("<<")[0]):  # most: compiling a pattern for each takes long
                continue
            if found := re.fullmatch(_shape(record.record), name):
                return kind, record, {key: _value(key, text) for key, text in found.groupdict().items()}
    return None


def _shape(template: str) -> str:
    pieces = _PARAMETER.split(template)
    return "".join(f"(?P<{text}>{_SHAPES[text]})" if odd % 2 else text for odd, text in enumerate(pieces))


def _value(key: str, text: str) -> object:
    return Promql(text) if key == "window" else Ratio(Decimal(text.replace("_", ".")) / 100)


def _in_order(found: Mapping[str, Recorded]) -> list[Recorded]:
    order: dict[str, Recorded] = {}

    def put(name: str) -> None:
        for inner in sorted(names([str(found[name].rule["expr"])])):
            if inner in found and inner != name and inner not in order:
                put(inner)
        order.setdefault(name, found[name])

    places = {record.record: place for kind in KINDS for place, record in enumerate(catalogue(kind).records)}
    for name in sorted(found, key=lambda name: (_place(name, places), name)):
        put(name)
    return list(order.values())


def _place(name: str, places: Mapping[str, int]) -> int:
    declared = _declared(name)
    return places[declared[1].record] if declared else len(places)
