"""Which exceptions and windows are for no alert of the spec, and which of its alerts nobody is ever told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from generator.delivery.alerts import possible
from generator.delivery.intervals import DAY, week
from watchspec.problems import Finding, Path
from watchspec.spec import Rule, Spec
from watchspec.spec.delivery import Maintenance, Route
from watchspec.units import Duration

_PEER_TIMEOUT: Final = Duration(15_000)
"""Alertmanager's own `--cluster.peer-timeout`."""
_WEEK: Final = frozenset(range(7 * DAY))


@dataclass(frozen=True, slots=True)
class Kin:
    """Alerts that routes and windows cannot tell apart."""

    severity: str
    target: str
    """Empty where the alert has none."""
    team: str
    owner: str
    """The team of the target, which is the alert's own but for rules that say otherwise."""


def of_delivery(spec: Spec) -> Iterator[Finding]:
    """What is wrong with who is told, and when, as far as it depends on the alerts that the spec can raise."""
    yield from _hasty(spec)
    if not (spec.routes or spec.maintenance):
        return
    there = sorted(kin(spec), key=lambda alike: (alike.severity, alike.target, alike.team))
    for index in range(len(spec.routes)):
        yield from _route(spec, index, there)
    for index, window in enumerate(spec.maintenance):
        if not any(waits(window, alike) for alike in there):
            yield Finding(
                ("maintenance", index), f"keeps nothing back: {_none(window)}; widen it, or remove it", warning=True
            )
    yield from _never(spec, there)


def _hasty(spec: Spec) -> Iterator[Finding]:
    """The second Alertmanager of a pair has no newer state than that for which it began to wait."""
    for name, severity in spec.severities.items() if spec.prometheus.replicas > 1 else ():
        if severity.interval < _PEER_TIMEOUT:
            said = f"is less than the {_PEER_TIMEOUT} that the second of two Alertmanagers waits for the first"
            path: Path = ("severities", name, "interval")
            yield Finding(path, f"{said}, so messages may come twice; raise it to {_PEER_TIMEOUT}", warning=True)


def kin(spec: Spec) -> set[Kin]:
    """Every alert of `spec`; a rule of the user's own may have any target and team that it does not name itself."""
    owners = {target.name: target.team or "" for _, _, target in spec.targets()}
    found = {
        Kin(labels["severity"], labels["target"], labels.get("team", ""), owners.get(labels["target"], ""))
        for labels in possible(spec)
        if labels["severity"] in spec.matrix() and labels["kind"] != "custom"
    }
    windows = (team for window in spec.maintenance for team in window.teams)
    teams = {"", *owners.values(), *windows, *(route.team for route in spec.routes if route.team)}
    return found | {alike for rule in spec.rules for alike in _of_rule(rule, owners, teams)}


def _of_rule(rule: Rule, owners: dict[str, str], teams: set[str]) -> Iterator[Kin]:
    for target in [rule.labels["target"]] if "target" in rule.labels else ["", *owners]:
        for team in [rule.labels["team"]] if "team" in rule.labels else teams:
            yield Kin(rule.severity, target, team, owners.get(target, ""))


def takes(route: Route, alike: Kin) -> bool:
    """Whether the exception `route` is about these alerts."""
    pairs = ((route.team, alike.team), (route.target, alike.target), (route.severity, alike.severity))
    return all(wanted in (None, value) for wanted, value in pairs)


def waits(window: Maintenance, alike: Kin) -> bool:
    """Whether these alerts are kept back in `window`."""
    scoped = bool(window.targets or window.teams)
    scope = alike.target in window.targets or bool({alike.team, alike.owner} & {*window.teams})
    return (not window.severities or alike.severity in window.severities) and (scope or not scoped)


def _route(spec: Spec, index: int, there: Sequence[Kin]) -> Iterator[Finding]:
    route, path = spec.routes[index], ("routes", index)
    mine = [alike for alike in there if takes(route, alike)]
    owners = {target.name: target.team for _, _, target in spec.targets()}
    if not mine and route.target and route.team and owners[route.target] != route.team:
        owner = f'of team "{owners[route.target]}"' if owners[route.target] else "of no team"
        yield Finding(path, f'no alert reaches it: "{route.target}" is {owner}; remove team: or target:')
    elif not mine:
        yield Finding(path, f"no alert reaches it: {_none(route)}; remove it", warning=True)
    else:
        before = [
            next((place for place, other in enumerate(spec.routes[:index]) if takes(other, alike)), None)
            for alike in mine
        ]
        earlier = sorted({place for place in before if place is not None})
        if None not in before:
            named = " and ".join(f"routes[{place}]" for place in earlier)
            verb = "takes" if len(earlier) == 1 else "take"
            yield Finding(path, f"no alert reaches it: {named} {verb} them all; move it up, or remove it")


def _none(about: Route | Maintenance) -> str:
    """`none of cache is info`."""
    if isinstance(about, Route):
        whose = [name for name in (about.target, about.team) if name]
        how = [about.severity] if about.severity else []
    else:
        whose, how = [*about.targets, *about.teams], list(about.severities)
    of = f"no alert of {' or '.join(whose)}" if whose else "no alert"
    return f"{of} is {' or '.join(how)}" if how else f"{of} is there"


def _never(spec: Spec, there: Sequence[Kin]) -> Iterator[Finding]:
    """Windows after which no minute of the week is left to tell somebody; only what is certain, in one time zone."""
    said: set[tuple[int, str]] = set()
    covered = {index: week(window) for index, window in enumerate(spec.maintenance)}
    looked: set[tuple[str, tuple[int, ...]]] = set()
    for alike in there:
        mine = tuple(i for i, window in enumerate(spec.maintenance) if covered[i] and waits(window, alike))
        if not mine or (alike.severity, mine) in looked:
            continue
        looked.add((alike.severity, mine))
        full = _full(spec, alike.severity, mine, covered)
        if full is not None and (full, alike.severity) not in said:
            said.add((full, alike.severity))
            path: Path = ("maintenance", full)
            hours = ", within its hours" if spec.matrix()[alike.severity].hours else ""
            yield Finding(
                path,
                f"leaves no time in which somebody is told of {alike.severity} alerts{hours}; shorten it, "
                "or turn the alerts off: alerts: {NAME: off}",
            )


def _full(spec: Spec, severity: str, mine: Sequence[int], covered: dict[int, set[int]]) -> int | None:
    """The first of the windows `mine` that, with those before it, leaves `severity` no minute."""
    hours = spec.matrix()[severity].hours
    zones = [hours.timezone] if hours else dict.fromkeys(spec.maintenance[index].timezone for index in mine)
    for zone in zones:
        left = week(hours) if hours else set(_WEEK)
        for index in mine:
            if spec.maintenance[index].timezone == zone or covered[index] == _WEEK:
                left -= covered[index]
            if not left:
                return index
    return None
