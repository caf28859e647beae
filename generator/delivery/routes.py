"""The severity matrix, its exceptions, escalation, maintenance and business hours → the tree of routes.

Children of a route inherit everything but its mute and active intervals: these are written on every descendant, or
nobody would be spared by them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from generator.delivery.intervals import hours_name, window_name
from generator.delivery.tree import Match, Receiver, Route, Timing
from watchspec.spec import Rule, Severity, Spec, Target
from watchspec.spec.delivery import Maintenance
from watchspec.spec.delivery import Route as Exception_
from watchspec.telling import steps
from watchspec.units import Duration

GROUP_BY: Final = ("alertname", "target")
"""One message an alert and target; the severity is the route's."""
EACH: Final = ("...",)
"""A group for every alert: whoever joins a group later would be escalated with it, too early."""
NOBODY: Final = "nobody"
"""The receiver of what is for no person; no other receiver has this name."""
WATCHDOG: Final = "watchdog"
DRILL: Final = "WatchspecDrill"
"""Name of the alert that `watchspec drill` sends."""
CHANNEL: Final = "channel"
"""Its label that names one channel."""
_AT_ONCE: Final = Timing(Duration(0), Duration(1_000), Duration(3_600_000))


def receivers(spec: Spec) -> list[Receiver]:
    """Every receiver that the tree of `spec` names, each once."""
    matrix = spec.matrix()
    found = [] if spec.watchdog else [Receiver(NOBODY, ())]
    if spec.watchdog:
        found.append(Receiver(WATCHDOG, spec.watchdog.notify, resolved=False))
    found += [Receiver(_drilled(name), (name,)) for name in spec.channels]
    for name, severity in matrix.items():
        found.append(Receiver(_severity(name), severity.notify, severity.resolved, name))
        for place, step in enumerate(steps(severity), 1):
            found.append(Receiver(_escalation(name, place), step.to, severity.resolved, name))
        for exception in spec.routes:
            if exception.severity in (None, name):
                found.append(Receiver(_excepted(exception, name), exception.notify, severity.resolved, name))
    return list({receiver.name: receiver for receiver in found}.values())


def tree(spec: Spec) -> Route:
    """All routes of `spec`."""
    matrix = spec.matrix()
    # What no route takes goes to the first severity that tells somebody: an alert that nobody thought of is not lost.
    fallback = next((name for name, severity in matrix.items() if severity.notify), next(iter(matrix)))
    return Route(
        "no other route takes it",
        (),
        _severity(fallback),
        _timing(matrix[fallback]),
        GROUP_BY,
        routes=(
            _watchdog(spec),
            *_drills(spec),
            *(route for name in matrix for route in _escalations(spec, name)),
            *(route for place in range(len(spec.routes)) for route in _exception(spec, place)),
            *(_of_severity(spec, name) for name in matrix),
        ),
    )


def _watchdog(spec: Spec) -> Route:
    matches = (Match("alertname", ("Watchdog",)),)
    if spec.watchdog is None:
        return Route("the watchdog, for which nobody is named", matches, NOBODY, _AT_ONCE, GROUP_BY)
    every = spec.watchdog.every
    # Said again at every tick of the group: a repeat just below the interval is always due.
    timing = Timing(Duration(0), every, Duration(max(1, every.milliseconds * 9 // 10)))
    return Route("the watchdog: its silence is the alarm", matches, WATCHDOG, timing, GROUP_BY)


def _drills(spec: Spec) -> Iterator[Route]:
    for name in spec.channels:
        matches = (Match("alertname", (DRILL,)), Match(CHANNEL, (name,)))
        yield Route(f"a drill of channel {name}", matches, _drilled(name), _AT_ONCE, EACH)


def _escalations(spec: Spec, name: str) -> Iterator[Route]:
    severity = spec.matrix()[name]
    for place, step in enumerate(steps(severity), 1):
        route = Route(
            f"severity {name}, not silenced for {step.after}",
            (Match("severity", (name,)),),
            _escalation(name, place),
            replace(_timing(severity), wait=step.after),
            EACH,
            onward=True,
        )
        yield _timed(spec, name, route)


def _exception(spec: Spec, place: int) -> Iterator[Route]:
    exception = spec.routes[place]
    for name in [exception.severity] if exception.severity else spec.matrix():
        said = ", ".join(f"{key} {value}" for key, value in _conditions(exception).items())
        matches = tuple(Match(key, (value,)) for key, value in {**_conditions(exception), "severity": name}.items())
        timing = _timing(spec.matrix()[name])
        route = Route(f"routes[{place}]: {said}", matches, _excepted(exception, name), timing, GROUP_BY)
        yield _timed(spec, name, route)


def _of_severity(spec: Spec, name: str) -> Route:
    matches = (Match("severity", (name,)),)
    route = Route(f"severity {name}", matches, _severity(name), _timing(spec.matrix()[name]), GROUP_BY)
    return _timed(spec, name, route)


def _conditions(exception: Exception_) -> Mapping[str, str]:
    found = {"team": exception.team, "target": exception.target, "severity": exception.severity}
    return {key: value for key, value in found.items() if value is not None}


def _timing(severity: Severity) -> Timing:
    return Timing(severity.wait, severity.interval, severity.repeat)


def _timed(spec: Spec, severity: str, route: Route) -> Route:
    """`route` with its hours and windows; windows of some targets only become children of it."""
    windows = [window for window in spec.maintenance if not window.severities or severity in window.severities]
    everyone = tuple(window_name(window.name) for window in windows if not _scoped(window))
    active = (hours_name(severity),) if spec.matrix()[severity].hours else ()
    whole = replace(route, mute=everyone, active=active)
    scoped = [window for window in windows if _scoped(window)]
    rules = [rule for rule in spec.rules if rule.severity == severity]
    teams = {team: _names(w for w in scoped if team in w.teams) for team in _brought(rules, scoped)}
    found: dict[tuple[str, ...], list[str]] = {}
    for _, _, target in spec.targets():
        names = _names(window for window in scoped if target.name in window.targets or target.team in window.teams)
        if names and _may(route.matches, target, rules):
            found.setdefault(names, []).append(target.name)
    # Targets by the windows that they are in, so that several windows of one target all hold; then teams likewise.
    children = [_spared(whole, Match("target", tuple(targets)), names) for names, targets in found.items()]
    nested = (replace(child, routes=tuple(_of_teams(route, child, teams))) for child in children)
    return replace(whole, routes=(*nested, *_of_teams(route, whole, teams)))


def _scoped(window: Maintenance) -> bool:
    return bool(window.targets or window.teams)


def _names(windows: Iterable[Maintenance]) -> tuple[str, ...]:
    return tuple(window_name(window.name) for window in windows)


def _brought(rules: Iterable[Rule], windows: Iterable[Maintenance]) -> Iterable[str]:
    """Teams that `rules` of the user's own may give an alert, whatever its target: by a label, or by the expression."""
    named = [rule.labels.get("team") for rule in rules]
    waiting = [team for window in windows for team in window.teams]
    return dict.fromkeys(team for team in waiting if team in named or None in named)


def _may(matches: tuple[Match, ...], target: Target, rules: Iterable[Rule]) -> bool:
    """Whether an alert of `target` may come to a route with `matches`: one of its team, or one of `rules`."""
    wanted = {match.label: match.values[0] for match in matches}
    if wanted.get("target", target.name) != target.name:
        return False
    team = wanted.get("team", target.team)
    return team == target.team or any(
        rule.labels.get("team", team) == team and rule.labels.get("target", target.name) == target.name
        for rule in rules
    )


def _of_teams(base: Route, above: Route, teams: Mapping[str, tuple[str, ...]]) -> Iterator[Route]:
    """Children of `above`, which is `base` or one of its children, for teams in windows that `above` is not in."""
    found: dict[tuple[str, ...], list[str]] = {}
    for team, windows in teams.items():
        names = tuple(name for name in windows if name not in above.mute)
        if names and all(match.label != "team" or team in match.values for match in base.matches):
            found.setdefault(names, []).append(team)
    yield from (_spared(above, Match("team", tuple(members)), names) for names, members in found.items())


def _spared(above: Route, match: Match, names: tuple[str, ...]) -> Route:
    because = f"{above.because}, of {', '.join(match.values)}"
    mute = (*above.mute, *names)
    return replace(above, because=because, matches=(match,), mute=mute, onward=False, routes=())


def _severity(name: str) -> str:
    return f"severity/{name}"


def _escalation(severity: str, place: int) -> str:
    return f"escalation/{severity}/{place}"


def _drilled(channel: str) -> str:
    return f"channel/{channel}"


def _excepted(exception: Exception_, severity: str) -> str:
    """Named by its matchers, which are quoted: no two exceptions share a receiver by an odd name."""
    matchers = [Match(key, (value,)).text() for key, value in _conditions(exception).items() if key != "severity"]
    return f"{','.join(matchers)}/{severity}"
