"""Who is told, how, and when."""

import re
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from watchspec.spec.base import DurationText, Model, Name, Shorthand, listed
from watchspec.units import Duration

Weekdays = Annotated[tuple[str, ...], BeforeValidator(listed), Shorthand({"type": "string"})]
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2999


def _weekdays(days: tuple[str, ...]) -> tuple[str, ...]:
    for item in days:
        first, _, last = item.partition(":")
        if first not in _DAYS or (last and last not in _DAYS):
            raise ValueError(f'"{item}" is not a day; write "monday" or "monday:friday"')
        if last and _DAYS.index(last) < _DAYS.index(first):
            raise ValueError(f'"{item}" runs backwards; write two items')
    return days


def _times(text: str) -> str:
    match = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text)
    if not match or any(int(h) * 60 + int(m) > 1440 or int(m) > 59 for h, m in (match.group(1, 2), match.group(3, 4))):
        raise ValueError(f'"{text}" is not a span of the day; write "09:00-17:00"')
    if match[1] == "24":
        raise ValueError(f'"{text}" begins when the day is over; write "00:00-{match[3]}:{match[4]}"')
    if match.group(1, 2) == match.group(3, 4):
        raise ValueError(f'"{text}" ends when it begins; leave times: out for the whole day')
    return text


def _moment(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text):
        raise ValueError(f'"{text}" is not a moment; write 2026-12-05T22:00')
    try:
        year = datetime.fromisoformat(text).year
    except ValueError as error:
        raise ValueError(f'"{text}" is in no calendar: {error}; write another day') from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f'"{text}" is not of our time; write a year such as 2026')
    return text


def _timezone(text: str) -> str:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # reading the time zones costs; few specs name one

    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(f'"{text}" is not a time zone; write one such as Europe/Belgrade') from None
    return text


Days = Annotated[Weekdays, AfterValidator(_weekdays)]
Times = Annotated[str, AfterValidator(_times)]
Moment = Annotated[str, AfterValidator(_moment)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Names = Annotated[tuple[Name, ...], BeforeValidator(listed), Shorthand({"type": "string"})]


class Escalation(Model):
    """Who is told of what nobody has silenced for so long."""

    after: DurationText
    """How long it has to fire unsilenced."""
    to: Names
    """Channels that are told then."""


class Hours(Model):
    """A recurring span of the week."""

    weekdays: Days = ()
    """Days such as `monday` or `monday:friday`; every day by default."""
    times: Times | None = None
    """Time of day such as `09:00-17:00`; all day by default."""
    timezone: TimeZone = "UTC"
    """Whose time of day, such as `Europe/Belgrade`."""


class Severity(Model):
    """One severity: who is told, how soon, how often."""

    notify: Names = ()
    """Channels that are told."""
    as_: Literal["page", "ticket", "note"] | None = None
    """Which of the catalogue's levels it stands for."""
    wait: DurationText = Duration(10_000)
    """Group wait: how long the first message waits for others to join it."""
    interval: DurationText = Duration(60_000)
    """Group interval: how soon news of the same group follow."""
    repeat: DurationText = Duration(4 * 3_600_000)
    """Repeat interval: how often an unchanged problem is said again."""
    resolved: bool = True
    """Whether the end of a problem is told too."""
    escalate: tuple[Escalation, ...] | Escalation | None = None
    """Who is told next if nobody silences it."""
    hours: Hours | None = None
    """When messages are sent; always, without it."""


class Watchdog(Model):
    """Who hears from the stack all the time, and raises the alarm when it falls silent."""

    notify: Names
    """Channels of a dead man's switch, such as a webhook."""
    every: DurationText = Duration(60_000)
    """How often it hears; give the switch a little more patience than this."""


class Route(Model):
    """An exception to the severity matrix: whose alerts go elsewhere."""

    team: Name | None = None
    """Alerts of this team's targets."""
    target: Name | None = None
    """Alerts of this target."""
    severity: Name | None = None
    """Alerts of this severity."""
    notify: Names
    """Channels that are told instead."""

    @model_validator(mode="after")
    def _some_match(self) -> Self:
        if not (self.team or self.target or self.severity):
            raise ValueError("matches every alert; give team, target or severity")
        return self


class Maintenance(Model):
    """A window in which nobody is told: recurring (weekdays, times) or once (from, to)."""

    name: Name
    """What it is for."""
    targets: Names = ()
    """Whose alerts wait; everybody's by default."""
    teams: Names = ()
    """Whose targets' alerts wait."""
    severities: Names = ()
    """Which alerts wait; all by default."""
    weekdays: Days = ()
    """Days such as `sunday` or `monday:friday`; every day by default."""
    times: Times | None = None
    """Time of day such as `02:00-04:00`; all day by default."""
    from_: Moment | None = None
    """When it begins, such as `2026-12-05T22:00`."""
    to: Moment | None = None
    """When it ends."""
    timezone: TimeZone = "UTC"
    """Whose time, such as `Europe/Belgrade`."""

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        recurring, once = bool(self.weekdays or self.times), bool(self.from_ or self.to)
        if recurring == once or (once and not (self.from_ and self.to)):
            raise ValueError("give either from and to, or weekdays and times")
        if once and self.from_ and self.to and self.from_ >= self.to:
            raise ValueError("ends before it begins; swap from and to")
        return self
