"""What a user may set about an alert of the catalogue, and alerts of their own."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict

from watchspec.spec._base import DurationText, LabelName, Model, Name, Shorthand

Scalar = str | int | float | bool
"""A threshold or parameter as it was written; the catalogue knows its unit."""


class Level(Model):
    """The value of one key: a severity's threshold (with its own `for`, if any), or a parameter."""

    above: Scalar | None = None
    below: Scalar | None = None
    for_: DurationText | None = None
    value: Scalar | None = None

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
    """`off`, or thresholds keyed by severity and parameters by name; the generator tells them apart."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, LevelText]

    off: bool = False
    for_: DurationText | None = None
    keep_firing_for: DurationText | None = None
    severity: Name | None = None

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
    fires_at: DurationText
    silent_at: DurationText | None = None


class Rule(Model):
    """An alert in the user's own PromQL."""

    alert: Name
    expr: str
    for_: DurationText | None = None
    keep_firing_for: DurationText | None = None
    severity: Name
    summary: str
    description: str = ""
    runbook: str | None = None
    labels: Mapping[LabelName, str] = {}
    test: RuleTest | None = None
