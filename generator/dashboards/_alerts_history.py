"""Panels of the alerts of the chosen time: when they fired, how often, for how long."""

from typing import Final

from generator.dashboards._alerts import CHOSEN, alert_links, pending
from generator.dashboards._board import firing
from generator.dashboards._face import PLAIN, Column, Face, Query
from generator.dashboards._limits import colors
from generator.dashboards._panels import bars, number, ranking, states
from generator.dashboards._promql import pattern
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing
from generator.promql import number as numeral
from watchspec.spec import Spec
from watchspec.units import Duration

_STARTED: Final = f"alert:firing:started{{{CHOSEN}}}"
_RESOLVED: Final = f"alert:resolved:seconds{{{CHOSEN}}}"
_PASSED: Final = f"alert:passed:seconds{{{CHOSEN}}}"
_PENDING: Final = ("pending", "super-light-blue")
_MOST: Final = 10
"""How many a ranking shows."""


def timeline(spec: Spec) -> model.Panel:
    """One bar for each alert and target that fired or was pending, in the colour of its severity."""
    worst_first = colors(spec)
    values = {severity: value for value, severity in enumerate(reversed(list(worst_first)), start=1)}
    kinds = [f"{value} * {_at_any_time(firing([severity]))}" for severity, value in values.items()]
    states_ = " or ".join([*kinds, f"0 * {_at_any_time(pending(worst_first))}"])
    return states(
        Face(
            title="What fired when",
            description="A bar for each alert and target that fired, in the colour of its severity; pale while it was "
            "pending. Bars that begin together have one cause: look at the first. None is normal.",
            unit=units.Short,
            queries=[Query(f"max by (alertname, target) ({states_})", "{{alertname}} {{target}}")],
            step=f"{_rhythm(spec).milliseconds}ms",
            empty="nothing fired or was pending",
        ),
        texts={0: _PENDING, **{value: (severity, worst_first[severity]) for severity, value in values.items()}},
    )


def begun(spec: Spec) -> model.Panel:
    """How many alerts began to fire in each part of the chosen time."""
    painted = colors(spec)
    return bars(
        Face(
            title="Alerts that began to fire",
            description="How many alerts began to fire in each part of the chosen time, by severity. Over 7 or 30 days "
            "it says whether nights are quieter than they were; more than two a day wake nobody any more.",
            unit=units.Short,
            queries=[
                Query(
                    f"sum(count_over_time({_of(_STARTED, severity)}[$__interval])) or vector(0)",
                    severity,
                )
                for severity in painted
            ],
            step=f"{_rhythm(spec).milliseconds}ms",
        ),
        colors=painted,
    )


def noisiest() -> model.Panel:
    """The alerts that fired most often."""
    return ranking(
        Face(
            title="Fired most often",
            description="How often each alert began to fire in the chosen time; each target and severity counts. One "
            "that nobody acts on needs a longer `for`, another threshold, or to be `off`.",
            unit=units.Short,
            queries=[Query(f"topk({_MOST}, {_counted(_STARTED)})", "{{alertname}}")],
            thresholds=PLAIN,
            empty="nothing began to fire",
        )
    )


def targets(spec: Spec) -> model.Panel:
    """The targets whose alerts fired longest."""
    return ranking(
        Face(
            title="Targets with the longest alerts",
            description="For how long alerts of each target fired in the chosen time, all together: two at once count "
            "twice. The first one is where mending pays.",
            unit=units.Seconds,
            queries=[Query(f"topk({_MOST}, {_lasting(spec, 'target')})", "{{target}}")],
            thresholds=PLAIN,
            empty="nothing fired",
        )
    )


def by_alert(spec: Spec) -> model.Panel:
    """One line an alert: how often and for how long it fired, and how long it took to end."""
    columns = {
        "alertname": Column("Alert", {"links": alert_links(spec, alertname="Alert")}),
        "Value #A": Column("Fired", {"unit": units.Short}),
        "Value #B": Column("Fired for", {"unit": units.Seconds}),
        "Value #C": Column("Time to resolve", {"unit": units.Seconds}),
        "Value #D": Column("Longest", {"unit": units.Seconds}),
        "Value #E": Column("Passed", {"unit": units.Short}),
    }
    return listing(
        Face(
            title="Every alert of the chosen time",
            description="How often it began to fire and for how long it fired; the mean and the longest time from the "
            "first sign to the end, of those that ended; and how often it passed while pending. Many that pass are a "
            "threshold too near to what is normal.",
            unit=units.Short,
            queries=[
                Query(f"{_counted(_STARTED)} or 0 * {_lasting(spec, 'alertname')} or 0 * {_counted(_PASSED)}"),
                Query(_lasting(spec, "alertname")),
                Query(f"{_added(_RESOLVED)} / {_counted(_RESOLVED)}"),
                Query(f"max by (alertname) (max_over_time({_RESOLVED}[$__range]))"),
                Query(_counted(_PASSED)),
            ],
            empty="nothing fired or was pending",
        ),
        columns,
        sort="Value #A",
        falling=True,
    )


def time_to_resolve() -> model.Panel:
    """The mean over all alerts that ended in the chosen time, and the longest."""
    whole = f"sum(sum_over_time({_RESOLVED}[$__range])) / sum(count_over_time({_RESOLVED}[$__range]))"
    return number(
        Face(
            title="Time to resolve",
            description="From the first sign of trouble to the end of the alert: the mean and the longest of those "
            "that ended in the chosen time. One that still fires is in neither.",
            unit=units.Seconds,
            queries=[
                Query(whole, "mean"),
                Query(f"max(max_over_time({_RESOLVED}[$__range]))", "longest"),
            ],
            thresholds=PLAIN,
            empty="none ended",
        )
    )


def _rhythm(spec: Spec) -> Duration:
    """How often alerts are evaluated; nothing of them changes sooner."""
    return spec.prometheus.evaluation_interval or spec.prometheus.scrape_interval


def _at_any_time(selector: str) -> str:
    """1 where it was there within a step, however short."""
    return f"max_over_time({selector}[$__interval])"


def _of(selector: str, severity: str) -> str:
    return f"{selector[:-1]}, severity=~{pattern([severity])}}}"


def _counted(record: str) -> str:
    return f"sum by (alertname) (count_over_time({record}[$__range]))"


def _added(record: str) -> str:
    return f"sum by (alertname) (sum_over_time({record}[$__range]))"


def _lasting(spec: Spec, label: str) -> str:
    """For how many seconds alerts fired: ALERTS has a sample at every evaluation."""
    return f"{numeral(_rhythm(spec))} * sum by ({label}) (count_over_time({firing(spec.matrix())}[$__range]))"
