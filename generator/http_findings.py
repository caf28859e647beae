"""Faults in the alerts on a service's own metrics that only its instrumentation shows."""

from collections.abc import Container, Iterator, Sequence
from typing import Final

from generator.catalogue import alerts
from generator.cohorts import layers
from generator.instrumentation import Http
from generator.settings import Grid, Setting, resolve
from generator.subjects import Subject
from watchspec.problems import Finding, Path
from watchspec.spec import Spec
from watchspec.units import Duration, plain

_JUDGED: Final = ("HighErrorRate", "HighLatency")


def of_http(spec: Spec, members: Sequence[Subject], common: Grid) -> Iterator[Finding]:
    """Routes without a label, and thresholds behind the end of a histogram, of every service among `members`."""
    for subject in members:
        for name in _JUDGED:
            if subject.http is None or not subject.has.issuperset(alerts()[name].needs):
                continue
            said = next((where for where, source in _places(spec, subject) if name in source), None)
            path = (*said, name) if said else (*subject.path, "instrumentation")
            faults = (
                _fault(subject.http, setting)
                for setting in resolve(alerts()[name], layers(spec, subject, name), common)
            )
            yield from (Finding(path, f"{subject.name}: {fault}") for fault in dict.fromkeys(faults) if fault)


def _places(spec: Spec, subject: Subject) -> Iterator[tuple[Path, Container[str]]]:
    yield (*subject.path, "alerts"), subject.alerts
    yield ("alerts",), spec.alerts


def _fault(http: Http, setting: Setting) -> str | None:
    route = str(dict(setting.parameters)["route"])
    label = http.requests_route if setting.alert == "HighErrorRate" else http.route
    if route and label is None:
        return "its metrics have no label for the route; remove route:, or give instrumentation: {route: LABEL}"
    return _unseen(http, setting.threshold, route) if setting.alert == "HighLatency" else None


def _unseen(http: Http, threshold: object, route: str) -> str | None:
    """The highest quantile of a histogram is the bound of its last finite bucket."""
    ceiling = http.ceiling(route)
    if not isinstance(threshold, Duration) or ceiling is None or threshold.seconds < ceiling:
        return None
    name = http.histogram(route)
    return f"no latency above {threshold} can be seen, for {name} ends at {plain(ceiling)} s; set a lower threshold"
