"""What a user may set about an alert of the catalogue, and alerts of their own."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict

from watchspec.spec.base import DurationText, LabelName, Model, Name, Shorthand

Scalar = str | int | float | bool
"""A threshold or parameter as it was written; the catalogue knows its unit."""


class Level(Model):
    """The value of one key: a severity's threshold (with its own `for`, if any), or a parameter."""

    above: Scalar | None = None
    """The threshold of an alert that fires above it."""
    below: Scalar | None = None
    """The threshold of an alert that fires below it."""
    for_: DurationText | None = None
    """How long it must hold at this severity; the alert's own by default."""
    value: Scalar | None = None
    """The threshold, or a parameter's value, whichever way it points."""

    @property
    def threshold(self) -> Scalar | None:
        """What was written, under whichever key."""
        return next((value for value in (self.value, self.above, self.below) if value is not None), None)


def _level(value: object) -> object:
    if isinstance(value, list):
        raise ValueError("must be a value or a mapping such as {above: 90%, for: 1m}, is a list")
    return value if value is None or isinstance(value, (dict, Level)) else {"value": value}


_SCALAR_SCHEMA = {"type": ["string", "number", "boolean"]}
LevelText = Annotated[Level, BeforeValidator(_level), Shorthand(_SCALAR_SCHEMA)]


class AlertSetting(Model):
    """`off`, or thresholds keyed by severity and parameters by name.

    The target's own setting comes first, then the spec's, then the catalogue's. Whoever names a severity replaces all
    severities behind: `{critical: 2%}` alone leaves no warning. `{warning: off}` takes one away and keeps the rest.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, LevelText]

    off: bool = False
    """Removes the alert; `HostSwapping: off` says the same."""
    for_: DurationText | None = None
    """How long it must hold before anybody is told; the catalogue's own by default."""
    keep_firing_for: DurationText | None = None
    """How long it goes on firing after it has ended, so that it does not flap."""
    severity: Name | None = None
    """The severity of an alert that has no threshold."""

    @property
    def levels(self) -> Mapping[str, Level]:
        """Every key that is not one of the fields above: severities and parameters, as written."""
        return self.__pydantic_extra__ or {}


def _setting(value: object) -> object:
    if value == "off":
        return {"off": True}
    if isinstance(value, (dict, AlertSetting)):
        return value
    raise ValueError('must be "off" or a mapping such as {warning: 80%, critical: 90%, for: 5m}')


Setting = Annotated[AlertSetting, BeforeValidator(_setting), Shorthand({"const": "off"})]
Settings = Mapping[str, Setting]


class RuleTest(Model):
    """The proof of a user's rule: series in promtool's notation, and when the alert fires on them."""

    series: Mapping[str, str]
    """Series by selector, their samples in promtool's notation."""
    fires_at: DurationText
    """When the alert must be firing, from the first sample on."""
    silent_at: DurationText | None = None
    """When it must not be firing."""
    on_no_data: Literal["silent", "fires"] = "silent"
    """What it does where none of its series is there: `fires` is for `absent()` and its like."""


class Rule(Model):
    """An alert in the user's own PromQL."""

    alert: Name
    """Its name."""
    expr: str
    """Fires for every series that this returns."""
    for_: DurationText | None = None
    """How long it must hold before anybody is told; not at all by default."""
    keep_firing_for: DurationText | None = None
    """How long it goes on firing after it has ended."""
    severity: Name
    """One of the spec's severities."""
    summary: str
    """One line for the subject; may use `{{ $labels.NAME }}` and `{{ $value }}`."""
    description: str = ""
    """What is going on, in a sentence or two."""
    runbook: str | None = None
    """Address of what to do."""
    labels: Mapping[LabelName, str] = {}
    """More labels, for routes or dashboards."""
    test: RuleTest | None = None
    """The proof that it fires."""
