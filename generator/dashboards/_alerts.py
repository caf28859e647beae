"""Panels of firing alerts."""

from typing import Final

from generator.dashboards._board import firing
from generator.dashboards._face import Column, Face, Link, Query
from generator.dashboards._limits import colors
from generator.dashboards._panels import data_link, mapping, number
from generator.dashboards._promql import pattern
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing
from generator.dashboards.address import runbook, silence, uid
from watchspec.spec import Spec

_RANK: Final = "rank"
"""A label that puts the rows in the order of the severities, and is not shown."""


def firing_count(spec: Spec) -> model.Panel:
    """How many alerts fire, by severity."""
    painted = colors(spec)
    return number(
        Face(
            title="Firing alerts",
            description="Alerts that fire now, by severity, the worst first. Zero is normal; the table below lists "
            "them.",
            unit=units.Short,
            queries=[Query(f"count({firing([severity])}) or vector(0)", severity) for severity in painted],
        ),
        colors=painted,
    )


def firing_now(spec: Spec) -> model.Panel:
    """What fires, the worst first, since when, with links to the runbook, the silence form and the target."""
    cell = {"type": "color-background", "mode": "basic"}
    texts = [mapping({name: (name, color) for name, color in colors(spec).items()})]
    columns = {
        "severity": Column("Severity", {"mappings": texts, "custom.cellOptions": cell}),
        "alertname": Column("Alert", {"links": _alert_links(spec)}),
        "target": Column("Target", {"links": [_only_target(spec)]}),
        "Value": Column("Since", {"unit": units.DateTimeFromNow}),
    }
    return listing(
        Face(
            title="Firing now",
            description="Every firing alert, the worst first. Click an alert for its runbook or to silence it, a "
            "target to see it alone. Empty is normal.",
            unit=units.Short,
            queries=[Query(_since(spec))],
            empty="nothing fires",
        ),
        columns,
        sort=_RANK,
        hidden=("Time", _RANK),
    )


def _since(spec: Spec) -> str:
    """When each alert began, in Unix milliseconds. ALERTS_FOR_STATE holds the moment, ALERTS knows what fires."""
    query = f"1000 * ALERTS_FOR_STATE and ignoring (alertstate) {firing(spec.matrix())}"
    for rank, severity in enumerate(spec.matrix()):
        query = f'label_replace({query}, "{_RANK}", "{rank:03}", "severity", {pattern([severity])})'
    return query


def _alert_links(spec: Spec) -> list[model.DashboardLink]:
    alert, target = (f"${{__data.fields.{name}:percentencode}}" for name in ("Alert", "Target"))
    page = runbook(spec, alert)
    links = [Link("Runbook", page)] if page else []
    links.append(Link("Silence", silence(spec, alertname=alert, target=target)))
    return [data_link(link).build() for link in links]


def _only_target(spec: Spec) -> model.DashboardLink:
    link = Link(
        "Only this target",
        f"/d/{uid(spec, 'overview')}?var-target=${{__value.raw:percentencode}}&${{__url_time_range}}",
    )
    return data_link(link).build()
