"""Which alerts a spec can raise, by their labels; and what the spec knows of an alert that is named by some of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from generator.catalogue import alerts, kind_of
from generator.cohorts import cohorts
from generator.custom import KIND as CUSTOM
from generator.delivery.routes import CHANNEL, DRILL
from generator.delivery.tree import Delivery, Labels, hold
from generator.delivery.verdict import Muting
from generator.findings.settings import nearest
from generator.severities import SILENT
from generator.subjects import subjects
from watchspec.errors import UsageError
from watchspec.spec import Spec

OWN: Final = ("alertname", "target", "kind", "team", "severity")
"""The labels that routes and inhibitions are about."""


ByTarget = Mapping[str, Sequence[Labels]]


@dataclass(frozen=True, slots=True)
class Asked:
    """An alert as it was named, and as the spec completes it."""

    labels: Labels
    added: tuple[str, ...]
    """Labels that the spec alone tells."""
    severities: tuple[str, ...] = ()
    """The severities that it may have, where that is not settled; the worst first."""
    known: bool = True
    """Whether the spec has such an alert."""


def possible(spec: Spec) -> list[Labels]:
    """The labels of every alert of `spec`, one for each target; the spec's own rules know theirs when they fire."""
    found: list[Labels] = []
    for cohort in cohorts(spec):
        setting, team = cohort.shape.setting, cohort.shape.team
        common = {"alertname": setting.alert, "kind": cohort.shape.kind, "severity": setting.severity}
        found += [{**common, "target": target, **({"team": team} if team else {})} for target in cohort.targets]
    for rule in spec.rules:
        found.append({**rule.labels, "alertname": rule.alert, "severity": rule.severity, "kind": CUSTOM})
    return found


def asked(spec: Spec, labels: Labels, there: Sequence[Labels]) -> Asked:
    """`labels`, completed from `there`, the alerts of `spec`; raise `UsageError` for names that it does not know."""
    _refuse(spec, labels)
    fitting = [alert for alert in there if _fits(alert, labels)]
    known = bool(fitting) or labels.get("alertname") == DRILL
    # Of an alert that is off, the spec still knows the target.
    about = fitting or list(_of_target(spec, labels.get("target")))
    added = {label: value for label in OWN if label not in labels and (value := _only(about, label))}
    if labels.get("alertname") in kind_of() and "kind" not in labels:
        added["kind"] = kind_of()[labels["alertname"]]
    whole = dict(sorted({**labels, **added}.items(), key=lambda item: _place(item[0])))
    if "severity" in whole or whole.get("alertname") == DRILL:
        return Asked(whole, tuple(added), (), known)
    severities = {alert["severity"] for alert in fitting}
    return Asked(whole, tuple(added), tuple(n for n in spec.matrix() if n in severities or not severities), known)


def by_target(there: Iterable[Labels]) -> ByTarget:
    """`there`, to be asked for the alerts of one target."""
    found: dict[str, list[Labels]] = {}
    for alert in there:
        found.setdefault(alert.get("target", ""), []).append(alert)
    return found


def sources(delivery: Delivery, labels: Labels, there: ByTarget) -> list[Muting]:
    """What of `there` would mute an alert with `labels`; of what tells alerts of a target apart, the same is meant."""
    found: list[Muting] = []
    for inhibition in delivery.inhibitions:
        if hold(inhibition.targets, labels):
            named = [value for match in inhibition.sources if match.label == "target" for value in match.values]
            targets = [labels.get("target", "")] if "target" in inhibition.equal else named
            alerts_ = [{**_apart(labels), **alert} for target in targets for alert in there.get(target, ())]
            found += [Muting(inhibition, alert) for alert in alerts_ if inhibition.mutes(labels, alert)]
    return found


def _apart(labels: Labels) -> Labels:
    return {label: value for label, value in labels.items() if label not in OWN}


def _fits(alert: Labels, labels: Labels) -> bool:
    """Whether `alert` may be the one with `labels`; a rule of the user's own has its target from its expression."""
    open_ = alert["kind"] == CUSTOM
    return all(
        alert.get(label, "") == labels[label] or (open_ and label not in alert) for label in OWN if label in labels
    )


def _only(about: Iterable[Labels], label: str) -> str:
    """The value that all of them have; empty where they differ."""
    values = {alert.get(label, "") for alert in about}
    return values.pop() if len(values) == 1 else ""


def _place(label: str) -> int:
    return OWN.index(label) if label in OWN else len(OWN)


def _of_target(spec: Spec, name: str | None) -> Iterator[Labels]:
    for kind, _, target in spec.targets():
        if target.name == name:
            yield {"kind": kind, **({"team": target.team} if target.team else {})}


def _refuse(spec: Spec, labels: Labels) -> None:
    own = labels.get("alertname") in {rule.alert for rule in spec.rules}
    names = _labels(spec)
    for label, said in labels.items():
        # A rule of the user's own has the labels, and the targets, that its expression brings.
        if label not in names and not own:
            raise UsageError(f"{label}: no alert of this spec has such a label; {_hint(label, names)}")
        values = _values(spec, label)
        if said and values is not None and said not in values and not (own and label in {"target", "team"}):
            raise UsageError(
                f'{label}="{said}": no such {label.replace("alertname", "alert")} in this spec; {_hint(said, values)}'
            )


def _hint(word: str, known: Sequence[str]) -> str:
    """The nearest name, or all of a few."""
    if not known:
        return "it names none"
    hint = nearest(word, known)
    return hint if hint.startswith("did") or len(known) <= _FEW else f"it has {len(known)} others"


_FEW: Final = 12


def _labels(spec: Spec) -> list[str]:
    """Names of labels that an alert of `spec` can have."""
    apart = {label for alert in alerts().values() for label in alert.labels}
    own = {label for rule in spec.rules for label in rule.labels}
    return list(dict.fromkeys((*OWN, CHANNEL, "stack", *spec.labels, *sorted(apart | own))))


def _values(spec: Spec, label: str) -> Sequence[str] | None:
    """Every value that `label` can have; None where anything goes."""
    teams = [target.team for _, _, target in spec.targets()] + [rule.labels.get("team") for rule in spec.rules]
    known: Mapping[str, Iterable[str | None]] = {
        "alertname": [*(rule.alert for rule in spec.rules), *alerts(), DRILL],
        "target": [subject.name for subject in subjects(spec)],
        "kind": [*kind_of().values(), CUSTOM],
        "team": [*teams, *(route.team for route in spec.routes)],
        "severity": [*spec.matrix(), SILENT],
        CHANNEL: spec.channels,
    }
    return list(dict.fromkeys(filter(None, known[label]))) if label in known else None
