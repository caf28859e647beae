"""Faults in what is asked of a service's own metrics that only its instrumentation shows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from generator.catalogue import alerts
from generator.cohorts import layers
from generator.instrumentation import Http
from generator.settings import Grid, Setting, resolve
from generator.subjects import Subject
from watchspec.problems import Finding, Path
from watchspec.spec import AlertSetting, Service, Spec
from watchspec.units import Duration, plain

_ERRORS: Final = "HighErrorRate"
_LATENCY: Final = "HighLatency"
_COARSE: Final = Decimal("2.5")
"""Neighbouring buckets further apart than so many times tell little of what lies between; usual ones are nearer."""
_OWN: Final = "instrumentation: {buckets: [...]}"


def of_http(spec: Spec, members: Sequence[Subject], common: Grid) -> Iterator[Finding]:
    """What the metrics of every service among `members` cannot tell of the errors and latencies asked for."""
    for subject in members:
        if subject.http is None or subject.kind != "service":
            continue
        asked = {name: _settings(spec, subject, name, common) for name in (_ERRORS, _LATENCY)}
        for settings in asked.values():
            found = (finding for each in settings for finding in _fault(spec, subject, subject.http, each))
            yield from dict.fromkeys(found)
        service = spec.services[int(subject.path[1])]
        if subject.http.duration and subject.http.quirks.histogram and (asked[_LATENCY] or _promised(service)):
            yield _said(
                (*subject.path, "instrumentation"),
                f"{subject.name}: there may be no latencies: {subject.http.quirks.histogram}; "
                f"once they are there, say so with {_OWN}",
            )
        yield from _promise(service, (*subject.path, "slo", "latency"), subject.http)


def _settings(spec: Spec, subject: Subject, name: str, common: Grid) -> list[Setting]:
    fits = subject.has.issuperset(alerts()[name].needs)
    return list(resolve(alerts()[name], layers(spec, subject, name), common)) if fits else []


def _fault(spec: Spec, subject: Subject, http: Http, setting: Setting) -> Iterator[Finding]:
    route = str(dict(setting.parameters)["route"])
    label = http.requests_route if setting.alert == _ERRORS else http.route
    here, _ = _place(spec, subject, setting.alert, "route")
    if route and label is None:
        said = "its metrics have no label for the route; remove route:, or give instrumentation: {route: LABEL}"
        yield Finding(here, f"{subject.name}: {said}")
        return
    quirk = http.quirks.route
    if route and quirk and not (http.quirks.routes and re.fullmatch(http.quirks.routes, route)):
        yield _said(here, f"{subject.name}: may find no request: {quirk}")
    if setting.alert == _LATENCY and isinstance(setting.threshold, Duration):
        place, written = _place(spec, subject, setting.alert, setting.severity)
        for finding in _threshold(http, setting.threshold, route):
            if written or not finding.warning:  # of a guess at the catalogue's threshold nobody need be told
                yield Finding(place, f"{subject.name}: {finding.message}", finding.warning)


def _threshold(http: Http, threshold: Duration, route: str) -> Iterator[Finding]:
    """The highest quantile of a histogram is the bound of its last finite bucket; within a bucket it is a guess."""
    bounds, seconds, histogram = http.bounds(route), _exact(threshold), http.histogram(route)
    if not bounds or seconds in bounds[:-1]:
        return
    below, above = _around(bounds, seconds)
    if above is None:
        end = f"for {histogram} ends at {_people(bounds[-1])}"
        yield Finding((), f"no latency above {threshold} can be seen, {end}; set a lower threshold")
    elif above > _COARSE * (below or Decimal(0)):
        between = f"for {histogram} has no bucket between {_people(below or Decimal(0))} and {_people(above)}"
        yield _said((), f"a latency of {threshold} is a guess, {between}; set a threshold at one of these")


def _promised(service: Service) -> bool:
    return service.slo is not None and service.slo.latency is not None


def _promise(service: Service, place: Path, http: Http) -> Iterator[Finding]:
    """An SLO of latency counts the requests of a bucket, so there must be one, and it should tell failed ones apart."""
    if service.slo is None or service.slo.latency is None or http.duration is None:
        return
    if service.slo.from_ is not None and service.slo.from_.kind == "probes":
        return
    below = service.slo.latency.below
    if http.buckets is None:
        if not http.quirks.histogram:
            unknown = f"the buckets of {http.duration} are not known, so nobody checks that {below} is one"
            yield _said((*place, "below"), f"{unknown}; give {_OWN}")
    elif _exact(below) not in http.buckets:
        near = " and ".join(_people(each) for each in _around(http.buckets, _exact(below)) if each is not None)
        yield Finding(
            (*place, "below"),
            f"{http.duration} has no bucket at {below}, so nobody can count such requests; the nearest are {near}: "
            f"promise one of these, or give {_OWN} if it has others",
        )
    if not http.slow_status:
        counted = f"counts failed requests as fast ones where they fail fast, for {http.duration} has no status"
        yield _said(place, f"{counted}; promise availability too")


def _place(spec: Spec, subject: Subject, alert: str, key: str) -> tuple[Path, bool]:
    """Where the spec sets `key` of `alert`, and whether it does; else where it sets the alert, or its metrics."""
    places: tuple[tuple[Path, Mapping[str, AlertSetting]], ...] = (
        ((*subject.path, "alerts"), subject.alerts),
        (("alerts",), spec.alerts),
    )
    found = [((*where, alert), settings[alert]) for where, settings in places if alert in settings]
    exact: list[Path] = [(*path, key) for path, setting in found if key in setting.levels]
    return next(iter([*exact, *(path for path, _ in found)]), (*subject.path, "instrumentation")), bool(exact)


def _around(bounds: Sequence[Decimal], seconds: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """The bounds next to `seconds`, where there are any."""
    lower = [bound for bound in bounds if bound < seconds]
    return (lower[-1] if lower else None), next((bound for bound in bounds if bound > seconds), None)


def _exact(duration: Duration) -> Decimal:
    return Decimal(duration.milliseconds) / 1000


def _people(seconds: Decimal) -> str:
    milliseconds = seconds * 1000
    return str(Duration(int(milliseconds))) if milliseconds % 1 == 0 else f"{plain(seconds)} s"


def _said(path: Path, message: str) -> Finding:
    return Finding(path, message, warning=True)
