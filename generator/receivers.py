"""Channels → the integrations of one Alertmanager receiver. Secrets are files at absolute paths."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from generator.layout import Layout
from generator.promql import literal
from watchspec.spec import Channel

Integration = Mapping[str, object]


def integrations(
    channels: Sequence[Channel], layout: Layout, *, resolved: bool, color: str
) -> Mapping[str, list[Integration]]:
    """The `*_configs` of a receiver that reaches all of `channels`, each way of each person once."""
    common = {"send_resolved": resolved}
    found = {
        "email_configs": [{**common, **_email(address)} for address in _once(to for c in channels for to in c.email)],
        "slack_configs": [{**common, **_slack(room, color)} for room in _once(c.slack for c in channels if c.slack)],
        "webhook_configs": [{**common, **hook} for c in channels for hook in _webhook(c, layout)],
        "pagerduty_configs": [{**common, **_pagerduty(c, layout)} for c in channels if c.pagerduty],
    }
    return {name: [*_distinct(configs)] for name, configs in found.items() if configs}


def color(place: int, count: int) -> str:
    """Slack's colour bar of the severity at `place` of `count`: red for the worst, blue for the last, else yellow."""
    if place == 0:
        return "danger"
    return "#439FE0" if place == count - 1 else "warning"


def _email(address: str) -> Integration:
    # Text alone: every mail program shows it and makes its links clickable.
    subject, text = '{{ template "watchspec.subject" . }}', '{{ template "watchspec.text" . }}'
    return {"to": literal(address), "headers": {"Subject": subject}, "html": "", "text": text}


def _slack(room: str, color: str) -> Integration:
    return {
        "channel": literal(room),
        "color": f'{{{{ if eq .Status "firing" }}}}{color}{{{{ else }}}}good{{{{ end }}}}',
        "title": '{{ template "watchspec.subject" . }}',
        "title_link": "{{ .ExternalURL }}",
        "text": '{{ template "watchspec.text" . }}',
        "fallback": '{{ template "watchspec.subject" . }}',
    }


def _webhook(channel: Channel, layout: Layout) -> Iterator[Integration]:
    if channel.webhook is None:
        return
    if channel.webhook.url is not None:
        # Newer Alertmanagers expand it as a template, older ones do not: a brace that all read alike.
        yield {"url": channel.webhook.url.replace("{{", "%7B%7B")}
    else:
        yield {"url_file": layout.secret(channel.webhook)}


def _pagerduty(channel: Channel, layout: Layout) -> Integration:
    key = {} if channel.pagerduty is None else {"routing_key_file": layout.secret(channel.pagerduty)}
    return {
        **key,
        "description": '{{ template "watchspec.subject" . }}',
        "details": {"alerts": '{{ template "watchspec.text" . }}'},
    }


def _once(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _distinct(configs: Iterable[Integration]) -> Iterator[Integration]:
    seen: list[Integration] = []
    for config in configs:
        if config not in seen:
            seen.append(config)
            yield config
