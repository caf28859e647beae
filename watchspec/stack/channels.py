"""Whether the Alertmanager of this machine can deliver what a spec asks for: its version, and the secrets as files."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from watchspec.errors import EnvironmentFailure
from watchspec.problems import Path as Place
from watchspec.problems import shown
from watchspec.spec import Spec
from watchspec.stack.secrets import of_delivery

_TRIMS_FROM: Final[Mapping[str, tuple[int, int] | None]] = {"smtp": (0, 27), "opsgenie": (0, 29), "pushover": None}
"""Whose files Alertmanager takes with the newline at their end: until a version, or to this day.
https://github.com/prometheus/alertmanager/blob/v0.33.1/notify/pushover/pushover.go"""


def version(alertmanager: str) -> str:
    """The version of the program at a path, such as `0.25.0`."""
    try:
        done = subprocess.run((alertmanager, "--version"), capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailure(f"{alertmanager} --version: {error}") from None
    found = re.search(r"version (\d+\.\d+\.\d+)", done.stdout + done.stderr)
    if found is None:
        raise EnvironmentFailure(f"{alertmanager} --version does not say which it is; is it Alertmanager?")
    return found[1]


def require(spec: Spec, alertmanager: str) -> None:
    """Raise `EnvironmentFailure` with a line for each thing of `spec` that this Alertmanager is too old for."""
    from generator.findings.channels import lacking  # noqa: PLC0415  # the generator is read only by who renders

    own = version(alertmanager)
    lines = [
        f"{shown(lack.place)}: Alertmanager {own}, which is {alertmanager}, cannot {lack.what}, {lack.since} can;"
        f" install a newer one, or {lack.instead}"
        for lack in lacking(spec, own)
    ]
    if lines:
        raise EnvironmentFailure("\n".join(lines))


def doubtful(spec: Spec, folder: Path, alertmanager: str) -> Iterator[str]:
    """A warning for each secret file, relative to `folder`, that this Alertmanager would not send as it is meant."""
    own = version(alertmanager)
    for place, secret in of_delivery(spec):
        path = folder / str(secret.file)
        if secret.file and path.is_file() and _taken_as_it_is(place, own) and path.read_bytes()[-1:] == b"\n":
            yield (
                f"warning: {shown(place)}: {path}: ends with a newline, which Alertmanager {own} takes for a part"
                " of it; write it with printf %s"
            )


def _taken_as_it_is(place: Place, own: str) -> bool:
    from generator.versions import reaches  # noqa: PLC0415

    for key in place:
        if isinstance(key, str) and key in _TRIMS_FROM:
            trims = _TRIMS_FROM[key]
            return trims is None or not reaches(own, trims)
    return False
