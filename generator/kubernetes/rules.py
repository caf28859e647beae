"""The compiled rules → PrometheusRule, one or more a rule file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from generator import custom, rules
from generator.kubernetes import names
from generator.kubernetes.objects import MONITORING, manifest
from generator.layout import Files
from generator.promql import literal
from generator.yamltext import body
from watchspec.errors import EnvironmentFailure
from watchspec.spec import Spec

Group = Mapping[str, object]

LARGEST: Final = 400_000
"""Bytes of the groups of one object. The operator refuses 512 KiB, of rules as it writes them itself:
`MaxConfigMapDataSize`, https://github.com/prometheus-operator/prometheus-operator/blob/main/pkg/operator/rules.go"""


def emit(spec: Spec, asked: Iterable[str]) -> Files:
    """`rules/<kind>.yml`, and `rules/<kind>-2.yml` where one object would be too big; `asked` as in `rules.files`."""
    found = {file.kind: list(file.groups()) for file in rules.files(spec, asked)}
    own = [custom.group(spec, rule) for rule in spec.rules]
    return dict(_objects(spec, {**found, **({custom.KIND: own} if own else {})}))


def _objects(spec: Spec, kinds: Mapping[str, Sequence[Group]]) -> Iterator[tuple[str, str]]:
    for kind, groups in kinds.items():
        for place, chunk in enumerate(_fitting([_group(spec, group) for group in groups]), 1):
            words = (kind,) if place == 1 else (kind, str(place))
            name = names.label("rules", *words)
            text = manifest(spec, f"{MONITORING}/v1", "PrometheusRule", name, {"spec": {"groups": chunk}})
            yield f"rules/{'-'.join(words)}.yml", text


def _group(spec: Spec, group: Group) -> Group:
    """`group` with what Prometheus's own configuration says elsewhere, which here may be somebody else's."""
    every = spec.prometheus.evaluation_interval or spec.prometheus.scrape_interval
    stack = {name: literal(value) for name, value in {"stack": spec.name, **spec.labels}.items()}
    written = [_labelled(rule, stack) for rule in cast("Sequence[Group]", group["rules"])]
    return {"name": group["name"], "interval": group.get("interval", str(every)), "rules": written}


def _labelled(rule: Group, stack: Mapping[str, str]) -> Group:
    if "alert" not in rule:
        return rule
    return {**rule, "labels": {**stack, **cast("Mapping[str, str]", rule["labels"])}}


def _fitting(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """`groups` in their order, as many at a time as one object takes; one that is too big alone is divided."""
    for chunk in _chunks(groups):
        if len(chunk) == 1 and _size(chunk[0]) > LARGEST:
            yield from ([part] for part in _parts(chunk[0]))
        else:
            yield chunk


def _parts(group: Group) -> Iterator[Group]:
    """The rules of `group` see the records above them at once, but those of the next part at the next evaluation."""
    for place, members in enumerate(_chunks(cast("Sequence[Group]", group["rules"])), 1):
        if len(members) == 1 and _size(members[0]) > LARGEST:
            raise EnvironmentFailure(
                f'a rule of group "{group["name"]}" is too long for the {LARGEST} bytes that one PrometheusRule takes;'
                " divide the spec into several stacks"
            )
        name = str(group["name"]) if place == 1 else f"{group['name']}, part {place}"
        yield {**group, "name": name, "rules": members}


def _chunks(items: Sequence[Group]) -> Iterator[list[Group]]:
    """`items` in their order, as many at a time as are small enough; one that is too big comes alone."""
    chunk: list[Group] = []
    room = LARGEST
    for item in items:
        size = _size(item)
        if chunk and size > room:
            yield chunk
            chunk, room = [], LARGEST
        chunk.append(item)
        room -= size
    if chunk:
        yield chunk


def _size(item: Group) -> int:
    return len(body([item]).encode())
