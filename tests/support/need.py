"""What a test does when the machine lacks a program: skip with the reason, but fail in CI."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

# Debian keeps PostgreSQL's server programs, and names some others, in its own way.
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_ALIASES = {"alertmanager": ("alertmanager", "prometheus-alertmanager")}


def program(name: str) -> str:
    """Path of the program `name`; without it the test is skipped, or fails where `CI=true`."""
    return _found(name) or lacking(f"{name} is not on this machine; `make test` installs it on Debian and Ubuntu")


def there_is(name: str) -> bool:
    """Whether the program `name` is on this machine."""
    return _found(name) is not None


def _found(name: str) -> str | None:
    aliases = _ALIASES.get(name, (name,))
    places = [None, *map(str, _POSTGRES)]
    return next(filter(None, (shutil.which(alias, path=place) for alias in aliases for place in places)), None)


def lacking(reason: str) -> NoReturn:
    """Skip the test, or fail it where `CI=true`."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
