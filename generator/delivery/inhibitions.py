"""What is not told because something else explains it: worse severities, outages of what a target stands on.

Sources and targets of every rule differ in a label, so that no alert is ever both: Alertmanager keeps one source for
each set of equal labels, and a source that could be muted by itself would hide another one.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from generator.catalogue import Alert, alerts, kind_of
from generator.delivery.tree import Inhibition, Match
from watchspec.spec import Spec

_OWN_METRICS: Final = frozenset({"metrics", "requests", "duration"})
"""Needs of alerts on what Prometheus reads from a service itself, not through the exporter."""
_OF_EXPORTERS: Final = ("redis", "postgres", "job")
"""Kinds that exporters alone see."""


def inhibitions(spec: Spec) -> tuple[Inhibition, ...]:
    """Every inhibition of `spec`."""
    return (
        *_milder(tuple(spec.matrix())),
        *_same_target(),
        *_louder(),
        *_dependants(spec),
        *_on_hosts(spec),
        *_behind_exporters(spec),
    )


def dependants(spec: Spec) -> Mapping[str, tuple[str, ...]]:
    """Target → the targets that its outage explains, however far up, in the order of the spec."""
    below = {target.name: {*target.depends_on, *filter(None, [target.runs_on])} for _, _, target in spec.targets()}
    found: dict[str, list[str]] = {name: [] for name in below}
    for name in below:
        for cause in _closure(name, below):
            found.setdefault(cause, []).append(name)
    return {name: tuple(names) for name, names in found.items() if names}


def _closure(start: str, below: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(below.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += below.get(name, ())
    return seen


def _milder(severities: tuple[str, ...]) -> Iterator[Inhibition]:
    equal = ("alertname", "target", *sorted({label for alert in alerts().values() for label in alert.labels}))
    for place, severity in enumerate(severities[:-1]):
        yield Inhibition(
            f"{severity} mutes milder alerts of the same name and target",
            (Match("severity", (severity,)),),
            (Match("severity", severities[place + 1 :]),),
            equal,
        )


def _same_target() -> Iterator[Inhibition]:
    outages = _names(alert for alert in alerts().values() if alert.outage)
    symptoms = _names(alert for alert in alerts().values() if alert.symptom and not alert.outage)
    yield Inhibition(
        "an outage mutes its own symptoms",
        (Match("alertname", outages),),
        (Match("alertname", symptoms),),
        ("target",),
    )


def _louder() -> Iterator[Inhibition]:
    for alert in alerts().values():
        if alert.explained_by:
            yield Inhibition(
                f"{', '.join(alert.explained_by)} says the same louder",
                (Match("alertname", alert.explained_by),),
                (Match("alertname", (alert.alert,)),),
                ("target", *alert.labels),
            )


def _dependants(spec: Spec) -> Iterator[Inhibition]:
    kinds = {target.name: kind for kind, _, target in spec.targets()}
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for cause, names in dependants(spec).items():
        if _outages(kinds[cause]):
            alike.setdefault((kinds[cause], names), []).append(cause)
    for (kind, names), causes in alike.items():
        yield Inhibition(
            f"an outage of {', '.join(causes)} mutes the symptoms of what depends on it",
            (Match("alertname", _outages(kind)), Match("target", tuple(causes))),
            (Match("alertname", _symptoms(frozenset(kinds[name] for name in names))), Match("target", names)),
        )


def _on_hosts(spec: Spec) -> Iterator[Inhibition]:
    for host in spec.hosts:
        names = tuple(target.name for _, _, target in spec.targets() if target.runs_on == host.name)
        if names:
            yield Inhibition(
                f"an outage of {host.name} mutes what runs on it",
                (Match("alertname", _outages("host")), Match("target", (host.name,))),
                (Match("target", names),),
            )


def _behind_exporters(spec: Spec) -> Iterator[Inhibition]:
    """Without its exporter nothing is known of a target; what alerts of it still say is old."""
    first = spec.hosts[0].name if spec.hosts else spec.name
    for exporter in [host.name for host in spec.hosts] or [spec.name]:
        seen = [
            (kind, target.name) for kind, _, target in spec.targets()
            if kind != "host" and (target.watched_by or first) == exporter
        ]  # fmt: skip
        source = (Match("alertname", ("ExporterDown", *_outages("host"))), Match("target", (exporter,)))
        because = f"an outage of the exporter of {exporter} mutes what it alone sees"
        whole = tuple(name for kind, name in seen if kind in _OF_EXPORTERS)
        if whole:
            yield Inhibition(because, source, (Match("kind", _OF_EXPORTERS), Match("target", whole)))
        probed = tuple(name for kind, name in seen if kind == "service")
        if probed:
            yield Inhibition(because, source, (Match("alertname", _probes()), Match("target", probed)))


@cache
def _outages(kind: str) -> tuple[str, ...]:
    return _names(alert for name, alert in alerts().items() if alert.outage and kind_of()[name] == kind)


@cache
def _symptoms(kinds: frozenset[str]) -> tuple[str, ...]:
    wanted = kinds | ({"slo"} if "service" in kinds else set())
    return _names(alert for name, alert in alerts().items() if alert.symptom and kind_of()[name] in wanted)


@cache
def _probes() -> tuple[str, ...]:
    return _names(
        alert
        for name, alert in alerts().items()
        if kind_of()[name] == "service" and _OWN_METRICS.isdisjoint(alert.needs)
    )


def _names(found: Iterable[Alert]) -> tuple[str, ...]:
    return tuple(alert.alert for alert in found)
