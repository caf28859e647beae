"""A service: probed by the exporter, scraped by Prometheus."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator

from watchspec.spec._target import Target
from watchspec.spec.base import (
    DurationText,
    LabelName,
    MetricName,
    Model,
    RatioText,
    SecretRef,
    Shorthand,
    Tls,
    listed,
    shorthand,
    url_of,
)
from watchspec.units import Duration

Preset = Literal[
    "fastapi", "starlette", "flask", "django", "express", "fastify", "spring", "phoenix", "go", "grpc", "otel",
    "otel-old", "traefik", "nginx-ingress",
]  # fmt: skip
"""Frameworks whose metric and label names are known."""


class Instrumentation(Model):
    """Names of the service's own metrics and labels: a preset's, each replaceable, or all given."""

    preset: Preset | None = None
    """The framework whose names are used."""
    requests: MetricName | None = None
    """Counter of requests."""
    duration: MetricName | None = None
    """Histogram of durations, without `_bucket`."""
    unit: Literal["seconds", "milliseconds"] | None = None
    """Unit of the histogram; seconds unless a preset knows better."""
    status: LabelName | None = None
    """Label of the status code."""
    method: LabelName | None = None
    """Label of the HTTP method."""
    route: LabelName | None = None
    """Label of the route."""


class Latency(Model):
    """So many requests faster than this."""

    below: DurationText
    """How fast."""
    for_: RatioText
    """How many of the requests."""


class Slo(Model):
    """What the service promises over a rolling window."""

    availability: RatioText | None = None
    """Share of requests that must not fail."""
    latency: Latency | None = None
    """How fast how many of them must be."""
    window: DurationText = Duration(30 * 86_400_000)
    """Over how long."""


class Header(Model):
    """An HTTP header that the probe sends; a secret one lies in a file or the environment."""

    value: str | None = None
    """What is sent, if anybody may read it."""
    secret: SecretRef | None = None
    """Where the value lies, if nobody may."""


_preset, _preset_schema = shorthand("preset")
_value, _value_schema = shorthand("value")


class Service(Target):
    """A service; `url` may be a list of replicas."""

    url: Annotated[
        tuple[Annotated[str, url_of("http", "https", "tcp")], ...],
        BeforeValidator(listed),
        Shorthand({"type": "string"}),
    ]
    """`http://`, `https://` or `tcp://HOST:PORT`; one of each replica."""
    health: str | None = None
    """Path that the exporter probes; a JSON body's components become series. Without it, the URL itself is probed."""
    metrics: str | None = None
    """Path of the service's own metrics, scraped by Prometheus; left out if there are none."""
    instrumentation: Annotated[Instrumentation, _preset, _preset_schema] | None = None
    """What its own metrics are called."""
    headers: Mapping[str, Annotated[Header, _value, _value_schema]] = {}
    """HTTP headers that the probe sends."""
    tls: Tls | None = None
    """How its certificate is verified."""
    timeout: DurationText | None = None
    """The longest a probe may take; the scrape's own deadline by default."""
    slo: Slo | None = None
    """What it promises."""
