"""What a service promises, and what of it is counted."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, model_validator

from watchspec.spec.base import DurationText, Model, RatioText, Shorthand
from watchspec.units import Duration, Ratio

_SOURCES: Final = ("requests", "probes")
_SHORT: Final = Shorthand({"type": "string", "enum": list(_SOURCES)})


class Latency(Model):
    """So many requests faster than this."""

    below: DurationText
    """How fast."""
    for_: RatioText
    """How many of the requests that did not fail."""


class Source(Model):
    """What availability is counted from: the service's own requests, the exporter's probes, or two expressions."""

    kind: Literal["requests", "probes"] | None = None
    """Its own requests, or the exporter's probes."""
    total: str | None = None
    """PromQL: all events, as a rate such as `sum(rate(orders_total[5m]))`; its series are summed."""
    bad: str | None = None
    """PromQL: the failed ones among them, as a rate over the same range."""
    good: str | None = None
    """PromQL: those that did not fail, instead of `bad`."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        expressions = [text for text in (self.total, self.bad, self.good) if text is not None]
        if self.kind is not None and expressions:
            raise ValueError(f"give {self.kind} or expressions, not both")
        if self.kind is None and (self.total is None or (self.bad is None) == (self.good is None)):
            raise ValueError("write requests, probes, or {bad: EXPR, total: EXPR}; good: may stand instead of bad:")
        return self


def _source(value: object) -> object:
    if isinstance(value, str) and value not in _SOURCES:
        raise ValueError(f'"{value}" is no source; write requests, probes, or {{bad: EXPR, total: EXPR}}')
    return {"kind": value} if isinstance(value, str) else value


class Slo(Model):
    """What the service promises over a rolling window."""

    availability: RatioText | None = None
    """Share of requests that must not fail."""
    latency: Latency | None = None
    """How fast how many of them must be."""
    window: DurationText = Duration(30 * 86_400_000)
    """Over how long."""
    from_: Annotated[Source, BeforeValidator(_source), _SHORT] | None = None
    """What is counted: `requests` where the service's metrics tell them, else `probes`; or two expressions."""
    missing: Literal["ignore", "good", "bad"] = "ignore"
    """What time without data counts as, once there was some; ignored time is in no figure."""

    @model_validator(mode="after")
    def _promises(self) -> Self:
        if self.availability is None and self.latency is None:
            raise ValueError("promises nothing; give availability: 99.9%, or latency: {below: 300ms, for: 99%}")
        return self

    def objectives(self) -> Mapping[Literal["availability", "latency"], Ratio]:
        """The promised shares by name."""
        promised: dict[Literal["availability", "latency"], Ratio] = {}
        if self.availability is not None:
            promised["availability"] = self.availability
        if self.latency is not None:
            promised["latency"] = self.latency.for_
        return promised
