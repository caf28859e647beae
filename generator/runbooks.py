"""The catalogue → `docs/alerts/<Alert>.md`: what an alert means, what to do, and what can be set."""

from collections.abc import Iterator
from typing import Final

from generator.catalogue import LEVELS, Alert, alerts, kind_of
from generator.layout import Files, Layout
from generator.yamltext import BANNER
from watchspec.spec import Spec
from watchspec.units import Duration

_UNITS: Final = {
    "ratio": "a percentage such as `80%`",
    "duration": "a duration such as `5m`",
    "range": "a duration such as `5m`, at least four scrape intervals",
    "size": "a size such as `10GB`",
    "number": "a number",
    "count": "a whole number",
    "text": "text",
}
_NEEDS: Final = {
    "remote": "a host with `exporter:`",
    "files": "a job with `file:`",
    "queues": "a Redis with `queues:`",
    "replicas": "a service with more than one address in `url:`",
    "https": "a service with an https address",
    "health": "a service with `health:`",
    "metrics": "a service with `metrics:`",
    "requests": "a service with `metrics:`, and with `instrumentation:` that has a counter of requests and a status",
    "statements": "a Postgres with `statements:`",
    "duration": "a service with `metrics:`, and with `instrumentation:` that has a histogram of durations",
}
_LEVELS: Final = {"page": "the first severity", "ticket": "the middle severity", "note": "the last severity"}


def emit(spec: Spec, layout: Layout) -> Files:  # every emitter has this signature; every alert has its page
    """One page for every alert of the catalogue, used or not: the links of old messages keep working."""
    return {f"docs/alerts/{name}.md": page(alert) for name, alert in alerts().items()}


def page(alert: Alert) -> str:
    """The page of `alert`."""
    parts = [
        f"<!-- {BANNER} -->",
        f"# {alert.alert}",
        alert.why.strip(),
        "## First steps",
        "\n".join(f"{number}. {step}" for number, step in enumerate(alert.do, 1)),
        "## Settings",
        "\n".join(_settings(alert)),
        *_more(alert),
    ]
    return "\n\n".join(parts) + "\n"


def _settings(alert: Alert) -> Iterator[str]:
    yield "| key | default | meaning |"
    yield "|---|---|---|"
    if alert.threshold:
        for level, value in alert.threshold.defaults().items():
            yield f"| {_LEVELS[level]} | `{value}` | fires {alert.threshold.is_} it; {_UNITS[alert.threshold.unit]} |"
    elif alert.level and alert.level != "none":
        yield f"| `severity` | {_LEVELS[alert.level]} | it has no threshold |"
    for name, parameter in alert.parameters.items():
        default = f"`{parameter.default}`" if parameter.default != "" else "none"
        yield f"| `{name}` | {default} | {parameter.help}; {_UNITS[parameter.unit]} |"
    yield f"| `for` | `{alert.for_}` | how long it must last before anybody is told |"
    yield f"| `keep_firing_for` | `{alert.keep_firing_for}` | how long it goes on after the cause has gone |"


def _more(alert: Alert) -> Iterator[str]:
    kind = kind_of()[alert.alert]
    place = (
        "the spec's `alerts:`" if kind == "monitoring" else f"the `alerts:` of a {kind}, or of the spec for all of them"
    )
    yield f"Set it in {place}:"
    yield f"```yaml\nalerts:\n  {alert.alert}: {_example(alert)}\n```"
    if not alert.enabled:
        yield "It is off until you mention it; `{}` turns it on with its defaults."
    if needed := [_NEEDS[need] for need in alert.needs if need in _NEEDS]:
        yield f"It needs {' and '.join(needed)}; others do not have it."


def _example(alert: Alert) -> str:
    if alert.threshold:
        defaults = alert.threshold.defaults()
        shown = [
            f"{name}: {defaults[level]}"
            for level, name in zip(LEVELS, ("critical", "warning", "info"), strict=True)
            if level in defaults
        ]
        return f"{{{', '.join(shown)}, for: {max(alert.for_, Duration(60_000))}}}"
    return "off" if alert.level == "none" else f"{{for: {max(alert.for_, Duration(60_000))}}}"
