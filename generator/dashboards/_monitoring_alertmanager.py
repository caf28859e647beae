"""Panels of Alertmanager: what it holds, whom it told, how fast."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._face import Face, Query
from generator.dashboards._promql import one_of
from generator.dashboards._sdk import units
from generator.receivers.registry import WAYS
from watchspec.spec import Spec

_OF: Final = 'job="alertmanager"'


def delivered(spec: Spec) -> Sequence[Face]:
    """Messages by the ways that the spec's channels use; nothing where there are none."""
    used = dict.fromkeys(way for channel in spec.channels.values() for way in channel.ways())
    if not used:
        return ()
    # an integration is called as its part of a receiver: msteamsv2 of msteamsv2_configs
    which = f"{_OF}, {one_of('integration', (WAYS[way].configs.removesuffix('_configs') for way in used))}"
    return (
        Face(
            title="Messages to people",
            description="Messages that Alertmanager sent a minute, and those that failed, by way. None is normal while "
            "all is well. One that fails is tried again; if it goes on, look into Alertmanager's log: an address, a "
            "password or the network is wrong.",
            unit=units.CountsPerMinute,
            queries=[
                Query(
                    f"60 * sum by (integration) (rate(alertmanager_{name}_total{{{which}}}[$__rate_interval]))",
                    f"{{{{integration}}}}{legend}",
                )
                for name, legend in (("notifications", ""), ("notifications_failed", " failed"))
            ],
            related="AlertmanagerDeliveryFailing",
        ),
        Face(
            title="Time to deliver",
            description="How long handing a message over took: 19 of 20 were faster than this. Below a second is "
            "normal; ten are a mail server or a proxy that makes every alert late. A gap means that nothing was sent.",
            unit=units.Seconds,
            queries=[
                Query(
                    "histogram_quantile(0.95, sum by (integration, le)"
                    f" (rate(alertmanager_notification_latency_seconds_bucket{{{which}}}[$__rate_interval])))",
                    "{{integration}} p95",
                )
            ],
            empty="nothing is sent",
        ),
    )


HELD: Final = Face(
    title="Alerts in Alertmanager",
    description="Alerts that fire, those that a silence, an inhibition or a mute interval holds back, and silences in "
    "force. One alert always fires, the watchdog. More silences than people remember hide real outages.",
    unit=units.Short,
    queries=(
        Query(f'sum(alertmanager_alerts{{state="active", {_OF}}})', "fire"),
        Query(f'sum(alertmanager_alerts{{state="suppressed", {_OF}}})', "held back"),
        Query(f'sum(alertmanager_silences{{state="active", {_OF}}})', "silences"),
    ),
    related="AlertmanagerManySilences",
)
"""What is told, and what is not."""

RECEIVED: Final = Face(
    title="Alerts received",
    description="Alerts that reached Alertmanager a minute, the same ones again and again while they fire, and those "
    "that it refused. Nothing received, not even the watchdog, means that Prometheus does not reach it.",
    unit=units.CountsPerMinute,
    queries=(
        Query(
            f"60 * sum by (status) (rate(alertmanager_alerts_received_total{{{_OF}}}[$__rate_interval]))", "{{status}}"
        ),
        Query(f"60 * sum(rate(alertmanager_alerts_invalid_total{{{_OF}}}[$__rate_interval]))", "refused"),
    ),
    related="AlertmanagerInvalidAlerts",
)
"""What came in."""
