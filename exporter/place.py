"""Where an exporter stands: the folder of its spec, and the root of the host it reads."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from exporter.heartbeats import Heartbeats
from watchspec import secret

if TYPE_CHECKING:
    from watchspec.spec import Secret


@dataclass(frozen=True, slots=True)
class Place:
    """Folders that the spec's relative paths and the host's absolute ones are taken from."""

    folder: Path
    """Absolute folder of the spec."""
    root: Path = Path("/")
    """Where the host's root file system is seen."""
    heartbeats: Heartbeats = field(default_factory=lambda: Heartbeats({}))
    """When jobs last said that they had succeeded."""

    def secret(self, found: "Secret") -> str:
        """The secret's text; raises `SecretUnreadable`."""
        return secret.read(found, self.folder)

    def path(self, text: str) -> str:
        """A file that the spec names."""
        return str(self.folder / text)
