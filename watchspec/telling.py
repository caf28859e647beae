"""What is wrong with who is told, and when: waits that cannot be kept, windows that are none, channels for nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from watchspec.problems import Finding, Path
from watchspec.spec import Severity, Spec
from watchspec.spec.delivery import Escalation, Maintenance
from watchspec.units import Duration

REMEMBERED: Final = Duration(120 * 3_600_000)
"""How long Alertmanager knows what it has said, and repeats at the latest: its `--data.retention`."""


def steps(severity: Severity) -> tuple[Escalation, ...]:
    """The steps of its escalation, in order."""
    if severity.escalate is None:
        return ()
    return severity.escalate if isinstance(severity.escalate, tuple) else (severity.escalate,)


def step_path(spec: Spec, name: str, place: int) -> Path:
    """Where step `place`, from 0, of the severity `name` stands; one alone is written without a list."""
    at: Path = ("severities", name, "escalate")
    return (*at, place) if isinstance(spec.severities[name].escalate, tuple) else at


def empty(spec: Spec) -> Iterator[Finding]:
    """Whoever is to be told instead, next or all the time must be somebody."""
    for index, route in enumerate(spec.routes):
        if not route.notify:
            yield Finding(
                ("routes", index, "notify"), "tells nobody; name a channel, or turn the alerts off: alerts: {NAME: off}"
            )
    for name, severity in spec.severities.items():
        for place, step in enumerate(steps(severity)):
            if not step.to:
                yield Finding((*step_path(spec, name, place), "to"), "tells nobody; name a channel, or remove the step")
    if spec.watchdog and not spec.watchdog.notify:
        yield Finding(("watchdog", "notify"), "tells nobody; name a channel, or remove watchdog:")


def waits(spec: Spec) -> Iterator[Finding]:
    """Alertmanager looks at a group once an interval, and forgets what it said after five days."""
    for name, severity in spec.severities.items():
        at: Path = ("severities", name)
        if not severity.interval.milliseconds:
            yield Finding((*at, "interval"), "must be longer than 0s; Alertmanager refuses it; write 1m")
        elif severity.repeat < severity.interval:
            yield Finding(
                (*at, "repeat"),
                f"is shorter than the interval ({severity.interval}), at which it is looked at; "
                f"write {severity.interval} or more, or lower the interval",
            )
        if severity.repeat > REMEMBERED:
            yield Finding(
                (*at, "repeat"),
                f"cannot be kept: Alertmanager forgets after {REMEMBERED} what it has said, and says it again; "
                f"write {REMEMBERED} or less",
            )
    if spec.watchdog and not spec.watchdog.every.milliseconds:
        yield Finding(("watchdog", "every"), "must be longer than 0s; write 1m")


def escalation(spec: Spec) -> Iterator[Finding]:
    """Each step comes later than the one before, and tells somebody who does not know yet."""
    for name, severity in spec.severities.items():
        told, last, what = set(severity.notify), severity.wait, "the first message (wait"
        for place, step in enumerate(steps(severity)):
            at = step_path(spec, name, place)
            if step.after <= last:
                yield Finding((*at, "after"), f"is not later than {what} {last}); raise it")
            if step.to and told.issuperset(step.to):
                yield Finding((*at, "to"), "tells only those who have been told already; name another", warning=True)
            told |= set(step.to)
            last, what = step.after, "the step before (after"


def channels(spec: Spec) -> Iterator[Finding]:
    """A channel is there to be used, and a dead man's switch is no person."""
    if not spec.severities:
        return  # the default ones tell every channel
    people = {channel for severity in spec.severities.values() for channel in severity.notify}
    people |= {channel for severity in spec.severities.values() for step in steps(severity) for channel in step.to}
    people |= {channel for route in spec.routes for channel in route.notify}
    switches = spec.watchdog.notify if spec.watchdog else ()
    every = spec.watchdog.every if spec.watchdog else None
    for name in spec.channels:
        if name not in people and name not in switches:
            yield Finding(("channels", name), "is used by nobody; name it in a notify:, or remove it", warning=True)
    for position, name in enumerate(switches):
        if name in people:
            yield Finding(
                ("watchdog", "notify", position),
                f'"{name}" tells people too, who would hear every {every} that all is well; '
                "give the switch a channel of its own",
                warning=True,
            )


def clock_changes(spec: Spec) -> Iterator[Finding]:
    """A single window begins and ends at moments that the clock on the wall shows, and shows once."""
    for index, window in enumerate(spec.maintenance):
        for key, text in (("from", window.from_), ("to", window.to)):
            if text:
                yield from _clock_change(window, key, text, ("maintenance", index, key))


def _clock_change(window: Maintenance, key: str, text: str, path: Path) -> Iterator[Finding]:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # reading the time zones costs; few specs name one

    zone = ZoneInfo(window.timezone)
    wall = datetime.fromisoformat(text).replace(tzinfo=zone)
    first, second = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return
    if first < second:  # the clock is put forward
        then = wall.astimezone(UTC).astimezone(zone)
        yield Finding(
            path,
            f"{text} does not exist in {window.timezone}: the clock is put forward then; write {then:%Y-%m-%dT%H:%M}",
        )
        return
    which = "first" if key == "from" else "second"
    yield Finding(
        path,
        f"{text} comes twice in {window.timezone}: the clock is put back; the {which} one is taken; "
        f"write {_utc(wall, second=key == 'to')} with timezone: UTC to be clear",
        warning=True,
    )


def _utc(wall: datetime, *, second: bool) -> str:
    return f"{wall.replace(fold=int(second)).astimezone(UTC):%Y-%m-%dT%H:%M}"


def over(spec: Spec, now: datetime) -> Iterator[Finding]:
    """Single windows that end before `now`, which knows its zone."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    for index, window in enumerate(spec.maintenance):
        if window.to is None:
            continue
        end = datetime.fromisoformat(window.to).replace(tzinfo=ZoneInfo(window.timezone), fold=1)
        if end.astimezone(UTC) <= now:
            yield Finding(
                ("maintenance", index), f"is over since {window.to} ({window.timezone}); remove it", warning=True
            )


CHECKS: Final[tuple[Callable[[Spec], Iterator[Finding]], ...]] = (
    empty,
    waits,
    escalation,
    channels,
    clock_changes,
)
"""Those that ask no clock."""
