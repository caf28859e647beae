"""Cohorts → `rules/<kind>.yml`: alerting rules of Prometheus, one group an alert."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from generator.catalogue import Alert, alerts, catalogue, kind_of
from generator.cohorts import Cohort, cohorts
from generator.dashboards import address
from generator.layout import Files, Layout
from generator.promql import Promql, literal, matcher
from generator.template import expression, message
from generator.versions import KEEP_FIRING_FOR, reaches
from generator.yamltext import dump
from watchspec.spec import Spec
from watchspec.units import Duration

# https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
Rule = dict[str, object]


Compiled = Mapping[str, Sequence[tuple[Cohort, Rule]]]
"""Alert → its cohorts with their rules."""


def emit(spec: Spec, layout: Layout) -> Files:  # every emitter has this signature
    """`rules/<kind>.yml` for every kind that `spec` has targets of."""
    return {f"rules/{kind}.yml": text(compiled) for kind, compiled in by_kind(spec)}


def by_kind(spec: Spec) -> Iterator[tuple[str, Compiled]]:
    """The rules of every kind, in the order of the files."""
    for kind, members in groupby(cohorts(spec), lambda cohort: cohort.shape.kind):
        yield kind, {alert: groups(spec, alert, list(same)) for alert, same in groupby(members, _alert)}


def text(compiled: Compiled) -> str:
    """The file of one kind."""
    return dump(
        {"groups": [{"name": alert, "rules": [rule for _, rule in pairs]} for alert, pairs in compiled.items()]}
    )


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
        "expr": expression(alert.expr, context),
        **{key: str(duration) for key, duration in timing.items() if duration.milliseconds},
        "labels": {"severity": literal(setting.severity), "kind": cohort.shape.kind, **team},
        "annotations": {
            "summary": message(alert.summary, context),
            "description": message(alert.description, context),
            "runbook_url": literal(f"{spec.links.runbooks.rstrip('/')}/{alert.alert}.md"),
            **_dashboard(spec, alert),
        },
    }


def _dashboard(spec: Spec, alert: Alert) -> Mapping[str, str]:
    if alert.dashboard is None:
        return {}
    page = literal(address.url(spec, alert.dashboard))
    # The parts of the monitoring are no targets that a dashboard can choose.
    chosen = "" if kind_of()[alert.alert] == "monitoring" else "?var-target={{ $labels.target | urlquery }}"
    return {"dashboard_url": page + chosen}


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
        "http": cohort.shape.http,
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
