"""What wakes people and keeps track of it: PagerDuty, Opsgenie, Splunk On-Call, incident.io, Pushover."""

from collections.abc import Iterator, Mapping
from typing import Final

from generator.receivers.way import Context, Integration, given, said
from watchspec.spec import Channel
from watchspec.spec.channels import Responder

_PAGERDUTY: Final = ("critical", "error", "warning", "info")
_OPSGENIE: Final = ("P1", "P2", "P3", "P4", "P5")
_VICTOROPS: Final = ("CRITICAL", "WARNING", "INFO")
_PUSHOVER: Final = ("1", "0", "-1")
"""High, which ignores quiet hours; normal; low, which makes no sound. https://pushover.net/api#priority"""
_EMERGENCY: Final = "2"


def pagerduty(channel: Channel, context: Context) -> Iterator[Integration]:
    """Descriptions have at most 1024 characters, which Alertmanager cuts."""
    if channel.pagerduty is not None:
        yield {
            "routing_key_file": context.file(channel.pagerduty.key),
            **given(url=channel.pagerduty.url),
            "severity": context.urgency.of(_PAGERDUTY),
            "description": said("subject"),
            "component": "{{ .CommonLabels.target }}",
            "class": "{{ .CommonLabels.alertname }}",
            "group": "{{ .CommonLabels.stack }}",
            "details": {"alerts": said("text")},
        }


def opsgenie(channel: Channel, context: Context) -> Iterator[Integration]:
    """Messages have at most 130 characters, which Alertmanager cuts."""
    if channel.opsgenie is not None:
        yield {
            "api_key_file": context.file(channel.opsgenie.key),
            **given(api_url=channel.opsgenie.url),
            "message": said("subject"),
            "description": said("text"),
            "priority": context.urgency.of(_OPSGENIE),
            "entity": "{{ .CommonLabels.target }}",
            "tags": "{{ .CommonLabels.severity }},{{ .CommonLabels.team }}",
            **given(responders=[_responder(responder) for responder in channel.opsgenie.responders]),
        }


def _responder(responder: Responder) -> Mapping[str, str]:
    if responder.user is not None:
        return {"type": "user", "username": responder.user}
    named = {"team": responder.team, "schedule": responder.schedule, "escalation": responder.escalation}
    return next({"type": kind, "name": name} for kind, name in named.items() if name is not None)


def victorops(channel: Channel, context: Context) -> Iterator[Integration]:
    """The state message has at most 20480 characters, which Alertmanager cuts."""
    if channel.victorops is not None:
        yield {
            "api_key_file": context.file(channel.victorops.key),
            **given(api_url=channel.victorops.url),
            "routing_key": channel.victorops.routing_key,
            "message_type": context.urgency.of(_VICTOROPS),
            "entity_display_name": said("subject"),
            "state_message": said("short"),
            "monitoring_tool": "Watchspec",
        }


def incidentio(channel: Channel, context: Context) -> Iterator[Integration]:
    """It gets Alertmanager's JSON; this token too is read once, with the configuration."""
    if channel.incidentio is not None:
        yield {"url": channel.incidentio.url, "alert_source_token_file": context.file(channel.incidentio.token)}


def pushover(channel: Channel, context: Context) -> Iterator[Integration]:
    """Titles have at most 250 characters and messages 1024, which Alertmanager cuts."""
    phones = channel.pushover
    if phones is not None:
        priority = context.urgency.of(_PUSHOVER)
        if phones.emergency and context.urgency.worst:
            priority = _EMERGENCY
        yield {
            "user_key_file": context.file(phones.user),
            "token_file": context.file(phones.token),
            **given(device=phones.device, sound=phones.sound),
            # Its end is never louder than the problem.
            "priority": f'{{{{ if eq .Status "firing" }}}}{priority}{{{{ else }}}}{min(priority, "0")}{{{{ end }}}}',
            "retry": "1m",
            "expire": "1h",
            "title": said("subject"),
            "message": said("short"),
            "url": "{{ .ExternalURL }}",
            "url_title": "Alertmanager",
        }
