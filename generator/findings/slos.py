"""Promises that cannot be watched: budgets that no burn can spend fast enough, and sources that do not say enough."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from generator import burn
from generator.catalogue import alerts
from generator.cohorts import layers
from generator.custom import unbalanced
from generator.settings import Grid, Setting, resolve
from generator.slos import Objective
from generator.subjects import Subject
from watchspec.problems import Finding, Path
from watchspec.spec import Spec
from watchspec.spec.slo import Slo
from watchspec.units import Duration, Ratio, plain

_RANGE: Final = Duration(300_000)
"""What rates of objectives are recorded over."""
_SLOWEST_SCRAPE: Final = Duration(75_000)
"""Four scrapes fit into that range."""
_LEAST: Final = Decimal("0.9")
"""A slower pace leaves budget at the end of the window, and is no reason to tell anybody."""


def of_slos(spec: Spec, members: Sequence[Subject], common: Grid) -> Iterator[Finding]:
    """What is wrong with the promises of every service among `members`."""
    fine: set[Objective] = set()
    for subject in members:
        own = not subject.alerts.keys().isdisjoint(burn.TIERS)
        if subject.kind == "service" and (slo := spec.services[int(subject.path[1])].slo) is not None:
            yield from _source(subject, slo, (*subject.path, "slo"), common)
        elif subject.slo is not None and (own or subject.slo not in fine):
            found = list(_burns(spec, subject, subject.slo, common))
            yield from found
            if not found and not own:
                fine.add(subject.slo)


def _source(subject: Subject, slo: Slo, at: Path, common: Grid) -> Iterator[Finding]:
    if common.scrape_interval > _SLOWEST_SCRAPE:
        said = f"is counted over {_RANGE}, which needs a scrape_interval of {_SLOWEST_SCRAPE} or less"
        yield Finding(at, f"{said}; it is {common.scrape_interval}")
    written = slo.from_
    for key in ("total", "bad", "good"):
        if (text := getattr(written, key, None)) and (fault := unbalanced(text)):
            yield Finding((*at, "from", key), fault)
    asked = written is not None and written.kind == "requests"
    usual = (written is None or written.total is not None) and subject.http is not None
    if written is not None and written.total is not None and slo.availability is None:
        yield Finding((*at, "from"), "counts availability, which is not promised; add availability: 99.9%")
    if not (asked or usual):
        return
    choice = "or count probes with from: probes"
    pair = written is not None and written.total is not None
    if slo.availability is not None and not pair and "requests" not in subject.has:
        fix = "give metrics:, and instrumentation: with a counter and a status"
        yield Finding(
            (*at, "availability"), f"{subject.name} has no counter of requests with a status; {fix}, {choice}"
        )
    if slo.latency is not None and "duration" not in subject.has:
        fix = "give metrics:, and instrumentation: {duration: METRIC}"
        yield Finding((*at, "latency"), f"{subject.name} has no histogram of durations; {fix}, {choice}")


def _burns(spec: Spec, subject: Subject, slo: Objective, common: Grid) -> Iterator[Finding]:
    at: Path = (*subject.path, "slo", slo.name, *(("for",) if slo.name == "latency" else ()))
    if slo.budget == 0:
        yield Finding(at, "leaves no budget, so one failed request breaks it for ever; promise less than 100%")
        return
    for name in burn.TIERS:
        if not subject.has.issuperset(alerts()[name].needs):
            continue
        for setting in resolve(alerts()[name], layers(spec, subject, name), common):
            yield from _tier(setting, slo, at)


def _tier(setting: Setting, slo: Objective, at: Path) -> Iterator[Finding]:
    parameters: Mapping[str, object] = dict(setting.parameters)
    long, short = burn.windows(parameters)
    if short >= long:
        yield Finding(at, f"{setting.alert}: short ({short}) is not shorter than long ({long}); set another")
        return
    if not isinstance(setting.threshold, Ratio) or long > slo.window:
        yield Finding(
            (*at[:3], "window"), f"is shorter than {long}, over which {setting.alert} looks; give a longer one"
        )
        return
    burns = burn.factor(setting.threshold, slo.window, long)
    if burns * slo.budget >= 1:
        most = f"promise more than {burn.lowest_objective(burns)}, or set {setting.alert} to a smaller share, or off"
        yield Finding(at, f"{setting.alert} can never fire: to burn {plain(burns)} budgets over 100% must fail; {most}")
    elif burns < _LEAST:
        share = Ratio((Decimal(long.milliseconds) / slo.window.milliseconds).quantize(Decimal("0.001")))
        yield Finding(
            (*at[:3], "window"),
            f"is so short that {setting.alert} would fire at a pace the budget lasts for; "
            f"give a longer window, or {setting.alert}: {{{setting.severity}: {share}}}",
        )
