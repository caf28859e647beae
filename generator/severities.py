"""The catalogue's levels (page, ticket, note) in the severities of a spec."""

from collections.abc import Mapping
from typing import Final

from generator.catalogue import LEVELS, LevelName
from watchspec.spec import Spec

SILENT: Final = "none"
"""The severity of the watchdog; no spec can name it to be told."""

Scale = Mapping[LevelName, str]
"""Level → severity."""


def scale(spec: Spec) -> Scale:
    """First, middle and last severity of `spec` for page, ticket and note, unless an `as:` says otherwise."""
    matrix = spec.matrix()
    names = list(matrix)
    found: dict[LevelName, str] = {"page": names[0], "ticket": names[len(names) // 2], "note": names[-1]}
    for level in LEVELS:
        said = [name for name, severity in matrix.items() if severity.as_ == level]
        found[level] = said[0] if said else found[level]
    return found
