"""The time that a preview shows, and the step in which Grafana would ask for it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from watchspec.errors import UsageError
from watchspec.moments import duration, moment
from watchspec.units import Duration

_STEPS: Final = (
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
)  # fmt: skip
"""Seconds that Grafana rounds a step to (rangeutil.roundInterval in packages/grafana-data)."""
_MOST_POINTS: Final = 11_000
"""Prometheus refuses to give more of one series."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, in Unix seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def step(self, points: int, least: float) -> float:
        """Seconds between two of about `points` points, no fewer than `least`."""
        raw = self.seconds / max(points, 1)
        step = max(least, min(_STEPS, key=lambda known: abs(known - raw)))
        return max(step, float(-(-self.seconds // (_MOST_POINTS - 1))))

    def aligned(self, step: float) -> "Span":
        """As Grafana asks for it: both ends on multiples of `step`."""
        return Span(self.start // step * step, self.end // step * step)


def chosen(begin: str | None, end: str | None, length: str | None, now: float) -> Span | None:
    """What `--from`, `--to` and `--range` say, None if nothing; raise `UsageError` for what cannot be."""
    if not (begin or end or length):
        return None
    if begin and length:
        raise UsageError("--range and --from: give one of them; a range ends at --to, which is now by default")
    last = _moment(end, now, "--to") if end else now
    first = _moment(begin, now, "--from") if begin else last - duration(length or "1h", "--range").seconds
    if first >= last:
        raise UsageError(f"--from {begin}: is not before the end, {_shown(last)}")
    return Span(first, last)


def usual(times: object, now: float) -> Span:
    """What a dashboard's own `time` says, such as `{"from": "now-1h", "to": "now"}`; otherwise the last hour."""
    text = times.get("from") if isinstance(times, dict) else None
    back = re.fullmatch(r"now-(\w+)", str(text))
    try:
        length = Duration.parse(back[1]).seconds if back else 3600.0
    except ValueError:
        length = 3600.0
    return Span(now - length, now)


def _moment(text: str, now: float, option: str) -> float:
    today = datetime.fromtimestamp(now, UTC)
    found = moment(text, today, option)
    if found > today and re.fullmatch(r"\d\d:\d\d", text):
        found -= timedelta(days=1)  # of clock times, the last one is meant
    if found > today:
        raise UsageError(f"{option} {text}: lies in the future; a preview shows what has been")
    return found.timestamp()


def _shown(when: float) -> str:
    return f"{datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M} UTC"
