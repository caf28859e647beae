"""The severity matrix → `alertmanager/alertmanager.yml` and its message templates.

https://prometheus.io/docs/alerting/latest/configuration/
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from generator import receivers
from generator.catalogue import alerts
from generator.layout import Files, Layout
from generator.promql import matcher
from generator.yamltext import BANNER, dump
from watchspec.spec import Severity, Spec

NOBODY: Final = "nobody"
"""The receiver of the watchdog, which always fires. No severity's receiver has this name."""

GROUP_BY: Final = ("alertname", "target")
"""One message an alert and target; the severity is the route's."""

_TEMPLATES: Final = Path(__file__).parent / "templates" / "watchspec.tmpl"


def emit(spec: Spec, layout: Layout) -> Files:
    """The configuration and the templates that it refers to, relative to itself."""
    comment = f"{{{{/* {BANNER} */}}}}\n"
    return {
        "alertmanager/alertmanager.yml": dump(_configuration(spec, layout)),
        "alertmanager/templates/watchspec.tmpl": comment + _TEMPLATES.read_text(encoding="utf-8"),
    }


def receiver(severity: str) -> str:
    """Name of the receiver of `severity`."""
    return f"severity/{severity}"


def _configuration(spec: Spec, layout: Layout) -> Mapping[str, object]:
    matrix = spec.matrix()
    common = dict(_global(spec, layout))
    return {
        **({"global": common} if common else {}),
        "templates": ["templates/*.tmpl"],
        "route": _route(matrix),
        "inhibit_rules": list(_inhibitions(tuple(matrix))),
        "receivers": [{"name": NOBODY}, *_receivers(spec, layout)],
    }


def _global(spec: Spec, layout: Layout) -> Iterator[tuple[str, object]]:
    if spec.smtp:
        yield "smtp_smarthost", spec.smtp.host
        yield "smtp_from", spec.smtp.from_
        yield "smtp_require_tls", spec.smtp.require_tls
        if spec.smtp.username:
            yield "smtp_auth_username", spec.smtp.username
        if spec.smtp.password:
            yield "smtp_auth_password_file", layout.secret(spec.smtp.password)
    if spec.slack:
        yield "slack_api_url_file", layout.secret(spec.slack.webhook)


def _route(matrix: Mapping[str, Severity]) -> Mapping[str, object]:
    # What no route takes goes to the first severity that tells somebody: an alert that nobody thought of is not lost.
    fallback = next((name for name, severity in matrix.items() if severity.notify), next(iter(matrix)))
    return {
        "receiver": receiver(fallback),
        "group_by": list(GROUP_BY),
        **_timing(matrix[fallback]),
        "routes": [
            {"receiver": NOBODY, "matchers": [matcher("alertname", ["Watchdog"])]},
            *(
                {"receiver": receiver(name), "matchers": [matcher("severity", [name])], **_timing(matrix[name])}
                for name in matrix
            ),
        ],
    }


def _timing(severity: Severity) -> Mapping[str, str]:
    return {
        "group_wait": str(severity.wait),
        "group_interval": str(severity.interval),
        "repeat_interval": str(severity.repeat),
    }


def _inhibitions(severities: tuple[str, ...]) -> Iterator[Mapping[str, object]]:
    """Worse mutes milder. Source and target differ in severity, so no alert is ever both."""
    equal = ["alertname", "target", *sorted({label for alert in alerts().values() for label in alert.labels})]
    for place, severity in enumerate(severities[:-1]):
        yield {
            "source_matchers": [matcher("severity", [severity])],
            "target_matchers": [matcher("severity", severities[place + 1 :])],
            "equal": equal,
        }


def _receivers(spec: Spec, layout: Layout) -> Iterator[Mapping[str, object]]:
    matrix = spec.matrix()
    for place, (name, severity) in enumerate(matrix.items()):
        channels = [spec.channels[channel] for channel in severity.notify]
        color = receivers.color(place, len(matrix))
        yield {
            "name": receiver(name),
            **receivers.integrations(channels, layout, resolved=severity.resolved, color=color),
        }
