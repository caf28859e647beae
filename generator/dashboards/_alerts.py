"""Panels of firing alerts."""

from collections.abc import Mapping
from typing import Final

from generator.dashboards._board import ALERTS_SELECTED
from generator.dashboards._face import BLUE, ORANGE, RED, Column, Face, Link, Query
from generator.dashboards._panels import data_link, listing, mapping, number
from generator.dashboards._promql import one_of, pattern
from generator.dashboards._sdk import model, units
from generator.dashboards.address import uid
from watchspec.spec import Spec

_RANK: Final = "rank"
"""A label that puts the rows in the order of the severities, and is not shown."""


def firing(spec: Spec) -> model.Panel:
    """How many alerts fire, by severity."""
    colors = _colors(spec)
    return number(
        Face(
            title="Firing alerts",
            description="Alerts that fire now, by severity, the worst first. Zero is normal; the table below says which.",
            unit=units.Short,
            queries=[
                Query(f"count(ALERTS{{{ALERTS_SELECTED}, {one_of('severity', [severity])}}}) or vector(0)", severity)
                for severity in colors
            ],
        ),
        colors=colors,
    )


def firing_now(spec: Spec) -> model.Panel:
    """What fires, the worst first, since when, with links to the runbook, the silence form and the target."""
    colors = _colors(spec)
    columns = {
        "severity": Column(
            "Severity", {"mappings": [mapping({name: (name, color) for name, color in colors.items()})]} | _PAINTED
        ),
        "alertname": Column("Alert", {"links": _alert_links(spec)}),
        "target": Column("Target", {"links": [_only_target(spec)]}),
        "Value": Column("Since", {"unit": units.DateTimeFromNow}),
    }
    return listing(
        Face(
            title="Firing now",
            description="Every firing alert, the worst first. Click an alert for its runbook or to silence it, a target to "
            "see it alone. Empty is normal.",
            unit=units.Short,
            queries=[Query(_since(spec))],
            empty="nothing fires",
        ),
        columns,
        sort=_RANK,
        hidden=("Time", _RANK),
    )


_PAINTED: Final[Mapping[str, object]] = {"custom.cellOptions": {"type": "color-background", "mode": "basic"}}


def _since(spec: Spec) -> str:
    """When each alert began, in Unix milliseconds. ALERTS_FOR_STATE holds the moment, ALERTS knows what fires."""
    query = f"1000 * ALERTS_FOR_STATE and ignoring (alertstate) ALERTS{{{ALERTS_SELECTED}}}"
    for rank, severity in enumerate(spec.matrix()):
        query = f'label_replace({query}, "{_RANK}", "{rank:03}", "severity", {pattern([severity])})'
    return query


def _colors(spec: Spec) -> Mapping[str, str]:
    """Severity → colour: the worst red, the mildest of several blue."""
    names = list(spec.matrix())
    return {name: RED if name == names[0] else BLUE if name == names[-1] else ORANGE for name in names}


def _alert_links(spec: Spec) -> list[model.DashboardLink]:
    silence = (
        f"{spec.links.alertmanager.rstrip('/')}/#/silences/new?filter=%7Balertname%3D%22${{__data.fields.Alert:percentencode}}"
        "%22%2Ctarget%3D%22${__data.fields.Target:percentencode}%22%7D"
    )
    links = [Link("Silence", silence)]
    if spec.links.runbooks.startswith(("http://", "https://")):
        links.insert(0, Link("Runbook", f"{spec.links.runbooks.rstrip('/')}/${{__data.fields.Alert:percentencode}}.md"))
    return [data_link(link).build() for link in links]


def _only_target(spec: Spec) -> model.DashboardLink:
    link = Link(
        "Only this target",
        f"/d/{uid(spec, 'overview')}?var-target=${{__value.raw:percentencode}}&${{__url_time_range}}",
    )
    return data_link(link).build()
