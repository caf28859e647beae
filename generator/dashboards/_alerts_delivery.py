"""Panels of what became of the alerts: who was told, what was muted, whether anybody would be told at all."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._face import ORANGE, RED, Column, Face, Link, Query, Threshold
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing, painted
from generator.versions import SUPPRESSED, reaches
from watchspec.spec import Spec

_JOB: Final = 'job="alertmanager"'
_SENT: Final = f"alertmanager_notifications_total{{{_JOB}}}"
_FAILED: Final = f"alertmanager_notifications_failed_total{{{_JOB}}}"
_MUTED: Final = f"alertmanager_notifications_suppressed_total{{{_JOB}}}"
_LATENCY: Final = "alertmanager_notification_latency_seconds"
_WAY: Final = "integration, receiver_name"
_RECEIVER: Final = "{{integration}} {{receiver_name}}"
_FORGOTTEN: Final = 300
"""Seconds for which Prometheus remembers a sample, unless it is marked stale."""


def _within(counter: str, by: str) -> str:
    """How much `counter` grew in each step. `$__rate_interval` is a step and a scrape: nothing between two is lost.

    Steps of less than three scrapes overlap, and share what happened.
    """
    return f"sum by ({by}) (rate({counter}[$__rate_interval])) * $__interval_ms / 1000"


def _whole(counter: str, by: str) -> str:
    """How much `counter` grew in the chosen time."""
    return f"round(sum by ({by}) (increase({counter}[$__range])))"


def health(spec: Spec) -> Sequence[Face]:
    """Numbers beside the firing ones: is anything muted, does a message arrive, does alerting work at all."""
    return (
        Face(
            title="Muted alerts",
            description="Firing alerts that nobody is told of, because they are silenced, or because a worse one "
            "explains them. Zero is normal in quiet times; see below which reason it is.",
            unit=units.Short,
            queries=[Query(f'sum(alertmanager_alerts{{{_JOB}, state="suppressed"}}) or vector(0)')],
            thresholds=(Threshold(1, ORANGE),),
            links=[Link("Silences", f"{spec.links.alertmanager.rstrip('/')}/#/silences")],
        ),
        Face(
            title="Undelivered messages",
            description="Messages of the chosen time that Alertmanager could not deliver, however often it tried. "
            "Zero is normal; else somebody was not told: open Delivery below.",
            unit=units.Short,
            queries=[Query(f"{_whole(_FAILED, '')} or vector(0)")],
            thresholds=(Threshold(1, RED),),
        ),
        Face(
            title="Last heartbeat",
            description="When the Watchdog, an alert that always fires, was last evaluated. Above a minute Prometheus "
            "evaluates no rules; at 5 minutes it has stopped, and nobody is told of anything.",
            unit=units.Seconds,
            queries=[
                Query(
                    'time() - max(timestamp(ALERTS{alertname="Watchdog", alertstate="firing"})) '
                    f"or vector({_FORGOTTEN})"
                )
            ],
            thresholds=(Threshold(120, ORANGE), Threshold(_FORGOTTEN, RED)),
        ),
    )


def messages() -> Sequence[Face]:
    """How messages went, by the way they took."""
    return (
        _by_receiver("Messages", _SENT, "Messages that Alertmanager sent in each part of the chosen time, repeats and "
        "ends of problems too. Few are normal; many by one way are what people learn to ignore.", "nothing was sent"),
        _by_receiver("Failed messages", _FAILED, "Messages that could not be delivered. None is normal. Else the "
        "channel's secret has expired, or its server does not answer: Alertmanager's log says which.", "none failed"),
    )  # fmt: skip


def _by_receiver(title: str, counter: str, description: str, empty: str) -> Face:
    return Face(
        title=title,
        description=description,
        unit=units.Short,
        queries=[Query(_within(counter, _WAY), _RECEIVER)],
        empty=empty,
    )


def ways() -> model.Panel:
    """One line for each way that messages take: how many went, how many failed, how long they took."""
    columns = {
        "receiver_name": Column("Receiver"),
        "integration": Column("Way"),
        "Value #A": Column("Sent", {"decimals": 0}),
        "Value #B": Column("Failed", {"decimals": 0, **painted([Threshold(1, RED)])}),
        "Value #C": Column("Mean time", {"unit": units.Seconds, "noValue": "none sent"}),
    }
    took = f"sum by ({_WAY}) (increase({_LATENCY}_sum{{{_JOB}}}[$__range]))"
    times = f"sum by ({_WAY}) (increase({_LATENCY}_count{{{_JOB}}}[$__range]))"
    return listing(
        Face(
            title="Ways of the chosen time",
            description="How many messages went each way, how many of them failed, and how long one took on average. "
            "Below two seconds is normal; above ten, a mail server or chat is slow, and messages wait for each other.",
            unit=units.Short,
            queries=[
                Query(_whole(_SENT, _WAY)),
                Query(_whole(_FAILED, _WAY)),
                Query(f"{took} / ({times} > 0)"),
            ],
            empty="nothing was sent",
        ),
        columns,
        sort="Value #A",
        falling=True,
    )


QUEUE: Final = Face(
    title="Alerts between Prometheus and Alertmanager",
    description="Alerts that Prometheus sends to Alertmanager each second, and those that it drops as nobody takes "
    "them. Dropped ones are told to nobody: zero is normal, else see whether Alertmanager runs.",
    unit=units.EventsPerSecond,
    queries=(
        Query("sum(rate(prometheus_notifications_sent_total[$__rate_interval]))", "sent"),
        Query("sum(rate(prometheus_notifications_dropped_total[$__rate_interval]))", "dropped"),
    ),
)


def muted(spec: Spec) -> Sequence[Face]:
    """What is muted, and why."""
    return (_STATES, _SILENCES, _REASONS) if reaches(spec.versions.alertmanager, SUPPRESSED) else (_STATES, _SILENCES)


_STATES: Final = Face(
    title="Alerts in Alertmanager",
    description="Active ones are told to somebody, suppressed ones are silenced or explained by a worse one. A "
    "suppressed share that lasts for days is a silence that hides a problem.",
    unit=units.Short,
    queries=(Query(f"sum by (state) (alertmanager_alerts{{{_JOB}}})", "{{state}}"),),
    stacked=True,
)

_SILENCES: Final = Face(
    title="Silences",
    description="Silences that hold, and those that are set for later. Each should have an end and a reason; one that "
    "is forgotten hides the next outage.",
    unit=units.Short,
    queries=(Query(f'sum by (state) (alertmanager_silences{{{_JOB}, state=~"active|pending"}})', "{{state}}"),),
)

_REASONS: Final = Face(
    title="Muted messages",
    description="Messages that were held back in each part of the chosen time: by a silence, by a worse alert "
    "(inhibition), or because it was not the time (hours and maintenance of the spec).",
    unit=units.Short,
    queries=(Query(_within(_MUTED, "reason"), "{{reason}}"),),
    empty="nothing was held back",
)
