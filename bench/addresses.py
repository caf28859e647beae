"""Where to find what is watched."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Addresses:
    """Servers of one run, all on this machine; those of Redis and TCP are HOST:PORT, the others are URLs."""

    redis: str
    replica: str
    """A replica of `redis`."""
    node: str
    """A cluster of one node."""
    postgres: str
    service: str
    secure: str
    """HTTPS, with a certificate of `authority`."""
    authority: Path
    """A certificate in PEM."""
    textfiles: Path
    """A folder with a textfile of metrics."""
    folder: Path
    """Where files may be written."""
