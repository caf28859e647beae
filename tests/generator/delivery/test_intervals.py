"""Hours and windows against their plain meaning in local time, minute by minute, around every edge there is.

With `WATCHSPEC_EXAMPLES` set, every minute of four days around each.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from generator.delivery.intervals import WEEKDAYS, inside, minutes, once, recurring
from generator.delivery.tree import Interval
from watchspec.spec.delivery import Hours, Maintenance

ENDS = (
    datetime(2026, 12, 31, 23, tzinfo=UTC),
    datetime(2028, 2, 28, 23, tzinfo=UTC),  # of a leap year
    datetime(2026, 4, 30, 23, tzinfo=UTC),
)
EDGES = {
    # 02:00 is 03:00; 03:00 is 02:00
    "Europe/Belgrade": (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), *ENDS),
    # 02:00 is 03:00; 02:00 is 01:00
    "America/New_York": (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC), *ENDS),
    "Asia/Kathmandu": ENDS,  # 05:45 from UTC, and never changed
}
ZONES = tuple(EDGES)
TIMES = (None, "09:00-17:00", "22:00-02:30", "02:15-02:45", "23:30-00:00", "00:00-24:00", "01:30-01:00")
DAYS = ((), ("sunday",), ("saturday:sunday",), ("monday:friday",), ("friday", "sunday"))
STEP = timedelta(minutes=1)
_LONG = bool(os.environ.get("WATCHSPEC_EXAMPLES"))


def _around(edge: datetime) -> Iterator[datetime]:
    """Every minute of two days before and after; in a short run, of three hours, and beyond them the likely ones."""
    return (
        edge + minute * STEP for minute in range(-2880, 2880) if _LONG or abs(minute) <= 180 or minute % 15 in {0, 14}
    )


def _meant(hours: Hours, local: datetime) -> bool:
    """Whether the wall shows a time of these hours; those after midnight belong to the day before."""
    days = set()
    for item in hours.weekdays or ("monday:sunday",):
        first, _, last = item.partition(":")
        days |= set(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))
    clock, today = local.hour * 60 + local.minute, local.weekday()
    if hours.times is None:
        return today in days
    begin, end = map(minutes, hours.times.split("-"))
    if begin < end:
        return today in days and begin <= clock < end
    return (today in days and clock >= begin) or ((today - 1) % 7 in days and clock < end)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("times", TIMES)
def test_recurring_hours_are_what_the_wall_clock_shows(zone: str, times: str | None) -> None:
    """On every minute around both changes of the clock, midnight, and the ends of months and years."""
    for days in DAYS:
        hours = Hours(weekdays=days, times=times, timezone=zone)
        interval = Interval("x", tuple(recurring(hours)))
        for edge in EDGES[zone]:
            wrong = [
                moment
                for moment in _around(edge)
                if inside(interval, moment) != _meant(hours, moment.astimezone(ZoneInfo(zone)))
            ]
            assert wrong == [], (days, edge)


def test_no_span_runs_over_midnight_or_backwards_through_the_week() -> None:
    """Alertmanager refuses both; its week begins on Sunday."""
    alertmanagers = ("sunday", *WEEKDAYS[:-1])
    for times, days in product(TIMES, DAYS):
        for span in recurring(Hours(weekdays=days, times=times)):
            assert span.minutes is None or 0 <= span.minutes[0] < span.minutes[1] <= 1440
            for item in span.weekdays:
                first, _, last = item.partition(":")
                assert alertmanagers.index(first) <= alertmanagers.index(last or first), item


LENGTHS = (timedelta(minutes=1), timedelta(minutes=45), timedelta(hours=3), timedelta(hours=30), timedelta(days=3))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("length", LENGTHS, ids=str)
def test_a_single_window_is_what_lies_between_its_two_moments(zone: str, length: timedelta) -> None:
    """Of an hour that comes twice, from its first beginning to its last end."""
    for edge in EDGES[zone]:
        for shift in (-1500, -90, -45, -1, 0, 15, 60, 1445):
            wall = edge.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(minutes=shift)
            first, last = wall, wall + length
            window = Maintenance.model_validate(
                {"name": "x", "from": f"{first:%Y-%m-%dT%H:%M}", "to": f"{last:%Y-%m-%dT%H:%M}", "timezone": zone}
            )
            begin = first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            end = last.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
            interval = Interval("x", tuple(once(window)))
            wrong = [moment for moment in _around(edge) if inside(interval, moment) != (begin <= moment < end)]
            assert wrong == [], (first, last)


def test_a_long_window_has_few_spans_and_every_one_in_utc() -> None:
    """Whole days of a month come together: a configuration of a week's window stays short."""
    window = Maintenance.model_validate({"name": "x", "from": "2026-12-20T10:30", "to": "2027-01-10T08:00"})
    spans = list(once(window))
    assert [(span.minutes, span.days[:1], span.months, span.years) for span in spans] == [
        ((630, 1440), (20,), (12,), (2026,)),
        (None, (21,), (12,), (2026,)),
        (None, (1,), (1,), (2027,)),
        ((0, 480), (10,), (1,), (2027,)),
    ]
    assert {span.zone for span in spans} == {"UTC"}
