"""Hypothesis strategies for settings of alerts, drawn from the catalogue: a new alert is covered as it is written."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from generator.around import base
from generator.catalogue import Alert, Parameter, Threshold
from generator.settings import SCRAPES_IN_A_RANGE
from generator.subjects import Subject
from generator.values import Unit, parse
from tests.support.spec_words import NAMES, Section, milliseconds, some, spans

_SIZES: Final = st.one_of(
    st.sampled_from(("0B", "1B", "10GB", "512MiB", "1.5TB", "8EB")), st.integers(0, 2**50).map("{}B".format)
)
_NUMBERS: Final = st.one_of(
    st.sampled_from(("0", "0.001", "1", "2.5", "100", "1000000")), st.decimals("0", "100000", places=3).map(str)
)
_COUNTS: Final = st.one_of(st.sampled_from((0, 1, 7, 1000, 10**6, 10**12)), st.integers(0, 10**7))
_RATIOS: Final = st.one_of(
    st.sampled_from(("0%", "0.01%", "1%", "50%", "99.9%", "99.999%", "100%")),
    st.decimals("0", "100", places=2).map(lambda share: f"{Decimal(share).normalize():f}%"),
)


def values(unit: Unit, shortest: int) -> st.SearchStrategy[Any]:
    """What a user may write in `unit`; ranges hold at least `shortest` milliseconds."""
    if unit in {"duration", "range"}:
        return spans(shortest if unit == "range" else 0)
    known: dict[str, st.SearchStrategy[Any]] = {
        "ratio": _RATIOS,
        "size": _SIZES,
        "number": _NUMBERS,
        "count": _COUNTS,
        "text": NAMES,
    }
    return known[unit]


def _sensible(rule: Threshold | Parameter, shortest: int) -> st.SearchStrategy[Any]:
    """What is no shorter than `shortest` milliseconds and between the bounds of `rule`."""
    if rule.between is None:
        return values(rule.unit, shortest)
    if rule.unit == "range":
        least, most = (milliseconds(str(each)) for each in rule.between)
        return spans(max(shortest, least), max(shortest, most))
    if rule.unit == "count":
        return st.integers(*(int(each) for each in rule.between))
    return st.sampled_from(rule.between)


def thresholds(threshold: Threshold, shortest: int) -> st.SearchStrategy[Any]:
    """Thresholds that a value can be beyond: nothing is above all or below nothing."""
    found = _sensible(threshold, shortest)
    if threshold.overflows:
        return found
    end = Decimal(1) if threshold.unit == "ratio" else None
    return found.filter(
        lambda written: (
            base(parse(threshold.unit, written)) != end
            if threshold.is_ == "above"
            else base(parse(threshold.unit, written)) > 0
        )
    )


@st.composite
def setting(draw: st.DrawFn, alert: Alert, severities: Sequence[str], scrape: int, *, routes: bool = True) -> Any:  # noqa: ANN401
    """What a user may say of `alert` at a scrape interval of `scrape` milliseconds."""
    if draw(st.integers(0, 9)) == 0:
        return "off"
    shortest = SCRAPES_IN_A_RANGE * scrape
    parameters = {
        name: _sensible(parameter, shortest)
        for name, parameter in alert.parameters.items()
        if routes or parameter.unit != "text"
    }
    found: Section = draw(some({}, for_=spans(), keep_firing_for=spans()))
    found |= draw(st.fixed_dictionaries({}, optional=parameters))
    if alert.level == "none":
        return found
    if alert.threshold is not None:
        # A latency above the last bucket of a histogram is refused.
        threshold = spans(1, 250) if alert.alert == "HighLatency" else thresholds(alert.threshold, shortest)
        level = st.one_of(threshold, threshold, some({alert.threshold.is_: threshold}, for_=spans()), st.just("off"))
        fewest = int(alert.alert == "HighLatency")
        return found | draw(st.dictionaries(st.sampled_from(list(severities)), level, min_size=fewest, max_size=3))
    one = st.sampled_from(list(severities))
    said: st.SearchStrategy[Section] = st.one_of(
        st.just({}), one.map(lambda name: {"severity": name}), st.dictionaries(one, some({"for": spans()}), max_size=2)
    )
    return found | draw(said)


def fits(alert: Alert, kind: str, subject: Subject) -> bool:
    """Whether `subject` may set `alert`, which is about targets of `kind`."""
    return kind == subject.kind and subject.has.issuperset(alert.needs)
