"""What a panel shows and says, whatever its type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

GREEN: Final = "green"
ORANGE: Final = "orange"
RED: Final = "red"
BLUE: Final = "blue"


@dataclass(frozen=True, slots=True)
class Query:
    """One question to Prometheus; `legend` names its series by their labels (`{{target}}`), in tables its column."""

    expr: str
    legend: str = ""
    unit: str = ""
    """Where it differs from the panel's; the panel's thresholds do not count for it then."""
    limit: bool = False
    """Whether it is what the other lines are to stay below: a dashed line without an area."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From `value` on, in the panel's unit, the panel turns to `color`; from -inf on, it has that colour from below."""

    value: float
    color: str


PLAIN: Final = (Threshold(-inf, BLUE),)
"""One colour for every value: of what is neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a value; `url` may name what it belongs to, as in `${__field.labels.target}`."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The part of a panel that does not depend on its type."""

    title: str
    description: str
    """What it means, what is normal, what to do."""
    unit: str
    """One of the SDK's `units`."""
    queries: Sequence[Query] = ()
    """None for a table whose columns have their own."""
    lowest: float | None = 0
    """Lower end of the axis, in `unit`; None for what may be negative."""
    zero: bool = False
    """Whether the axis begins at zero as long as nothing is below it; for what may be negative but seldom is."""
    highest: float | None = None
    """Upper end of the axis, in `unit`, for what has one."""
    alert: str = ""
    """The alert that watches the same value, in the same unit; `limits` finds its thresholds."""
    related: str = ""
    """An alert about the same thing that watches another value: it is linked, its thresholds are not drawn."""
    thresholds: Sequence[Threshold] = ()
    stacked: bool = False
    """Whether the lines are parts of a whole."""
    texts: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Value → what stands for it, and in which colour; of what stands beside others in a panel."""
    links: Sequence[Link] = ()
    """Links of each value."""
    about: Sequence[Link] = ()
    """Links of the panel."""
    step: str = ""
    """The least time between two points, for what changes less often than it is scraped: `1m`."""
    empty: str = "no data"
    """What stands there when Prometheus knows nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and Grafana's field properties by their ids (`unit`, `mappings`, `links`)."""

    title: str
    properties: Mapping[str, object] = field(default_factory=dict)
