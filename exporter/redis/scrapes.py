"""How the scrapes of one server went, under the names that redis_exporter has for its own."""

import time
from typing import Final

from exporter.families import Families, render
from exporter.reasons import Reason

_ERROR: Final = ("redis_exporter_last_scrape_error", "Whether the last scrape failed (1), and why.")
_SUMMARY: Final = "redis_exporter_scrape_duration_seconds"


class Scrapes:
    """Five figures that outlive a scrape."""

    def __init__(self) -> None:
        self._count = 0
        self._seconds = self._last = 0.0
        self._began = 0.0
        self._reason: Reason | None = None

    def begin(self) -> None:
        """A scrape starts; one that is given up before it ends has run out of time."""
        self._began = time.perf_counter()
        self._count += 1
        self._reason = "timeout"

    def end(self, reason: Reason | None) -> None:
        """It is over, and failed for this reason, if for any."""
        self._last = time.perf_counter() - self._began
        self._seconds += self._last
        self._reason = reason

    def families(self, out: Families, connecting: float) -> None:
        """All of them; `connecting` are the seconds that the last scrape spent on a new connection."""
        out.gauge(*_ERROR, int(self._reason is not None), render(err=self._reason or ""))
        text = "Duration of the last scrape, in seconds."
        out.gauge("redis_exporter_last_scrape_duration_seconds", text, self._last)
        text = "Time until the last scrape had a connection, in seconds; 0 if it was kept."
        out.gauge("redis_exporter_last_scrape_connect_time_seconds", text, connecting)
        out.counter("redis_exporter_scrapes_total", "Scrapes of the server.", self._count)
        summary = out.family(_SUMMARY, "summary", "Duration of scrapes, in seconds.")
        summary.add(self._seconds, suffix="_sum")
        summary.add(self._count, suffix="_count")
