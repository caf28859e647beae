"""What `watchspec explain` says of one alert: its rules as they are rendered, who is told, what mutes it."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from generator import custom
from generator.catalogue import Alert, alerts, kind_of
from generator.cohorts import Cohort, cohorts
from generator.rules import groups
from generator.setting_findings import nearest
from generator.severities import SILENT
from generator.yamltext import dump
from watchspec.errors import UsageError
from watchspec.spec import Rule, Spec


def explanation(spec: Spec, name: str, target: str | None = None) -> str:
    """The text for the alert `name`, of one target or of all; raise `UsageError` for one that `spec` does not know."""
    own = {rule.alert: rule for rule in spec.rules}
    if name in own:
        return "\n\n".join(_own(spec, own[name]))
    if name not in alerts():
        raise UsageError(f"{name}: no such alert; {nearest(name, [*alerts(), *own])}")
    named = {subject.name for _, _, subject in spec.targets()}
    if target is not None and target not in named | {spec.name, "prometheus", "alertmanager"}:
        raise UsageError(f"{target}: no such target; {nearest(target, sorted(named))}")
    members = [cohort for cohort in cohorts(spec) if cohort.shape.setting.alert == name]
    pairs = [pair for pair in groups(spec, name, members) if target is None or target in pair[0].targets]
    return "\n\n".join(_catalogued(spec, alerts()[name], pairs, target))


def _catalogued(
    spec: Spec, alert: Alert, pairs: Sequence[tuple[Cohort, Mapping[str, object]]], target: str | None
) -> Iterator[str]:
    kind = kind_of()[alert.alert]
    yield f"{alert.alert}{f' of {target}' if target else ''} ({kind})\n{_wrapped(alert.why)}"
    if not pairs:
        yield f"This spec has no such rule: {_absent(alert)}."
    for cohort, rule in pairs:
        setting = cohort.shape.setting
        yield "\n".join(
            [
                f"{setting.severity}: {', '.join(cohort.targets)}",
                f"  fires    {_condition(alert, cohort)}",
                f"  told     {_told(spec, setting.severity)}",
                f"  muted by {_muted(spec, setting.severity)}",
                f"  rule     rules/{kind}.yml",
                _yaml(rule),
            ]
        ).rstrip()
    steps = "\n".join(f"  {number}. {step}" for number, step in enumerate(alert.do, 1))
    yield f"First steps ({spec.links.runbooks.rstrip('/')}/{alert.alert}.md)\n{steps}"


def _own(spec: Spec, rule: Rule) -> Iterator[str]:
    yield f"{rule.alert} (one of the spec's own rules)"
    waits = f", for {rule.for_}" if rule.for_ else ""
    yield "\n".join(
        [
            f"{rule.severity}:",
            f"  fires    for every series of its expression{waits}",
            f"  told     {_told(spec, rule.severity)}",
            f"  muted by {_muted(spec, rule.severity)}",
            f"  rule     rules/{custom.KIND}.yml",
            _yaml(custom.group(spec, rule)),
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


def _told(spec: Spec, severity: str) -> str:
    if severity == SILENT:
        return "nobody; only something outside sees when it stops"
    found = spec.matrix()[severity]
    return (
        f"{', '.join(found.notify)}, again every {found.repeat}"
        if found.notify
        else "nobody; the severity names no channel"
    )


def _muted(spec: Spec, severity: str) -> str:
    names = list(spec.matrix())
    worse = names[: names.index(severity)] if severity in names else []
    return f"the same alert and target as {' or '.join(worse)}" if worse else "nothing but a silence"


def _yaml(rule: Mapping[str, object]) -> str:
    """As it stands in the file, without the banner."""
    return textwrap.indent(dump(dict(rule)).partition("\n")[2], "    ")


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), width=110)
