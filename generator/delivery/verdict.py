"""What Alertmanager does with one alert: who is told, what keeps it from them, and until when.

Pure: the clock is given. The order is Alertmanager's own: inhibition, then business hours, then maintenance.
https://prometheus.io/docs/alerting/latest/alertmanager/
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from generator.delivery.intervals import inside
from generator.delivery.routes import EACH
from generator.delivery.tree import Delivery, Inhibition, Interval, Labels, Receiver, Route

_AHEAD: Final = 8 * 1440
"""Minutes that `turns` looks ahead: a week comes round, and a day more."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One route that takes the alert, at one moment."""

    route: Route
    receiver: Receiver
    closed: tuple[Interval, ...] = ()
    """Its business hours, where the moment is outside of them."""
    muted: tuple[Interval, ...] = ()
    """The maintenance windows that the moment is inside of."""

    @property
    def sent(self) -> bool:
        """Whether the time is right and there is somebody to tell."""
        return bool(self.receiver.channels) and not self.closed and not self.muted

    @property
    def escalates(self) -> bool:
        """Whether it waits for a silence: only such routes of a severity make a group of each alert."""
        return self.route.group_by == EACH and self.receiver.severity is not None


@dataclass(frozen=True, slots=True)
class Muting:
    """One alert that keeps another from being told."""

    inhibition: Inhibition
    source: Labels


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that happens to one alert."""

    labels: Labels
    tellings: tuple[Telling, ...]
    """In the order of the routes."""
    mutings: tuple[Muting, ...] = ()
    """What mutes it; empty if nothing of what fires does."""

    @property
    def told(self) -> tuple[Telling, ...]:
        """Those that are sent."""
        return () if self.mutings else tuple(telling for telling in self.tellings if telling.sent)


def verdict(
    delivery: Delivery, labels: Labels, firing: Iterable[Labels] = (), moment: datetime | None = None
) -> Verdict:
    """What happens to an alert with `labels` while `firing` fire, at `moment`, which knows its zone.

    Without a moment, the times of day are left out.
    """
    tellings = tuple(at(delivery, route, moment) for route in delivery.root.taken(labels))
    return Verdict(labels, tellings, tuple(mutings(delivery, labels, firing)))


def mutings(delivery: Delivery, labels: Labels, firing: Iterable[Labels]) -> list[Muting]:
    """Every pair of an inhibition and a source among `firing` by which an alert with `labels` is not told."""
    sources = list(firing)
    return [
        Muting(inhibition, source)
        for inhibition in delivery.inhibitions
        for source in sources
        if inhibition.mutes(labels, source)
    ]


def turns(delivery: Delivery, telling: Telling, moment: datetime) -> datetime | None:
    """The first minute after `moment` at which the route sends, if it does not, or is kept from it, if it does."""
    begins = moment.replace(second=0, microsecond=0)
    for minute in range(1, _AHEAD + 1) if telling.route.mute or telling.route.active else ():
        later = begins + timedelta(minutes=minute)
        then = at(delivery, telling.route, later)
        if bool(then.closed or then.muted) != bool(telling.closed or telling.muted):
            return later
    return None


def at(delivery: Delivery, route: Route, moment: datetime | None) -> Telling:
    """What `route` does at `moment`; without one, it is asked of no interval."""
    receiver = delivery.receiver_of[route.receiver]
    if moment is None:
        return Telling(route, receiver)
    named = {interval.name: interval for interval in delivery.intervals}
    active = tuple(named[name] for name in route.active)
    opened = not active or any(inside(interval, moment) for interval in active)
    muted = tuple(named[name] for name in route.mute if inside(named[name], moment))
    return Telling(route, receiver, () if opened else active, muted)
