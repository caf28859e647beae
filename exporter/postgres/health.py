"""How each of a server's collectors fares: metrics, and one line of log for each change."""

import time
from collections.abc import Iterable
from typing import Final

from exporter.families import Families, render
from exporter.log import LOGGER
from exporter.postgres.connect import ABSENT, reason_of_state
from exporter.postgres.session import Answer, Failure
from exporter.redact import redact

_RETRY_SECONDS: Final = 600.0
"""After that, what was refused or missing is tried again."""
_REFUSED: Final = "42501"


class Health:
    """What is known of the collectors of one server."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._failing: set[str] = set()
        self._absent: dict[str, tuple[float, str]] = {}
        self._success: dict[str, bool] = {}
        self._seconds: dict[str, float] = {}
        self._begun: set[str] = set()

    def begin(self) -> None:
        """A scrape begins: what is noted from here on stands for what was noted before."""
        self._begun.clear()

    def forget(self) -> None:
        """The connection is new: rights and extensions may be others."""
        self._absent.clear()

    def skips(self, collector: str) -> bool:
        """Whether the collector was refused lately, and is not to be tried; it counts as failed."""
        until, _ = self._absent.get(collector, (0.0, ""))
        if until <= time.monotonic():
            self._absent.pop(collector, None)
            return False
        self._success[collector], self._seconds[collector] = False, 0.0
        return True

    def note(self, collector: str, answer: Answer, seconds: float, secrets: Iterable[str] = ()) -> None:
        """Take note of one answer; of a collector with several, the worst counts."""
        failed = isinstance(answer, Failure)
        if collector not in self._begun:
            self._begun.add(collector)
            self._success[collector], self._seconds[collector] = True, 0.0
        self._success[collector] = self._success[collector] and not failed
        self._seconds[collector] += seconds
        if isinstance(answer, Failure):
            if answer.state in ABSENT:
                reason = "denied" if answer.state == _REFUSED else "absent"
                self._absent[collector] = (time.monotonic() + _RETRY_SECONDS, reason)
            self.warn(collector, answer, secrets)

    def warn(self, collector: str, failure: Failure, secrets: Iterable[str] = ()) -> None:
        """Log a failure, unless it is known."""
        if collector not in self._failing:
            self._failing.add(collector)
            fields = {
                "target": self._target, "collector": collector, "reason": reason_of_state(failure.state),
                "state": failure.state, "detail": redact(failure.message, secrets),
            }  # fmt: skip
            LOGGER.warning("query fails", extra={"fields": fields})

    def publish(self, out: Families) -> None:
        """Add the figures of this scrape."""
        for collector, success in self._success.items():
            labels = render(collector=collector)
            out.gauge("pg_scrape_collector_success", "Whether the collector's queries succeeded.", int(success), labels)
            text = "How long the collector took, in seconds."
            out.gauge("pg_scrape_collector_duration_seconds", text, self._seconds[collector], labels)
            if success:
                self._failing.discard(collector)
        for collector, (_, reason) in self._absent.items():
            text = "Collectors that the server refuses, or does not have; tried again after ten minutes. Always 1."
            out.gauge("watchspec_postgres_unavailable", text, 1, render(collector=collector, reason=reason))
