"""Services by the names of their metrics: those that share the names share a query."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from generator.dashboards._board import SELECTED
from generator.dashboards._promql import one_of
from generator.instrumentation import Http, names
from generator.promql import Promql
from watchspec.spec import Spec


@dataclass(frozen=True, slots=True)
class Group:
    """Services whose metrics have the same names."""

    http: Http
    matchers: str
    """What picks their series, without braces."""

    def requests(self, matcher: str = "") -> str:
        """Requests a second by target; only those that `matcher` picks, if it is given."""
        matchers = f"{matcher}, {self.matchers}" if matcher else self.matchers
        return f"sum by (target) (rate({self.http.requests}{{{matchers}}}[$__rate_interval]))"

    def errors(self) -> str:
        """Share of the requests that failed: 0 where none did, nothing where there was no request."""
        every = self.requests()
        return f"({self.requests(str(self.http.errors))} or 0 * {every}) / ({every} > 0)"

    def quantile(self, share: str) -> str:
        """The duration in seconds that `share` of the requests kept to, by target."""
        rate = f"rate({self.http.duration}_bucket{{{self.matchers}}}[$__rate_interval])"
        return f"histogram_quantile({share}, sum by (le, target) ({rate})){self.http.per_second}"


def groups(spec: Spec) -> Sequence[Group]:
    """The groups of the services that Prometheus scrapes, in the order of the spec."""
    members: defaultdict[Http, list[str]] = defaultdict(list)
    for service in spec.services:
        if service.metrics and service.instrumentation:
            members[names(service.instrumentation)].append(service.name)
    users = Counter(metric for http in members for metric in _metrics(http))
    return [
        Group(
            http,
            SELECTED
            if all(users[metric] == 1 for metric in _metrics(http))
            else f"{one_of('target', targets)}, {SELECTED}",
        )
        for http, targets in members.items()
    ]


def _metrics(http: Http) -> Sequence[Promql]:
    return [metric for metric in (http.requests, http.duration) if metric]
