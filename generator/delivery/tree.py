"""What Alertmanager is told to do, as plain data: `generator.alertmanager` writes it, `watchspec route` follows it.

The meaning is Alertmanager's own: https://prometheus.io/docs/alerting/latest/configuration/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.promql import Promql, matcher
from watchspec.units import Duration

Labels = Mapping[str, str]
"""Labels of an alert; one that is missing is empty, as Alertmanager has it."""


@dataclass(frozen=True, slots=True)
class Match:
    """One matcher: `label` has exactly one of `values`, or none of them."""

    label: str
    values: tuple[str, ...]
    but: bool = False
    """Whether it must have none of them."""

    def holds(self, labels: Labels) -> bool:
        """Whether an alert with `labels` passes."""
        return (labels.get(self.label, "") in self.values) is not self.but

    def text(self) -> str:
        """As it stands in the configuration, quoted so that every parser of Alertmanager reads the same."""
        written = matcher(self.label, self.values)
        if not self.but:
            return written
        operator, negated = ("=~", "!~") if len(self.values) > 1 else ("=", "!=")
        return Promql(written.replace(f"{self.label}{operator}", f"{self.label}{negated}", 1))


def hold(matches: tuple[Match, ...], labels: Labels) -> bool:
    """Whether `labels` pass all of them; no matcher passes everything."""
    return all(match.holds(labels) for match in matches)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a group is told: first, of news, again."""

    wait: Duration
    interval: Duration
    repeat: Duration


@dataclass(frozen=True, slots=True)
class Route:
    """A node of the tree. Children inherit all but `mute` and `active`, which are therefore written on each."""

    because: str
    """Why it is there, in words of the spec: `severity critical`, `routes[0]: team data`."""
    matches: tuple[Match, ...]
    receiver: str
    timing: Timing
    group_by: tuple[str, ...]
    """Labels; `...` alone is one group for each alert."""
    mute: tuple[str, ...] = ()
    """Names of intervals in which nothing is sent."""
    active: tuple[str, ...] = ()
    """Names of intervals outside of which nothing is sent; empty is always."""
    onward: bool = False
    """Whether its siblings are asked too (`continue`)."""
    routes: tuple["Route", ...] = ()

    def taken(self, labels: Labels) -> list["Route"]:
        """The routes that take an alert with `labels`: depth first, and the first match ends it unless it goes on."""
        if not hold(self.matches, labels):
            return []
        found: list[Route] = []
        for child in self.routes:
            below = child.taken(labels)
            found += below
            if below and not child.onward:
                break
        return found or [self]


@dataclass(frozen=True, slots=True)
class Span:
    """One entry of a time interval: a moment is inside where every field that is given has it."""

    minutes: tuple[int, int] | None = None
    """Minutes of the day, the second outside: 0 to 1440."""
    weekdays: tuple[str, ...] = ()
    """`monday` or `monday:friday`."""
    days: tuple[int, ...] = ()
    """Days of the month."""
    months: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    zone: str = "UTC"
    """Name of the IANA time zone in which all of them are meant."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A named set of times: inside any of its spans."""

    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert passes `sources`, one that passes `targets` and has equal labels in `equal` is not told.

    No alert ever passes both: Alertmanager keeps one source for each set of equal labels and would look at that alone.
    """

    because: str
    sources: tuple[Match, ...]
    targets: tuple[Match, ...]
    equal: tuple[str, ...] = ()

    def mutes(self, target: Labels, source: Labels) -> bool:
        """Whether `source`, firing, keeps `target` from being told."""
        alike = all(source.get(label, "") == target.get(label, "") for label in self.equal)
        return alike and hold(self.sources, source) and hold(self.targets, target)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is told at the end of a route."""

    name: str
    channels: tuple[str, ...]
    """Names of the spec's channels; none tells nobody."""
    resolved: bool = True
    severity: str | None = None
    """The severity that it is about, for colours and priorities; None where it is about none."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """All of it."""

    root: Route
    receivers: tuple[Receiver, ...]
    intervals: tuple[Interval, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()
    receiver_of: Mapping[str, Receiver] = field(init=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the receivers by name."""
        object.__setattr__(self, "receiver_of", {receiver.name: receiver for receiver in self.receivers})
