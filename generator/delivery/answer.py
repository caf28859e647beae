"""The answer of `watchspec route`: labels, completed from the spec, and the tree of what happens to the alert."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from generator.delivery import words
from generator.delivery.alerts import Asked, asked, by_target, possible, sources
from generator.delivery.plan import delivery
from generator.delivery.routes import DRILL
from generator.delivery.tree import Labels
from generator.delivery.verdict import verdict
from watchspec.spec import Spec


def answer(spec: Spec, labels: Labels, firing: Sequence[Labels], moment: datetime) -> str:
    """The text for an alert with `labels` while `firing` fire; raise `UsageError` for names that `spec` lacks."""
    there, told = possible(spec), delivery(spec)
    alert = asked(spec, labels, there)
    others = [_worst(asked(spec, other, there)) for other in firing]
    parts = ["\n".join(_heading(alert, others, moment))]
    for severity in alert.severities or (None,):
        whole = {**alert.labels, **({"severity": severity} if severity else {})}
        found = verdict(told, whole, others, moment)
        head = f"{severity} " if severity else ""
        parts.append(head + words.tree(spec, told, found, sources(told, whole, by_target(there)), moment))
    return "\n\n".join(parts)


def _heading(alert: Asked, firing: Sequence[Labels], moment: datetime) -> Iterator[str]:
    others = f", while {', '.join(map(words.name, firing))} fires" if firing else ""
    yield f"{words.name(alert.labels)}, {words.clock(moment)}{others}"
    if alert.added:
        yield f"  from the spec: {' '.join(f'{label}={alert.labels[label]}' for label in alert.added)}"
    if alert.severities:
        yield f"  its severity is not given; it may be {' or '.join(alert.severities)}"
    missing = [label for label in ("alertname", "target") if label not in alert.labels]
    if missing and alert.labels.get("alertname") != DRILL:
        yield f"  no {' and no '.join(missing)} given: what depends on it is not seen here"
    if not alert.known:
        yield "  this spec has no such alert: it is off, or these labels do not go together"


def _worst(alert: Asked) -> Labels:
    """Of several severities the worst, which mutes the most."""
    return {**alert.labels, **({"severity": alert.severities[0]} if alert.severities else {})}
