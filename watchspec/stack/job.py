"""One call of `up`: what it was asked for, what it starts from, and what became of the parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from watchspec.load import Loaded
from watchspec.stack.plan import Wish
from watchspec.stack.state import State

if TYPE_CHECKING:
    from generator.layout import Files


@dataclass(frozen=True, slots=True)
class Request:
    """What `watchspec up` was asked for."""

    spec_file: Path
    wish: Wish
    ports: Mapping[str, int]
    demo: bool = False
    program: str = "watchspec"
    """How the user calls us."""


@dataclass(frozen=True, slots=True)
class Job:
    """A request, and the spec that was checked for it."""

    request: Request
    loaded: Loaded
    text: str
    """Of the spec."""
    rendered: "Files"
    state: State

    @property
    def folder(self) -> Path:
        """Where the spec lies."""
        return self.loaded.folder


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the parts; each name is in one of the three."""

    started: tuple[str, ...] = ()
    """Anew, or for the first time."""
    reloaded: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What is missing on this machine."""
    again: bool = False
    """Whether the stack ran before."""
    secure: bool = False
    """Whether its parts speak TLS."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """Part → where its container is published on this machine."""

    def line(self) -> str:
        """In words: `reloaded: prometheus, exporter; restarted: grafana; unchanged: alertmanager`."""
        said = {
            "reloaded": self.reloaded,
            "restarted" if self.again else "started": self.started,
            "unchanged": self.unchanged,
        }
        return "; ".join(f"{what}: {', '.join(names)}" for what, names in said.items() if names)
