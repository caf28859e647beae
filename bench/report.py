"""The figures as part of a page of documentation."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.programs import version
from tests.support.need import program
from watchspec import __version__
from watchspec.errors import UsageError

BEGIN: Final = "<!-- figures: begin; written by `python -m bench --write` -->"
END: Final = "<!-- figures: end -->"
_SERVERS: Final = {"Redis": "redis-server", "PostgreSQL": "postgres"}


def write(path: Path, figures: str) -> None:
    """Put the figures between the marks of the file; raises `UsageError` if it has none."""
    path.write_text(replaced(path.read_text(), figures, str(path)))


def replaced(text: str, figures: str, name: str) -> str:
    """The text with new figures between its marks; raises `UsageError` if it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise UsageError(f'{name}: nowhere to write; it needs the lines "{BEGIN}" and "{END}"')
    return f"{before}{BEGIN}\n\n{figures}\n{END}{after}"


def circumstances(binaries: Mapping[str, str]) -> str:
    """When, on what, and which versions."""
    theirs = [f"{name} {version(binary)}" for name, binary in binaries.items()]
    servers = [f"{name} {version(program(binary))}" for name, binary in _SERVERS.items()]
    versions = ", ".join((f"watchspec {__version__}", f"Python {platform.python_version()}", *theirs, *servers))
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {versions}; Linux {platform.release()}, {platform.machine()}, "
        f"{os.cpu_count()} CPUs.\n"
    )
