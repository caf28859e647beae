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
    for alias in _ALIASES.get(name, (name,)):
        places = (shutil.which(alias), *(shutil.which(alias, path=str(folder)) for folder in _POSTGRES))
        if found := next(filter(None, places), None):
            return found
    return lacking(f"{name} is not on this machine; `make test` installs it on Debian and Ubuntu")


def lacking(reason: str) -> NoReturn:
    """Skip the test, or fail it where `CI=true`."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
