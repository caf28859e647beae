"""Cohorts → `rules/<kind>.yml`: alerting rules of Prometheus, one group an alert, and the records that they read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from generator.catalogue import KINDS, Alert, alerts, catalogue
from generator.cohorts import Cohort, cohorts
from generator.dashboards import address
from generator.layout import Files, Layout
from generator.promql import Promql, literal, matcher
from generator.records import Readers, Recorded, names, recorded
from generator.template import expression, message
from generator.versions import KEEP_FIRING_FOR, reaches
from generator.yamltext import dump
from watchspec.spec import Spec
from watchspec.units import Duration

# https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
Rule = dict[str, object]


Compiled = Mapping[str, Sequence[tuple[Cohort, Rule]]]
"""Alert → its cohorts with their rules."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """`rules/<kind>.yml`: the recording and the alerting rules of one kind."""

    kind: str
    records: Sequence[Recorded]
    alerts: Compiled

    def groups(self) -> Iterator[dict[str, object]]:
        """Slow records; quick ones, followed by the alerts that read them, which so see the newest value; the rest."""
        for every in sorted({record.every for record in self.records if record.every}):
            rules = [record.rule for record in self.records if record.every == every]
            yield {"name": f"{self.kind} every {every}", "interval": str(every), "rules": rules}
        quick = {record.name: record.rule for record in self.records if not record.every}
        readers = [alert for alert, pairs in self.alerts.items() if not quick.keys().isdisjoint(_read(pairs))]
        if quick:
            rules = [*quick.values(), *(rule for alert in readers for _, rule in self.alerts[alert])]
            yield {"name": self.kind, "rules": rules}
        for alert, pairs in self.alerts.items():
            if alert not in readers:
                yield {"name": alert, "rules": [rule for _, rule in pairs]}

    def text(self) -> str:
        """The file."""
        return dump({"groups": list(self.groups())})


def emit(spec: Spec, layout: Layout) -> Files:  # every emitter has this signature
    """`rules/<kind>.yml` for every kind that `spec` has targets of, with the records that alerts read."""
    return {f"rules/{file.kind}.yml": file.text() for file in files(spec)}


def files(spec: Spec, asked: Iterable[str] = ()) -> Iterator[RuleFile]:
    """The rules of every kind, in the catalogue's order; `asked` are records that something else reads."""
    compiled = dict(_by_kind(spec))
    found = recorded(spec, _readers(compiled, asked))
    for kind in (kind for kind in KINDS if kind in compiled or any(record.kind == kind for record in found)):
        yield RuleFile(kind, [record for record in found if record.kind == kind], compiled.get(kind, {}))


def _by_kind(spec: Spec) -> Iterator[tuple[str, Compiled]]:
    for kind, members in groupby(cohorts(spec), lambda cohort: cohort.shape.kind):
        yield kind, {alert: groups(spec, alert, list(same)) for alert, same in groupby(members, _alert)}


def _readers(compiled: Mapping[str, Compiled], asked: Iterable[str]) -> Readers:
    found: dict[str, frozenset[str] | None] = {}
    for cohort, rule in (pair for kind in compiled.values() for pairs in kind.values() for pair in pairs):
        for name in names([str(rule["expr"])]):
            found[name] = (found.get(name) or frozenset()) | frozenset(cohort.targets)
    return {**found, **dict.fromkeys(asked)}


def _read(pairs: Sequence[tuple[Cohort, Rule]]) -> frozenset[str]:
    return names(str(rule["expr"]) for _, rule in pairs)


def _alert(cohort: Cohort) -> str:
    return cohort.shape.setting.alert


def groups(spec: Spec, alert: str, members: Sequence[Cohort]) -> list[tuple[Cohort, Rule]]:
    """Every cohort of `alert` with its rule, as they stand in the alert's group."""
    return list(zip(members, _told_apart([rule(spec, alerts()[alert], cohort) for cohort in members]), strict=True))


def rule(spec: Spec, alert: Alert, cohort: Cohort) -> Rule:
    """The alerting rule of `cohort`."""
    setting, context = cohort.shape.setting, _context(alert, cohort)
    timing: dict[str, Duration] = {"for": setting.for_}
    if reaches(spec.versions.prometheus, KEEP_FIRING_FOR):
        timing["keep_firing_for"] = setting.keep_firing_for
    team = {} if cohort.shape.team is None else {"team": literal(cohort.shape.team)}
    return {
        "alert": alert.alert,
        "expr": expression(alert.expression(dict(setting.parameters)), context),
        **{key: str(duration) for key, duration in timing.items() if duration.milliseconds},
        "labels": {"severity": literal(setting.severity), "kind": cohort.shape.kind, **team},
        "annotations": {
            "summary": message(alert.summary, context),
            "description": message(alert.description, context),
            "runbook_url": literal(f"{spec.links.runbooks.rstrip('/')}/{alert.alert}.md"),
            "dashboard_url": _dashboard(spec, cohort.shape.kind),
        },
    }


def _dashboard(spec: Spec, kind: str) -> str:
    """The dashboard of `kind`, with the alert's target chosen; the parts of the monitoring are no targets."""
    chosen = "" if kind == "monitoring" else "?var-target={{ $labels.target | urlquery }}"
    return literal(address.url(spec, kind)) + chosen


def _context(alert: Alert, cohort: Cohort) -> Mapping[str, object]:
    setting = cohort.shape.setting
    labels = ", ".join(("target", *alert.labels))
    ranges = {name for name, parameter in alert.parameters.items() if parameter.unit == "range"}
    return {
        **{name: Promql(piece) for name, piece in catalogue(cohort.shape.kind).define.items()},
        **{name: Promql(value) if name in ranges else value for name, value in setting.parameters},
        "threshold": setting.threshold,
        "lasting": f" for {setting.for_}" if setting.for_.milliseconds else "",
        "target": matcher("target", cohort.targets),
        "name": cohort.targets[0],
        "queue": cohort.shape.queue,
        "others": cohort.shape.others,
        "http": cohort.http,
        "slo": cohort.shape.slo,
        "metric": cohort.shape.metric,
        "by": Promql(f"by ({labels})"),
    }


def _told_apart(rules: Iterable[Rule]) -> list[Rule]:
    """Give rules of one name and equal labels a label text of their own that expands to what the series says anyway.

    promtool calls such rules duplicates, whatever their expressions (`--lint=duplicate-rules`). A label with a value of
    its own would end every alert and begin it anew when another target's settings change; the comment vanishes instead.
    """
    found: list[Rule] = []
    seen: dict[str, int] = {}
    for item in rules:
        labels = item["labels"]
        place = seen[str(labels)] = seen.get(str(labels), 0) + 1
        if place > 1 and isinstance(labels, dict):
            mark = f"{{{{/* setting {place} */}}}}{{{{ $labels.target }}}}"
            found.append({**item, "labels": {"target": mark, **labels}})
        else:
            found.append(item)
    return found
