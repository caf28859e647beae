"""What is not told because something else explains it: worse severities, outages of what a target stands on.

Sources and targets of every rule differ in a label, so that no alert is ever both: Alertmanager keeps one source for
each set of equal labels, and a source that could be muted by itself would hide another one. Nothing mutes what is worse
than itself, or a note could hide a page; and nothing is muted round a circle, or an incident could hide itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from generator.catalogue import Alert, alerts, kind_of
from generator.delivery.alerts import possible
from generator.delivery.tree import Inhibition, Labels, Match, hold
from watchspec.spec import Spec

_OWN_METRICS: Final = frozenset({"metrics", "requests", "duration"})
"""Needs of alerts on what Prometheus reads from a service itself, not through the exporter."""
_OF_EXPORTERS: Final = ("redis", "postgres", "job")
"""Kinds that exporters alone see."""
_NOT_MONITORING: Final = Match("kind", ("monitoring",), but=True)
"""The stack's own alerts run on nothing, even where it is called like a target."""


def inhibitions(spec: Spec) -> tuple[Inhibition, ...]:
    """Every inhibition of `spec`, both sides of which it can raise."""
    raised = _raised(spec)
    whole = (
        *_same_target(raised),
        *_louder(raised),
        *_dependants(spec, raised),
        *_on_hosts(spec, raised),
        *_behind_exporters(spec, raised),
    )
    return (*_milder(raised), *(graded for rule in whole for graded in raised.graded(rule)))


def dependants(spec: Spec) -> Mapping[str, tuple[str, ...]]:
    """Target → the targets that its outage explains, however far up, in the order of the spec."""
    below = {target.name: (*target.depends_on, *filter(None, [target.runs_on])) for _, _, target in spec.targets()}
    return _above(below)


def carried(spec: Spec) -> Mapping[str, tuple[str, ...]]:
    """Host → the targets that run on it, or on a host that does."""
    return _above({target.name: tuple(filter(None, [target.runs_on])) for _, _, target in spec.targets()})


def _above(below: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
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


@dataclass(frozen=True, slots=True)
class _Raised:
    """The alerts that the spec can raise."""

    severities: tuple[str, ...]
    alerts: Mapping[str | None, Sequence[Labels]]
    """By target; None has the rules of the user's own, whose target is known only when they fire."""
    here: frozenset[str]
    """Their names."""
    apart: Sequence[Sequence[Labels]]
    """All of them, those that differ in their target alone but once."""

    def names(self, wanted: Iterable[Alert]) -> tuple[str, ...]:
        """The names of those of `wanted` that can be raised."""
        return tuple(alert.alert for alert in wanted if alert.alert in self.here)

    def outages(self, kind: str) -> tuple[str, ...]:
        """Those that say that a target of `kind` is gone."""
        return self.names(alert for name, alert in alerts().items() if alert.outage and kind_of()[name] == kind)

    def symptoms(self, kinds: set[str]) -> tuple[str, ...]:
        """Those that an outage of what the target stands on brings about."""
        wanted = kinds | ({"slo"} if "service" in kinds else set())
        return self.names(alert for name, alert in alerts().items() if alert.symptom and kind_of()[name] in wanted)

    def graded(self, rule: Inhibition) -> Iterator[Inhibition]:
        """`rule`, if both its sides can fire; one for each severity, where a source could be milder than a target."""
        sources, targets = self._places(rule.sources), self._places(rule.targets)
        if not sources or not targets:
            return
        if max(sources) <= min(targets):
            yield rule
            return
        for place in sorted(sources):
            # What is as bad as the worst may mute all.
            milder = (Match("severity", self.severities[place:]),) if place else ()
            if max(targets) >= place:
                yield replace(
                    rule,
                    because=f"{rule.because}, if no worse than {self.severities[place]}" if place else rule.because,
                    sources=(*rule.sources, Match("severity", (self.severities[place],))),
                    targets=(*rule.targets, *milder),
                )

    def _places(self, matches: tuple[Match, ...]) -> set[int]:
        """Places of the severities in which an alert may pass `matches`."""
        named = next((match.values for match in matches if match.label == "target"), None)
        rest = tuple(match for match in matches if match.label != "target")
        asked = self.apart if named is None else [self.alerts.get(name, ()) for name in dict.fromkeys((*named, None))]
        return {
            self.severities.index(labels["severity"]) for members in asked for labels in members if hold(rest, labels)
        }


def _raised(spec: Spec) -> _Raised:
    severities = tuple(spec.matrix())
    found: dict[str | None, list[Labels]] = {}
    for labels in possible(spec):
        if labels["severity"] in severities:
            found.setdefault(labels.get("target"), []).append(labels)
    here = frozenset(labels["alertname"] for members in found.values() for labels in members)
    rest = {tuple(pair for pair in of.items() if pair[0] != "target"): of for alike in found.values() for of in alike}
    return _Raised(severities, found, here, [tuple(rest.values())])


def _milder(raised: _Raised) -> Iterator[Inhibition]:
    here = set(raised.names(alerts().values()))
    apart = {label for name, alert in alerts().items() if name in here for label in alert.labels}
    for place, severity in enumerate(raised.severities[:-1]):
        yield Inhibition(
            f"{severity} mutes milder alerts of the same name and target",
            (Match("severity", (severity,)),),
            (Match("severity", raised.severities[place + 1 :]),),
            ("alertname", "target", *sorted(apart)),
        )


def _same_target(raised: _Raised) -> Iterator[Inhibition]:
    yield Inhibition(
        "an outage mutes its own symptoms",
        (Match("alertname", raised.names(alert for alert in alerts().values() if alert.outage)),),
        (Match("alertname", raised.names(a for a in alerts().values() if a.symptom and not a.outage)),),
        ("target",),
    )


def _louder(raised: _Raised) -> Iterator[Inhibition]:
    for alert in alerts().values():
        if louder := raised.names(alerts()[name] for name in alert.explained_by):
            yield Inhibition(
                f"{', '.join(louder)} says the same louder",
                (Match("alertname", louder),),
                (Match("alertname", (alert.alert,)),),
                ("target", *alert.labels),
            )


def _dependants(spec: Spec, raised: _Raised) -> Iterator[Inhibition]:
    kinds = {target.name: kind for kind, _, target in spec.targets()}
    on = carried(spec)
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for cause, names in dependants(spec).items():
        # What runs on a host is muted with all its alerts, below.
        rest = tuple(name for name in names if name not in on.get(cause, ()))
        if rest and cause in kinds:
            alike.setdefault((kinds[cause], rest), []).append(cause)
    for (kind, names), causes in alike.items():
        yield Inhibition(
            f"an outage of {', '.join(causes)} mutes the symptoms of what depends on it",
            (Match("alertname", raised.outages(kind)), Match("target", tuple(causes))),
            (Match("alertname", raised.symptoms({kinds[name] for name in names})), Match("target", names)),
        )


def _on_hosts(spec: Spec, raised: _Raised) -> Iterator[Inhibition]:
    for host, names in carried(spec).items():
        yield Inhibition(
            f"an outage of {host} mutes what runs on it",
            (Match("alertname", raised.outages("host")), Match("target", (host,))),
            (Match("target", names), _NOT_MONITORING),
        )


def _behind_exporters(spec: Spec, raised: _Raised) -> Iterator[Inhibition]:
    """Without its exporter nothing is known of a target; what alerts of it still say is old."""
    first = spec.hosts[0].name if spec.hosts else spec.name
    gone = (*raised.names([alerts()["ExporterDown"]]), *raised.outages("host"))
    probes = raised.names(
        alert
        for name, alert in alerts().items()
        if kind_of()[name] == "service" and _OWN_METRICS.isdisjoint(alert.needs)
    )
    for exporter in [host.name for host in spec.hosts] or [spec.name]:
        seen = [
            (kind, target.name) for kind, _, target in spec.targets()
            if (target.watched_by or first) == exporter
        ]  # fmt: skip
        source = (Match("alertname", gone), Match("target", (exporter,)))
        because = f"an outage of the exporter of {exporter} mutes what it alone sees"
        if whole := tuple(name for kind, name in seen if kind in _OF_EXPORTERS):
            yield Inhibition(because, source, (Match("kind", _OF_EXPORTERS), Match("target", whole)))
        if probed := tuple(name for kind, name in seen if kind == "service"):
            yield Inhibition(because, source, (Match("alertname", probes), Match("target", probed)))
