"""Panels of the alerts of now: firing and pending."""

from collections.abc import Iterable
from typing import Final

from generator.dashboards._board import firing
from generator.dashboards._face import Column, Face, Link, Query
from generator.dashboards._limits import colors
from generator.dashboards._panels import data_link, mapping, number
from generator.dashboards._promql import one_of, pattern
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing
from generator.dashboards.address import nearest, runbook, silence, uid
from watchspec.spec import KINDS, Spec

CHOSEN: Final = 'target=~"$target|"'
"""Matches the alerts of the chosen targets, and those of none."""
_RANK: Final = "rank"
"""A label that puts the rows in the order of the severities, and is not shown."""
_BOARD: Final = "dashboard"
"""A label with the uid of the dashboard that shows more of what an alert is about."""
_OTHERS: Final = {"slo": "slo", "monitoring": "monitoring"}
"""Kinds of alerts that are no kinds of target, and their dashboards."""
_NAMES: Final = {"slo": "Promises", "postgres": "PostgreSQL"}
"""Dashboards that are not called by their file's name."""


def pending(severities: Iterable[str]) -> str:
    """Alerts of `severities` whose condition holds, but not yet for long enough."""
    return f'ALERTS{{alertstate="pending", {one_of("severity", severities)}, {CHOSEN}}}'


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
    return _list(
        spec,
        Face(
            title="Firing now",
            description="Every firing alert, the worst first. Click an alert for its runbook or to silence it, a "
            "target to see it alone, the last column for all about it. Empty is normal.",
            unit=units.Short,
            queries=[Query(_since(spec, firing(spec.matrix())))],
            empty="nothing fires",
        ),
    )


def pending_now(spec: Spec) -> model.Panel:
    """What will fire if it lasts."""
    return _list(
        spec,
        Face(
            title="Pending",
            description="Alerts whose condition holds, but not yet for as long as they wait. They fire if it lasts; "
            "look now, and you may be ahead of the message.",
            unit=units.Short,
            queries=[Query(_since(spec, pending(spec.matrix())))],
            empty="nothing is about to fire",
        ),
    )


def _list(spec: Spec, face: Face) -> model.Panel:
    cell = {"type": "color-background", "mode": "basic"}
    texts = [mapping({name: (name, color) for name, color in colors(spec).items()})]
    columns = {
        "severity": Column("Severity", {"mappings": texts, "custom.cellOptions": cell}),
        "alertname": Column("Alert", {"links": alert_links(spec, alertname="Alert", target="Target")}),
        "target": Column("Target", {"links": [_only_target(spec)]}),
        "Value": Column("Since", {"unit": units.DateTimeFromNow}),
        _BOARD: Column("More", {"mappings": [mapping(_titles(spec))], "links": [_more()]}),
    }
    return listing(face, columns, sort=_RANK, hidden=("Time", "kind", _RANK))


def _since(spec: Spec, alerts: str) -> str:
    """When each of `alerts` began, in Unix milliseconds. ALERTS_FOR_STATE holds the moment, ALERTS knows its state."""
    query = f"1000 * ALERTS_FOR_STATE and ignoring (alertstate) {alerts}"
    for rank, severity in enumerate(spec.matrix()):
        query = f'label_replace({query}, "{_RANK}", "{rank:03}", "severity", {pattern([severity])})'
    for board, kinds in _boards(spec).items():
        query = f'label_replace({query}, "{_BOARD}", "{uid(spec, board)}", "kind", "{"|".join(kinds)}")'
    return query


def _boards(spec: Spec) -> dict[str, list[str]]:
    """Dashboard → the kinds of alerts that it tells more about; the overview, first, of every one."""
    found = {"overview": [".*"]}
    for kind, board in {**dict.fromkeys(KINDS), **_OTHERS}.items():
        name = nearest(spec, board or kind)
        if name != "overview":
            found.setdefault(name, []).append(kind)
    return found


def _titles(spec: Spec) -> dict[str, tuple[str, str]]:
    return {uid(spec, board): (_NAMES.get(board, board.capitalize()), "text") for board in _boards(spec)}


def _more() -> model.DashboardLink:
    return data_link(
        Link(
            "Dashboard of this kind",
            "/d/${__value.raw:percentencode}?var-target=${__data.fields.Target:percentencode}&${__url_time_range}",
        )
    ).build()


def alert_links(spec: Spec, **columns: str) -> list[model.DashboardLink]:
    """Links of the column `Alert`: its runbook, and a silence of the labels whose `columns` are named."""
    fields = {label: f"${{__data.fields.{column}:percentencode}}" for label, column in columns.items()}
    page = runbook(spec, "${__data.fields.Alert:percentencode}")
    links = [Link("Runbook", page)] if page else []
    links.append(Link("Silence", silence(spec, **fields)))
    return [data_link(link).build() for link in links]


def _only_target(spec: Spec) -> model.DashboardLink:
    link = Link(
        "Only this target",
        f"/d/{uid(spec, 'overview')}?var-target=${{__value.raw:percentencode}}&${{__url_time_range}}",
    )
    return data_link(link).build()
