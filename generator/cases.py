"""What is put to the test for every rule: series, and the alerts that must come of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import Final

from generator import samples
from generator.around import Around, around, base
from generator.catalogue import Alert
from generator.cohorts import Cohort
from generator.gotemplate import expand
from generator.promql import Promql, string
from generator.template import expression, words
from generator.values import Value
from watchspec.units import Duration, Ratio, Size

Rule = Mapping[str, object]
_Changed = Mapping[str, str | int | None]
_SCRAPES: Final = 4
_STEP: Final = Decimal(60)
_STEPS: Final = (_STEP, Decimal(300), Decimal(3_600), Decimal(86_400))
_SHORT_STEPS: Final = (
    *map(
        Decimal,
        (1_800, 1_200, 900, 600, 300, 225, 180, 150, 120, 100, 90, 75, 60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1),
    ),
    *map(Decimal, ("0.5", "0.2", "0.1", "0.05", "0.02", "0.01", "0.001")),
)
"""Parts of an hour, and the short ones of a minute: a sample stands wherever the rules are evaluated."""
_MOST: Final = 9_000
"""promtool loads at most 10,000 samples for a query."""
_HALF_WEEK: Final = 302_400
"""What looks back for weeks is evaluated twice a week, which is at the same hours of past weeks."""
_RHYTHMS: Final = ((1_200, 60), (43_200, 300), (2_000_000, 3_600), (10_000_000_000, 86_400))
"""Up to so many seconds a test evaluates the rules every so many seconds: a week by the minute would take too long."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An alert that must be firing."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One test: series by selector, and what must fire when."""

    name: str
    alert: str
    rhythm: int
    """Seconds between two evaluations of the rules."""
    step: Decimal
    """Seconds between two samples."""
    series: Mapping[str, str]
    times: tuple[int, ...]
    """When to look, in seconds."""
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Proved:
    """The rules of one alert that can fire for one target, and what their tests share."""

    alert: Alert
    target: str
    rules: tuple[tuple[Cohort, Rule], ...]
    context: Mapping[str, object]

    def cases(self, own: Sequence[Cohort], *, first: bool) -> Iterator[Case]:
        """The tests of the cohorts `own`; where they are the alert's `first`, those of every alert too."""
        if self.alert.level == "none":
            yield from self._steady("fires always", Decimal(1))
        elif self.alert.threshold is None:
            yield from self._steady("fires", Decimal(1))
            yield from self._steady("is silent when all is well", Decimal(0))
        else:
            for cohort in own:
                near = self._around(cohort)
                said = f"its threshold of {cohort.shape.setting.threshold}"
                yield from self._steady(f"fires beyond {said}", near.fires)
                yield from self._steady(f"is silent just before {said}", near.silent, fires=False)
        if first and self.alert.level != "none":
            yield from self._otherwise(own[0])
            yield self._interrupted()

    def _steadfast(self) -> bool:
        """Whether a restart must not show at all: it shows in a rate, if nobody waits as long as the catalogue says."""
        reaches_back = bool(self._ranges) or "[" in self.alert.expr
        return not reaches_back or all(cohort.shape.setting.for_ >= self.alert.for_ for cohort, _ in self.rules)

    def _around(self, cohort: Cohort) -> Around:
        rule, threshold = self.alert.threshold, cohort.shape.setting.threshold
        assert rule is not None and threshold is not None, "an alert with a threshold"  # noqa: S101, PT018
        return around(threshold, rule.unit, rule.is_)

    def _otherwise(self, cohort: Cohort) -> Iterator[Case]:
        at = Decimal(1) if self.alert.threshold is None else self._around(cohort).fires
        for reason, changed in self.alert.tests.fires.items():
            yield from self._steady(f"fires {reason}", at, changed)
        for reason, changed in self.alert.tests.silent.items():
            yield from self._steady(f"is silent {reason}", at, changed, kept=True)

    def _steady(
        self, what: str, at: Decimal, changed: _Changed | None = None, *, fires: bool = True, kept: bool = False
    ) -> Iterator[Case]:
        """One look at the end; with `kept`, what is `changed` keeps silent what would fire."""
        numbers = self._numbers(at)
        patience, warm, step = self._patience, self._warm, self._step
        rhythm = self._rhythm(warm + patience)
        settles = int(Decimal(expression(self.alert.tests.settles, numbers)))
        lasts = self._lasting if kept else 0
        # A week ago all must still be as usual; an alert with a history waits less than half a week.
        late = lasts + Decimal(rhythm + settles + _STEP if rhythm == _HALF_WEEK else patience + 2 * rhythm + settles)
        end = -(-(warm + int(late) + rhythm) // rhythm) * rhythm
        numbers |= {"end": Decimal(end), "early": late if fires else Decimal(0)}
        texts = self._texts(numbers, changed)
        series = {selector: samples.steady(text, Decimal(end), step, late) for selector, text in texts.items()}
        value = Decimal(expression(self.alert.tests.value, numbers))
        if kept or self._certain(value, rhythm):
            expected = () if kept else tuple(self._expected(at, value))
            yield Case(f"{self.alert.alert} {what}", self.alert.alert, rhythm, step, series, (end,), expected)

    def _calm(self) -> Decimal:
        """A value far on the silent side of every severity."""
        if self.alert.threshold is None:
            return Decimal(0)
        farthest = min if self.alert.threshold.is_ == "above" else max
        return farthest(self._around(cohort).calm for cohort, _ in self.rules)

    def _interrupted(self) -> Case:
        """Look at every evaluation after a reset and a restart, or at those where no range reaches back to them."""
        at, steadfast = self._calm(), self._steadfast()
        warm, step = self._warm, self._step
        longest = max(warm, self._patience)
        rhythm = self._rhythm(3 * longest)
        part = _up(Decimal(longest + 2 * rhythm), step)
        if rhythm == _HALF_WEEK:  # else no evaluation would see them
            part = _up(part, Decimal(rhythm)) // step * step - 2 * step
        texts = self._texts(self._numbers(at) | {"end": 3 * part, "early": Decimal(0)}, None)
        series = {selector: samples.interrupted(text, part, step) for selector, text in texts.items()}
        begins = [int(_up(begin, Decimal(rhythm))) for begin in samples.restarts(part, step)]
        looks = [count * rhythm for count in range(int(part) // rhythm) if steadfast or count * rhythm >= warm]
        times = tuple(begin + look for begin in begins for look in looks)
        what = "is silent on a counter reset and on a restart" if steadfast else "is silent after a reset and a restart"
        return Case(f"{self.alert.alert} {what}", self.alert.alert, rhythm, step, series, times, ())

    @cached_property
    def _patience(self) -> int:
        """Seconds that the most patient of its rules waits."""
        return max(cohort.shape.setting.for_.milliseconds for cohort, _ in self.rules) // 1000

    @cached_property
    def _lasting(self) -> int:
        """Seconds that the most steadfast of its rules fires on after its condition has ended."""
        return max(cohort.shape.setting.keep_firing_for.milliseconds for cohort, _ in self.rules) // 1000

    @cached_property
    def _ranges(self) -> list[str]:
        return [name for name, parameter in self.alert.parameters.items() if parameter.unit == "range"]

    def _durations(self) -> list[int]:
        values = [value for _, value in self.rules[0][0].shape.setting.parameters]
        return [value.milliseconds for value in values if isinstance(value, Duration)]

    @cached_property
    def _warm(self) -> int:
        """Seconds after which every range of the expression is full."""
        written = self.alert.tests.warm
        full = Decimal(expression(written, self.context)) if written else sum(self._durations()) // 1000
        return int(full) + self.alert.history.milliseconds // 1000 + 2 * int(_STEP)

    def _rhythm(self, seconds: int) -> int:
        if self.alert.history.milliseconds:
            return _HALF_WEEK
        found = next(each for most, each in _RHYTHMS if seconds <= most)
        if not self.alert.forgets:
            return found
        # It must be seen to wait before it forgets.
        left = Decimal(expression(self.alert.forgets, self.context)) - self._patience
        return max((each for _, each in _RHYTHMS if each <= found and 4 * each <= left), default=_RHYTHMS[0][1])

    @cached_property
    def _step(self) -> Decimal:
        """A minute, or less where a range would hold too few samples, or more where it would hold too many."""
        given = dict(self.rules[0][0].shape.setting.parameters)
        lengths = [base(given[name]) for name in self._ranges]
        longest = max(lengths, default=Decimal(0))
        usual = next(step for step in _STEPS if longest / step <= _MOST)
        shortest = min(lengths, default=Decimal(86_400)) / _SCRAPES
        if written := self.alert.tests.step:
            shortest = min(shortest, Decimal(expression(written, self.context)))
        return usual if usual <= shortest else next(step for step in _SHORT_STEPS if step <= min(usual, shortest))

    def _numbers(self, at: Decimal) -> dict[str, object]:
        return {**self.context, "at": at, "bad": at if self.alert.threshold is None else None}

    def _texts(self, numbers: Mapping[str, object], changed: _Changed | None) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for selector, text in {**self.alert.tests.series, **(changed or {})}.items():
            if text is not None:
                found[self._selector(selector, numbers)] = expression(str(text), numbers)
        return found

    def _selector(self, text: str, numbers: Mapping[str, object]) -> str:
        name, _, inside = expression(text, numbers).partition("{")
        own = [inside.strip(",} ")] if inside.strip(",} ") else []
        added = [
            f"{label}={string(value)}"
            for label, value in {**self._labels, "target": self.target}.items()
            if f"{label}=" not in inside
        ]
        return f"{name}{{{', '.join(own + added)}}}"

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return {label: words(text, self.context) for label, text in self.alert.tests.labels.items()}

    def _expected(self, at: Decimal, value: Decimal) -> Iterator[Expected]:
        labels = {"target": self.target, **self._labels}
        for cohort, rule in self.rules:
            if self._fires(cohort, at, value):
                own = {**labels, **_expanded(rule["labels"], labels, float(value))}
                yield Expected(own, _expanded(rule["annotations"], labels, float(value)))

    def _drifts(self) -> bool:
        """Whether the value falls by a second each second, as the time does until a disk is full."""
        return "early" in self.alert.tests.value

    def _certain(self, value: Decimal, rhythm: int) -> bool:
        """Whether no rule has held for about as long as it waits when a value that drifts has come to `value`."""
        spans = [(_held(cohort, value), base(cohort.shape.setting.for_)) for cohort, _ in self.rules if self._drifts()]
        return not any(held > 0 and for_ - rhythm <= held < for_ + 2 * rhythm for held, for_ in spans)

    def _fires(self, cohort: Cohort, at: Decimal, value: Decimal) -> bool:
        rule, threshold = self.alert.threshold, cohort.shape.setting.threshold
        if rule is None or threshold is None:
            return at > 0
        if self._drifts():
            return 0 < _held(cohort, value) >= base(cohort.shape.setting.for_)
        return at > base(threshold) if rule.is_ == "above" else at < base(threshold)


def _held(cohort: Cohort, value: Decimal) -> Decimal:
    """For how many seconds a value that drifts has been below the threshold, now that it is `value`."""
    return base(cohort.shape.setting.threshold) - value


def _up(value: Decimal, unit: Decimal) -> Decimal:
    """`value` rounded up to whole `unit`s; `//` of decimals cuts off towards zero."""
    return (value / unit).to_integral_value(ROUND_CEILING) * unit


def plain(value: object) -> object:
    """A parameter as a plain number for the arithmetic of `tests:`."""
    return base(value) if isinstance(value, Ratio | Duration | Size | Decimal | int) else value


def _expanded(texts: object, labels: Mapping[str, str], value: float) -> Mapping[str, str]:
    assert isinstance(texts, dict), "labels and annotations are mappings"  # noqa: S101
    return {name: expand(text, labels, value) for name, text in texts.items()}


def numbers(parameters: Sequence[tuple[str, Value]]) -> Mapping[str, object]:
    """Parameters by name, in base units; text stays text."""
    return {name: plain(value) if not isinstance(value, Promql) else value for name, value in parameters}
