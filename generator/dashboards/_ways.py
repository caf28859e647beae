"""Services by the names of their own metrics: those that share the names share a clause of a query."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from generator.dashboards._board import SELECTED
from generator.dashboards._promql import one_of
from generator.instrumentation import Http
from generator.remembered import remembered
from generator.subjects import subjects
from watchspec.spec import Spec


@dataclass(frozen=True, slots=True)
class Way:
    """Services whose metrics have the same names."""

    http: Http
    targets: tuple[str, ...]
    matchers: str
    """What picks their series, as far as they are chosen, without braces."""

    def matching(self, more: str | None = None) -> str:
        """The matchers in braces, and `more`."""
        return f"{{{', '.join(filter(None, (more, self.matchers)))}}}"


@remembered
def ways(spec: Spec) -> Sequence[Way]:
    """Every way in which services of `spec` name their metrics, in the order of the spec."""
    members: dict[Http, list[str]] = {}
    for subject in subjects(spec):
        if subject.kind == "service" and subject.http is not None:
            members.setdefault(subject.http, []).append(subject.name)
    users = Counter(metric for http in members for metric in _metrics(http))
    return [
        Way(http, tuple(targets), SELECTED if _alone(http, users) else f"{one_of('target', targets)}, {SELECTED}")
        for http, targets in members.items()
    ]


def joined(found: Iterable[Way], clause: Callable[[Way], str | None]) -> str:
    """One expression for all: `clause` for each of `found`, without those for which it is None; empty for none."""
    return " or ".join(text for text in map(clause, found) if text)


def _metrics(http: Http) -> set[str]:
    every = (http.requests, http.duration, http.by_route, http.connections, http.messages, http.disconnects)
    return {str(metric) for metric in every if metric}


def _alone(http: Http, users: Counter[str]) -> bool:
    """Whether nobody else has metrics of these names, so that the names of the services need not be said."""
    return all(users[metric] == 1 for metric in _metrics(http))
