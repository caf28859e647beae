"""What the pages are about; made anew when the spec changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from exporter.scrape import Scraper
from exporter.status import Board


class Beats(Protocol):
    """Takes the heartbeats of jobs."""

    def beat(self, job: str, token: str) -> bool:
        """Remember that the job succeeded; `False` if the token is not its own, or there is no such job.

        Raises `SecretUnreadable` and `OSError`, after which the job may try again.
        """


@dataclass(frozen=True, slots=True)
class Site:
    """The scraper and what is said of it."""

    scraper: Scraper
    board: Board
    """The same that the scraper tells of every collection."""
    name: str = "Watchspec"
    """The stack's."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Title → address of what else people open: Prometheus, Grafana."""
    beats: Beats | None = None
    """`None` where no job sends any."""
    warning: Callable[[], str] = lambda: ""
    """What everybody should know, such as that only the container is seen, not the host; empty if nothing."""
