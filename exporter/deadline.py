"""One moment by which everything has answered."""

import math
import time
from dataclasses import dataclass
from typing import Final, Self

from exporter.reasons import ScrapeError

DEFAULT_TIMEOUT: Final = 10.0
"""Seconds that a scrape may take if the client does not say; Prometheus's own default."""
_LONGEST: Final = 120.0
_SHORTEST: Final = 0.05


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """The moment that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds until then; 0 once it has passed."""
        return max(0.0, self.at - time.monotonic())

    def remaining(self) -> float:
        """Seconds until then; raises `ScrapeError` once it has passed."""
        left = self.left()
        if not left:
            raise ScrapeError("timeout", "no answer by the deadline")
        return left


def budget(header: str | None) -> float:
    """Seconds that targets may take, from `X-Prometheus-Scrape-Timeout-Seconds`.

    A tenth is kept for writing and sending the page, half a second at the most; what is not a positive number means
    the default.
    """
    try:
        timeout = float(header) if header else DEFAULT_TIMEOUT
    except ValueError:
        timeout = DEFAULT_TIMEOUT
    if not math.isfinite(timeout) or timeout <= 0:
        timeout = DEFAULT_TIMEOUT
    timeout = min(timeout, _LONGEST)
    return max(_SHORTEST, timeout - min(0.5, timeout / 10))
