"""The objectives of services: what each promises, and what it is counted from."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from generator import burn
from generator.instrumentation import Http
from generator.promql import Promql, matcher
from watchspec.spec import Service, Spec
from watchspec.units import Duration, Ratio


@dataclass(frozen=True, slots=True)
class Objective:
    """What is promised; services that promise the same share the rules of their alerts."""

    name: Literal["availability", "latency"]
    """Label `slo` of its series and alerts."""
    share: Ratio
    """How many of the requests must be good."""
    window: Duration
    """The period of the budget."""
    below: Duration | None = None
    """How fast a good request is; None where only its success counts."""

    @property
    def budget(self) -> Decimal:
        """The share of requests that may be bad, exact: 0.001 for 99.9 %."""
        return 1 - self.share.value

    @property
    def other(self) -> str:
        """The name of the other objective that a service may have."""
        return "latency" if self.name == "availability" else "availability"

    @property
    def only(self) -> Promql:
        """What picks its series among those of a target."""
        return matcher("slo", [self.name])

    @property
    def period(self) -> Decimal:
        """The window in seconds."""
        return self.seconds(str(self.window))

    @property
    def limit(self) -> Decimal:
        """How fast a good request is, in seconds; 0 where only its success counts."""
        return self.seconds(str(self.below or 0))

    @property
    def promise(self) -> str:
        """In words: `99% of requests within 300ms over 30d`."""
        within = f" within {self.below}" if self.below else ""
        return f"{self.share} of requests{within} over {self.window}"

    @staticmethod
    def seconds(window: str) -> Decimal:
        """A duration of PromQL in seconds."""
        return Decimal(Duration.parse(window).milliseconds) / 1000

    @staticmethod
    def span(length: Decimal) -> Promql:
        """So many seconds as they stand in the name of a record: `1h`."""
        return Promql(Duration(int(length * 1000)))

    def pace(self, share: Ratio, window: str) -> Decimal:
        """The burn rate at which `share` of the budget goes in `window`."""
        return burn.factor(share, self.window, Duration.parse(window))

    def lasts(self, share: Ratio, window: str) -> Duration:
        """For how long the whole budget lasts at that pace."""
        return burn.lasts(self.pace(share, window), self.window)


@dataclass(frozen=True, slots=True)
class Measure:
    """What an objective is counted from."""

    source: Literal["requests", "probes", "pair"]
    missing: Literal["ignore", "good", "bad"]
    service: str
    """The target of two expressions, which may have any labels or none; `$` is doubled for label_replace."""
    step: Promql
    """How often a probe is made."""
    total: Promql | None = None
    bad: Promql | None = None
    good: Promql | None = None


def objectives(spec: Spec, service: Service, http: Http | None) -> Iterator[tuple[Objective, Measure]]:
    """The objectives of `service`, whose own metrics are `http`."""
    slo = service.slo
    if slo is None:
        return
    written = slo.from_
    for name, share in slo.objectives().items():
        below = slo.latency.below if slo.latency and name == "latency" else None
        step = Promql(spec.prometheus.scrape_interval)
        if written is not None and written.total is not None and name == "availability":
            pair = {key: Promql(text) for key in ("total", "bad", "good") if (text := getattr(written, key))}
            measure = Measure("pair", slo.missing, service.name.replace("$", "$$"), step, **pair)
        else:
            kind = written.kind if written is not None else None
            measure = Measure(kind or _usual(http), slo.missing, "", step)
        yield Objective(name, share, slo.window, below), measure


def _usual(http: Http | None) -> Literal["requests", "probes"]:
    """Requests wherever metrics say anything of them: what they do not say is an error, not another figure."""
    return "requests" if http and (http.requests or http.duration) else "probes"
