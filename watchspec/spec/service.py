"""A service: probed by the exporter, scraped by Prometheus."""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from watchspec.spec._target import Target
from watchspec.spec.base import (
    DurationText,
    LabelName,
    MetricName,
    Model,
    Page,
    SecretRef,
    Shorthand,
    Tls,
    listed,
    shorthand,
    url_of,
)
from watchspec.spec.health import HeaderName, Health
from watchspec.spec.slo import Slo

Preset = Literal[
    "fastapi", "starlette", "flask", "django", "express", "fastify", "spring", "phoenix", "go", "grpc", "otel",
    "otel-old", "traefik", "nginx-ingress",
]  # fmt: skip
"""Frameworks whose metric and label names are known."""


def _rising(bounds: tuple[float, ...]) -> tuple[float, ...]:
    for before, bound in zip((None, *bounds), bounds, strict=False):
        if not isfinite(bound) or bound < 0:
            raise ValueError(f"{bound:g} bounds no duration; write numbers from 0 on, and leave out +Inf")
        if before is not None and bound <= before:
            raise ValueError(f"must rise: {bound:g} stands behind {before:g}; sort them")
    return bounds


Bounds = Annotated[tuple[float, ...], AfterValidator(_rising)]
"""Upper bounds of a histogram, each larger than the one before."""


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
    buckets: Bounds = ()
    """Upper bounds of the histogram, in its own unit, as the label `le` has them but for `+Inf`."""
    connections: MetricName | None = None
    """Gauge of the connections that are open: WebSockets, server-sent events and the like."""
    messages: MetricName | None = None
    """Counter of the messages on them."""
    disconnects: MetricName | None = None
    """Counter of the connections that ended."""


class Header(Model):
    """An HTTP header that the probe sends; a secret one lies in a file or the environment."""

    value: str | None = None
    """What is sent, if anybody may read it."""
    secret: SecretRef | None = None
    """Where the value lies, if nobody may."""


_preset, _preset_schema = shorthand("preset")
_value, _value_schema = shorthand("value")
_path, _path_schema = shorthand("path")


class Service(Target):
    """A service; `url` may be a list of replicas."""

    url: Annotated[
        tuple[Annotated[str, url_of("http", "https", "tcp")], ...],
        BeforeValidator(listed),
        Shorthand({"type": "string"}),
    ]
    """`http://`, `https://` or `tcp://HOST:PORT`; one of each replica."""
    health: Annotated[Health, _path, _path_schema] | None = None
    """What the exporter probes, or its path alone; without it, the URL. Components of a JSON body become series."""
    metrics: Page | None = None
    """Path of the service's own metrics, scraped by Prometheus; left out if there are none."""
    instrumentation: Annotated[Instrumentation, _preset, _preset_schema] | None = None
    """What its own metrics are called."""
    headers: Mapping[HeaderName, Annotated[Header, _value, _value_schema]] = {}
    """HTTP headers that the probe sends."""
    tls: Tls | None = None
    """How its certificate is verified; given with `tcp://`, even as `{}`, it makes the probe speak TLS."""
    timeout: DurationText | None = None
    """The longest a probe may take; the scrape's own deadline by default."""
    slo: Slo | None = None
    """What it promises."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.health is None:
            return self
        tcp = [url.startswith("tcp://") for url in self.url]
        wrong = sorted(self.health.model_fields_set - {"send", "body"})
        if any(tcp) and wrong:
            raise ValueError(f"health.{wrong[0]} is HTTP's; of a tcp:// URL only send and body can be asked")
        if not all(tcp) and self.health.send is not None and self.health.method != "POST":
            raise ValueError("health.send is the body of a POST; write method: POST, or remove it")
        return self
