"""Moments as people write and read them on a command line, in the time zone of this machine unless they say another."""

import re
from datetime import datetime, timedelta

from watchspec.errors import UsageError
from watchspec.units import Duration


def moment(text: str, now: datetime, option: str) -> datetime:
    """`2026-12-05T22:00`, with or without a zone, or `22:00`, the next one; raise `UsageError`, naming `option`."""
    try:
        if re.fullmatch(r"\d\d:\d\d", text):
            return _next(text, now.astimezone())
        found = datetime.fromisoformat(text)
        # Without a zone it is this machine's, as it is on that day.
        return found.astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {text}: is not a moment; write 2026-12-05T22:00, 2026-12-05T22:00+01:00 or 22:00"
        ) from None


def duration(text: str, option: str) -> Duration:
    """`2h`, more than nothing; raise `UsageError`, naming `option`."""
    try:
        found = Duration.parse(text)
    except ValueError as error:
        raise UsageError(f"{option} {error}") from None
    if not found.milliseconds:
        raise UsageError(f"{option} {text}: is no time at all; write one such as 2h")
    return found


def shown(when: datetime) -> str:
    """`Sun 2026-11-22 02:00 CET`, in this machine's zone."""
    return f"{when.astimezone():%a %Y-%m-%d %H:%M %Z}"


def length(span: timedelta) -> str:
    """`1h30m`, to the minute; to the second below one."""
    seconds = max(0, round(span.total_seconds()))
    return str(Duration((seconds if seconds < 60 else (seconds + 30) // 60 * 60) * 1000))


def _next(clock: str, now: datetime) -> datetime:
    hour, minute = map(int, clock.split(":"))
    for days in (0, 1):
        day = now.date() + timedelta(days=days)
        found = datetime(day.year, day.month, day.day, hour, minute).astimezone()  # this machine's
        if found > now:
            return found
    raise ValueError
