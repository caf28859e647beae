"""The alerts of `catalogue/<kind>.yml`: their schema, and how they are read."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from generator import kept, values
from generator.values import Unit, Value, parse
from watchspec import units
from watchspec.problems import Problem
from watchspec.source import Source
from watchspec.spec import Scalar, base
from watchspec.spec import alerts as settings
from watchspec.spec.base import DurationText, Model
from watchspec.units import Duration

KINDS: Final = ("host", "redis", "postgres", "service", "slo", "job", "monitoring")
"""Kinds of target that have a catalogue, in the order of the rule files."""

_FOLDER: Final = Path(__file__).parent / "catalogue"

LevelName = Literal["page", "ticket", "note"]
LEVELS: Final[tuple[LevelName, ...]] = ("page", "ticket", "note")
"""How urgent an alert is, the worst first; a spec maps them to its own severities."""

NARROWING: Final = "route"
"""The parameter that makes an alert watch less than its target."""

Need = Literal[
    "remote", "files", "queues", "replicas", "https", "health", "metrics", "requests", "duration", "statements",
    "prometheus", "alertmanager", "exporter", "stack", "slo", "pair", "buckets", "weeks", "month",
    "disconnects",
]  # fmt: skip
"""What a target must have for an alert to make sense; `generator.subjects` finds out."""


class Threshold(Model):
    """What the value is compared with."""

    unit: Unit
    is_: Literal["above", "below"]
    """On which side of it the alert fires."""
    between: tuple[Scalar, Scalar] | None = None
    """The least and the most that make sense."""
    overflows: bool = False
    """Whether the value can be above 100 %, or below 0; where it cannot, such a threshold would never fire."""
    page: Scalar | None = None
    ticket: Scalar | None = None
    note: Scalar | None = None

    def defaults(self) -> Mapping[LevelName, Value]:
        """The default by level, the worst first."""
        written = {level: getattr(self, level) for level in LEVELS}
        return {level: parse(self.unit, scalar) for level, scalar in written.items() if scalar is not None}


class Parameter(Model):
    """Something else that a user may set."""

    unit: Unit
    between: tuple[Scalar, Scalar] | None = None
    """The least and the most that make sense."""
    default: Scalar
    help: str
    """What it means, as half a sentence."""


class Possible(Model):
    """What must hold for an alert to be able to fire: the number `less` is smaller than the number `than`.

    Both are Jinja2 on `<< >>`: the parameters in base units, `threshold`, `for_` in seconds, `scrape`, the seconds
    between two scrapes, and `replicas`, the number of the target's addresses.
    """

    less: str
    than: str
    fault: str
    """Why it could never fire, and what to do, as the second half of a sentence; what is put in is for people."""


class Proof(Model):
    """Series that prove an alert: `generator.proofs` makes tests of them.

    A value is `5` (flat), `+5` (a counter that grows by 5 a second) or `5+1` (a gauge at 5 that grows by 1 a second),
    and `0 then 1` changes, `0 then gone` ends, just early enough for the alert to fire at the end; in
    `_ | 5 | 6 then 7` what is between the bars lasts a week, and `_` is nothing. Put in on `<< >>`: `at`, the
    value that the expression shall have, `bad`, 1 where it shall fire, the parameters in seconds, bytes and shares of
    one, `end`, the second at which the test looks, and `early`, the seconds before it by which the alert must have
    begun.
    """

    series: Mapping[str, str | int]
    """Values by selector; `target` and `labels` are added to each."""
    labels: Mapping[str, str] = {}
    """The alert's own labels on every series."""
    value: str = "<< at >>"
    """What `$value` is at the end."""
    settles: str = "0"
    """Seconds that the expression needs to follow a `then`."""
    warm: str = ""
    """Seconds after which every range that it reads is full; all durations among the parameters by default."""
    step: str = ""
    """Seconds between two samples at the most; by default as the ranges ask for."""
    fires: Mapping[str, Mapping[str, str | int | None]] = {}
    """What else makes it fire: series that differ, or that are not there."""
    silent: Mapping[str, Mapping[str, str | int | None]] = {}
    """What keeps it silent though the value would make it fire: series that differ, or that are not there."""
    blind: bool = False
    """Whether it fires without any data."""


class Alert(Model):
    """One alert, as data; `expr` and the texts are Jinja2 on `<< >>`."""

    alert: str = Field(pattern=r"^[A-Z][A-Za-z]+$")
    expr: str
    narrowed: str | None = None
    """The expression where a `route` is given: records know whole targets only."""
    threshold: Threshold | None = None
    level: LevelName | Literal["none"] | None = None
    """How urgent an alert without threshold is; `none` is told to nobody."""
    parameters: Mapping[str, Parameter] = {}
    for_: DurationText = Duration(0)
    keep_firing_for: DurationText = Duration(0)
    history: DurationText = Duration(0)
    """How far back the records look that it reads; `generator.findings.history` compares it with the retention."""
    forgets: str = ""
    """Seconds after which it no longer knows of the change that it tells of; it must have fired long before."""
    possible: tuple[Possible, ...] = ()
    """What its settings must fulfil; `generator.findings.reach` sees to it."""
    labels: tuple[str, ...] = ()
    """Labels that tell alerts of one target apart; `<< by >>` keeps them and `target`."""
    enabled: bool = True
    """Whether it is on where nobody mentions it."""
    each: Literal["queues"] | None = None
    """A section of the target of which every entry has its own settings and its own rules."""
    needs: tuple[Need, ...] = ()
    outage: bool = False
    """Whether it says that its whole target is gone; then symptoms of it and of what depends on it are not told."""
    symptom: bool = False
    """Whether an outage of the target, or of what it stands on, brings it about."""
    explained_by: tuple[str, ...] = ()
    """Alerts of the same target and labels that say the same louder: while one fires, this is not told."""
    summary: str
    description: str
    why: str
    do: tuple[str, str, str]
    """The first three steps of whoever is told."""
    tests: Proof
    """What its tests are made of."""

    @model_validator(mode="after")
    def _threshold_or_level(self) -> Self:
        if (self.threshold is None) == (self.level is None):
            raise ValueError(f"{self.alert}: give one of threshold and level")
        return self

    def expression(self, parameters: Mapping[str, Value]) -> str:
        """The template that `parameters` ask for."""
        return self.narrowed if self.narrowed and parameters.get(NARROWING) else self.expr

    def defaults(self) -> Mapping[str, Value]:
        """The default of every parameter."""
        return {name: parse(parameter.unit, parameter.default) for name, parameter in self.parameters.items()}


class Record(Model):
    """A recording rule, written only where something reads it; see `generator.records`."""

    record: str = Field(pattern=r"^[a-z_]+:[a-z_]+:([a-z0-9_]|<< \w+ >>)+$")
    """`level:metric:operation`; `<< window >>` and `<< percent >>` in it are what its readers ask for."""
    expr: str
    """Jinja2 on `<< >>`, as an alert's."""
    help: str
    """What its value is, with the unit."""
    needs: tuple[Need, ...] = ()
    every: DurationText | None = None
    """How often it is computed; without it as often as alerts are, just before those that read it."""
    labels: Mapping[str, str] = {}


class Catalogue(Model):
    """The alerts of one kind of target."""

    define: Mapping[str, str] = {}
    """Pieces of PromQL that several expressions share."""
    records: tuple[Record, ...] = ()
    alerts: tuple[Alert, ...]


@cache
def catalogue(kind: str) -> Catalogue:
    """The catalogue of `kind`, one of `KINDS`."""
    return _catalogues()[kind]


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    paths = [path for kind in KINDS for path in _paths(kind)]
    models = [Path(str(module.__file__)) for module in (sys.modules[__name__], values, units, base, settings)]
    return kept.made(_validated, paths, "catalogue", models)


def _validated(written: Iterable[object]) -> Mapping[str, Catalogue]:
    """The catalogue of every kind, from what its files say, in the order of `KINDS` and `_paths`."""
    files = iter(written)
    return {kind: _joined([Catalogue.model_validate(next(files)) for _ in _paths(kind)]) for kind in KINDS}


def _joined(parts: Sequence[Catalogue]) -> Catalogue:
    return Catalogue(
        define=parts[0].define,
        records=tuple(record for part in parts for record in part.records),
        alerts=tuple(alert for part in parts for alert in part.alerts),
    )


def _paths(kind: str) -> list[Path]:
    """Its own file, then those of its folder by name; what the first defines holds for all."""
    return [_FOLDER / f"{kind}.yml", *sorted((_FOLDER / kind).glob("*.yml"))]


def sources(kind: str) -> Iterator[Source]:
    """The files of `kind`, with the places of what they say."""
    for path in _paths(kind):
        yield Source(path.read_text(encoding="utf-8"), path.relative_to(_FOLDER).as_posix())


def place(name: str, message: str) -> Problem:
    """A problem at the alert `name` of the catalogue."""
    for source in sources(kind_of()[name]):
        for index, alert in enumerate(Catalogue.model_validate(source.value).alerts):
            if alert.alert == name:
                return source.problem(("alerts", index), message)
    raise KeyError(name)


@cache
def alerts() -> Mapping[str, Alert]:
    """Every alert of every kind by name."""
    return {alert.alert: alert for kind in KINDS for alert in catalogue(kind).alerts}


@cache
def kind_of() -> Mapping[str, str]:
    """Every alert's name → the kind of target that it is about."""
    return {alert.alert: kind for kind in KINDS for alert in catalogue(kind).alerts}
