"""The catalogue's levels (page, ticket, note) in the severities of a spec, and those on the scales of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Urgency:
    """How bad a severity is: its place among those of the spec, for the scales of others."""

    name: str
    place: int
    """From 0, the worst."""
    count: int

    @property
    def worst(self) -> bool:
        """Whether nothing is worse."""
        return self.place == 0

    def of(self, scale: Sequence[str]) -> str:
        """Its step of `scale`, the worst first: the one of its name, else the first, the last, or one in between."""
        for step in scale:
            if step.lower() == self.name.lower():
                return step
        return scale[self.place * (len(scale) - 1) // max(self.count - 1, 1)]

    def color(self) -> str:
        """Slack's colour bar: red for the worst, blue for the last, else yellow."""
        if self.worst:
            return "danger"
        return "#439FE0" if self.place == self.count - 1 else "warning"


def urgency(spec: Spec, severity: str | None) -> Urgency:
    """How bad `severity` is; what is about none is as harmless as the last."""
    names = list(spec.matrix())
    return Urgency(severity or "", names.index(severity) if severity else len(names) - 1, len(names))
