"""What `watchspec explain` says of one alert: its rules as they are rendered, who is told, what mutes it."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator import custom
from generator.catalogue import Alert, alerts, kind_of
from generator.cohorts import Cohort, cohorts
from generator.delivery import words
from generator.delivery.alerts import ByTarget, by_target, possible, sources
from generator.delivery.plan import delivery
from generator.delivery.tree import Delivery, Labels
from generator.delivery.verdict import Telling, verdict
from generator.findings.settings import nearest
from generator.rules import groups
from generator.yamltext import dump
from watchspec.errors import UsageError
from watchspec.spec import Rule, Spec


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is asked for each alert."""

    spec: Spec
    delivery: Delivery
    there: Sequence[Labels]
    """Every alert of the spec."""
    by_target: ByTarget


def explanation(spec: Spec, name: str, target: str | None = None) -> str:
    """The text for the alert `name`, of one target or of all; raise `UsageError` for one that `spec` does not know."""
    own = {rule.alert: rule for rule in spec.rules}
    there = possible(spec)
    whole = _Whole(spec, delivery(spec), there, by_target(there))
    if name in own:
        return "\n\n".join(_own(whole, own[name]))
    if name not in alerts():
        raise UsageError(f"{name}: no such alert; {nearest(name, [*alerts(), *own])}")
    named = {subject.name for _, _, subject in spec.targets()}
    if target is not None and target not in named | {spec.name, "prometheus", "alertmanager"}:
        raise UsageError(f"{target}: no such target; {nearest(target, sorted(named))}")
    members = [cohort for cohort in cohorts(spec) if cohort.shape.setting.alert == name]
    pairs = [pair for pair in groups(spec, name, members) if target is None or target in pair[0].targets]
    return "\n\n".join(_catalogued(whole, alerts()[name], pairs, target))


def _catalogued(
    whole: _Whole, alert: Alert, pairs: Sequence[tuple[Cohort, Mapping[str, object]]], target: str | None
) -> Iterator[str]:
    kind = kind_of()[alert.alert]
    yield f"{alert.alert}{f' of {target}' if target else ''} ({kind})\n{_wrapped(alert.why)}"
    if not pairs:
        yield f"This spec has no such rule: {_absent(alert)}."
    for cohort, rule in pairs:
        setting = cohort.shape.setting
        mine = [
            labels
            for labels in whole.there
            if labels["alertname"] == alert.alert
            and labels["severity"] == setting.severity
            and labels.get("target") in ([target] if target else cohort.targets)
        ]
        yield "\n".join(
            [
                f"{setting.severity}: {', '.join(cohort.targets)}",
                f"  fires    {_condition(alert, cohort)}",
                *_fate(whole, mine),
                f"  rule     rules/{kind}.yml",
                _yaml(rule),
            ]
        ).rstrip()
    steps = "\n".join(f"  {number}. {step}" for number, step in enumerate(alert.do, 1))
    yield f"First steps ({whole.spec.links.runbooks.rstrip('/')}/{alert.alert}.md)\n{steps}"


def _own(whole: _Whole, rule: Rule) -> Iterator[str]:
    yield f"{rule.alert} (one of the spec's own rules)"
    waits = f", for {rule.for_}" if rule.for_ else ""
    yield "\n".join(
        [
            f"{rule.severity}:",
            f"  fires    for every series of its expression{waits}",
            *_fate(whole, [labels for labels in whole.there if labels["alertname"] == rule.alert]),
            f"  rule     rules/{custom.KIND}.yml",
            _yaml(custom.group(whole.spec, rule)),
        ]
    ).rstrip()
    if rule.runbook:
        yield f"Runbook: {rule.runbook}"


def _condition(alert: Alert, cohort: Cohort) -> str:
    setting = cohort.shape.setting
    waits = f", for {setting.for_}" if setting.for_.milliseconds else ", at once"
    if alert.threshold is None:
        return f"when its expression returns a series{waits}"
    return f"{alert.threshold.is_} {setting.threshold}{waits}"


def _absent(alert: Alert) -> str:
    if not alert.enabled:
        return "it is off until you mention it in `alerts:`"
    return f"it needs {', '.join(alert.needs)}, or it is off" if alert.needs else "no target of its kind, or it is off"


def _fate(whole: _Whole, mine: Sequence[Labels]) -> Iterator[str]:
    """Who is told of each of these alerts, and what mutes it; targets to which the same happens come together."""
    for heading, say in (("told", _told), ("not in", _windows), ("muted by", _muted)):
        yield from _lines(heading, {labels.get("target", ""): say(whole, labels) for labels in mine})


def _lines(heading: str, said: Mapping[str, Sequence[str]]) -> Iterator[str]:
    alike: dict[tuple[str, ...], list[str]] = {}
    for target, lines in said.items():
        alike.setdefault(tuple(lines), []).append(target)
    for lines, targets in alike.items():
        whose = [f"of {', '.join(targets)}:"] if len(alike) > 1 else []
        for line in (*whose, *lines):
            yield f"  {heading:8} {line}"
            heading = ""


def _told(whole: _Whole, labels: Labels) -> list[str]:
    found = words.by_wait(verdict(whole.delivery, labels).tellings)
    return [_line(whole, telling) for telling in found if telling.receiver.channels] or [
        f"nobody: {found[0].route.because}"
    ]


def _line(whole: _Whole, telling: Telling) -> str:
    hours = "".join(f", only {text}" for text in words.spans(whole.spec, whole.delivery, telling.route.active))
    return f"{', '.join(telling.receiver.channels)} {words.when(telling)}{hours} ({telling.route.because})"


def _windows(whole: _Whole, labels: Labels) -> list[str]:
    names = dict.fromkeys(name for route in whole.delivery.root.taken(labels) for name in route.mute)
    return words.spans(whole.spec, whole.delivery, names)


def _muted(whole: _Whole, labels: Labels) -> list[str]:
    found = words.causes(sources(whole.delivery, labels, whole.by_target))
    return found or ["nothing but a silence"]


def _yaml(rule: Mapping[str, object]) -> str:
    """As it stands in the file, without the banner."""
    return textwrap.indent(dump(dict(rule)).partition("\n")[2], "    ")


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), width=110)
