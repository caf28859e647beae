"""Settings with which an alert could never fire, though each of them is right: what the catalogue says must hold."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from generator.around import base
from generator.cases import numbers, plain
from generator.catalogue import Alert, Possible, catalogue
from generator.cohorts import layers
from generator.findings.history import place
from generator.settings import Grid, Setting, resolve
from generator.subjects import Subject
from generator.template import expression, words
from watchspec.problems import Finding
from watchspec.spec import Spec
from watchspec.units import Duration

_SHORTEST: Final = Decimal(600)
"""A change must be remembered for so many seconds, however often rules are evaluated."""
_EVALUATIONS: Final = 2


def of_reach(spec: Spec, members: Sequence[Subject], common: Grid) -> Iterator[Finding]:
    """Every alert that cannot fire, where it is set; a warning at the scrape interval where nobody has set it."""
    known: dict[tuple[str, int], list[str]] = {}
    found: dict[Finding, None] = {}
    for subject in members:
        for alert in catalogue(subject.kind).alerts:
            if not (alert.forgets or alert.possible) or not subject.has.issuperset(alert.needs):
                continue
            key = alert.alert, subject.replicas
            if alert.alert in subject.alerts:
                faults = list(_faults(spec, alert, subject, common))
            else:  # as for most, of which there may be thousands
                faults = known[key] if key in known else known.setdefault(key, [*_faults(spec, alert, subject, common)])
            for fault in faults:
                found[_finding(spec, subject, alert, fault)] = None
    yield from found


def _finding(spec: Spec, subject: Subject, alert: Alert, fault: str) -> Finding:
    if here := place(spec, subject, alert.alert):
        return Finding(here, fault)
    off = f"{alert.alert} {fault}, in alerts:"
    return Finding(("prometheus", "scrape_interval"), off, warning=True)


def _faults(spec: Spec, alert: Alert, subject: Subject, common: Grid) -> Iterator[str]:
    slowest = max(base(common.scrape_interval), base(spec.prometheus.evaluation_interval or common.scrape_interval))
    for setting in resolve(alert, layers(spec, subject, alert.alert), common):
        given = {
            **numbers(setting.parameters),
            "threshold": plain(setting.threshold),
            "for_": base(setting.for_),
            "scrape": base(common.scrape_interval),
            "replicas": subject.replicas,
        }
        if alert.forgets:
            yield from _forgotten(alert, setting, given, slowest)
        for possible in alert.possible:
            yield from _impossible(possible, setting, given)


def _forgotten(alert: Alert, setting: Setting, given: Mapping[str, object], slowest: Decimal) -> Iterator[str]:
    parameters = dict(setting.parameters)
    name = next(each for each in ("before", "window") if each in parameters)
    forgets = Decimal(expression(alert.forgets, given))
    lacks = 2 * base(setting.for_) + max(_SHORTEST, _EVALUATIONS * slowest) - forgets
    if lacks > 0:
        least = Duration(int(1000 * (base(parameters[name]) + lacks)))
        said = f"cannot wait for {setting.for_}, for it looks back {parameters[name]} only and then forgets the change"
        yield f"{said}; lower for:, or let {name}: be {least} or more"


def _impossible(possible: Possible, setting: Setting, given: Mapping[str, object]) -> Iterator[str]:
    if Decimal(expression(possible.less, given)) >= Decimal(expression(possible.than, given)):
        said = {**given, **dict(setting.parameters), "threshold": setting.threshold}
        yield f"can never fire, for {words(possible.fault, said)}"
