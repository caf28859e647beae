"""Business hours and maintenance windows → time intervals of Alertmanager, right across midnight and clock changes.

Alertmanager compares minutes of the day within one zone, so a span that crosses midnight is two, and a single window is
written in UTC, where no hour is missing or comes twice.
https://prometheus.io/docs/alerting/latest/configuration/#time_interval
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from generator.delivery.tree import Interval, Span
from watchspec.spec import Spec
from watchspec.spec.delivery import Hours, Maintenance

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY: Final = 1440
"""Minutes."""
_SUNDAY: Final = 6


def hours_name(severity: str) -> str:
    """Name of the interval in which `severity` is told."""
    return f"hours/{severity}"


def window_name(window: str) -> str:
    """Name of the interval in which nobody is told."""
    return f"maintenance/{window}"


def intervals(spec: Spec) -> Iterator[Interval]:
    """Every interval that the routes of `spec` name."""
    for name, severity in spec.matrix().items():
        if severity.hours:
            yield Interval(hours_name(name), tuple(recurring(severity.hours)))
    for window in spec.maintenance:
        yield Interval(window_name(window.name), tuple(once(window) if window.from_ else recurring(window)))


def recurring(hours: Hours | Maintenance) -> Iterator[Span]:
    """Spans of the week; one over midnight belongs to the day on which it begins."""
    days = _days(hours.weekdays)
    if hours.times is None:
        yield Span(None, _listed(days), zone=hours.timezone)
        return
    begin, end = (minutes(text) for text in hours.times.split("-"))
    if begin < end:
        yield Span((begin, end), _listed(days), zone=hours.timezone)
        return
    yield Span((begin, DAY), _listed(days), zone=hours.timezone)
    if end:
        yield Span((0, end), _listed([(day + 1) % 7 for day in days]), zone=hours.timezone)


def week(hours: Hours | Maintenance) -> set[int]:
    """Minutes of the week, from Monday's midnight on, that lie in `hours`; none of a single window."""
    found: set[int] = set()
    for span in () if isinstance(hours, Maintenance) and hours.from_ else recurring(hours):
        begin, end = span.minutes or (0, DAY)
        found.update(minute for day in _days(span.weekdays) for minute in range(day * DAY + begin, day * DAY + end))
    return found


def minutes(text: str) -> int:
    """Minutes of the day of `HH:MM`."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def once(window: Maintenance) -> Iterator[Span]:
    """Spans in UTC, one a day; whole days within a month come together."""
    begin, end = moments(window)
    midnight = begin.replace(hour=0, minute=0)
    whole: list[datetime] = []
    while midnight < end:
        following = midnight + timedelta(days=1)
        if begin <= midnight and following <= end and (not whole or whole[-1].month == midnight.month):
            whole.append(midnight)
        else:
            yield from _whole(whole)
            whole = []
            if begin <= midnight and following <= end:
                whole = [midnight]
            else:
                first = max(begin, midnight) - midnight
                last = min(end, following) - midnight
                yield _dated([midnight], (first.seconds // 60, DAY if last.days else last.seconds // 60))
        midnight = following
    yield from _whole(whole)


def moments(window: Maintenance) -> tuple[datetime, datetime]:
    """Beginning and end of a single window in UTC; of an hour that comes twice, the longer window."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # reading the time zones costs; few specs name one

    zone = ZoneInfo(window.timezone)
    begin, end = (datetime.fromisoformat(str(text)) for text in (window.from_, window.to))
    return begin.replace(tzinfo=zone, fold=0).astimezone(UTC), end.replace(tzinfo=zone, fold=1).astimezone(UTC)


def inside(interval: Interval, moment: datetime) -> bool:
    """Whether `moment`, which knows its zone, lies in `interval`."""
    return any(_has(span, moment) for span in interval.spans)


def _has(span: Span, moment: datetime) -> bool:
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    local = moment.astimezone(ZoneInfo(span.zone))
    begin, end = span.minutes or (0, DAY)
    return (
        begin <= local.hour * 60 + local.minute < end
        and (not span.weekdays or local.weekday() in _days(span.weekdays))
        and (not span.days or local.day in span.days)
        and (not span.months or local.month in span.months)
        and (not span.years or local.year in span.years)
    )


def _days(weekdays: tuple[str, ...]) -> list[int]:
    """Numbers of days such as `monday:friday`, Monday being 0; all for none."""
    if not weekdays:
        return list(range(7))
    found: set[int] = set()
    for item in weekdays:
        first, _, last = item.partition(":")
        found.update(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))
    return sorted(found)


def _listed(days: list[int]) -> tuple[str, ...]:
    """The names of `days`, as ranges; none for the whole week.

    Sunday stands alone: Alertmanager's week begins with it, ours ends with it, and neither runs backwards.
    """
    ordered = sorted(days)
    if len(ordered) == len(WEEKDAYS):
        return ()
    breaks = [
        0,
        *(place for place, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1 or b == _SUNDAY),
        len(ordered),
    ]
    runs = [ordered[a:b] for a, b in pairwise(breaks)]
    return tuple(WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}:{WEEKDAYS[run[-1]]}" for run in runs)


def _whole(days: list[datetime]) -> Iterator[Span]:
    if days:
        yield _dated(days, None)


def _dated(days: list[datetime], span: tuple[int, int] | None) -> Span:
    first = days[0]
    return Span(span, (), tuple(day.day for day in days), (first.month,), (first.year,))
