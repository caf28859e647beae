"""Have a spec loaded by a child process, and take its plain values."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from watchspec import values
from watchspec.errors import EnvironmentFailure, UsageError, WatchspecError

if TYPE_CHECKING:
    from watchspec.spec import Spec

_PATIENCE: Final = 60.0
"""Seconds that loading may take; a thousand targets take two."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A valid spec as plain values."""

    spec: "Spec"
    """Attributes as the model has them, without its methods; only the sections that an exporter needs."""
    folder: Path
    """Absolute folder of the file; relative secret files lie below it."""
    warnings: tuple[str, ...]
    """What `watchspec check` says of it."""


def load(path: Path, connect: Sequence[str] = ()) -> Sourced:
    """The spec at `path`, with `connect` as `--connect` gives it; raises `WatchspecError` with every problem."""
    command = [sys.executable, "-P", "-m", "watchspec.plain", str(path)]
    command += [f"--connect={text}" for text in connect]
    # The same modules as ours, however this process came by them.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        ended = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, env=environment, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentFailure(f"{path}: loading took more than {_PATIENCE:g} s") from None
    said = ended.stderr.decode("utf-8", "replace").strip()
    if ended.returncode:
        raise _failure(ended.returncode, said)
    spec, folder = cast("tuple[Spec, str]", values.read(ended.stdout))
    return Sourced(spec, Path(folder), tuple(said.splitlines()))


def _failure(status: int, said: str) -> Exception:
    known: dict[int, type[WatchspecError]] = {1: EnvironmentFailure, 2: UsageError}
    return known[status](said) if status in known else RuntimeError(f"loading the spec ended with {status}: {said}")
