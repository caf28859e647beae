"""What is wrong with a spec whose sections are well formed: names that lead nowhere, promises nobody can keep.

Each check takes a spec and yields findings with the path they concern; `CHECKS` is the list.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from math import prod
from typing import Final

from watchspec import telling
from watchspec.explain import suggestion
from watchspec.problems import Finding, Path
from watchspec.spec import KINDS, Channel, Spec
from watchspec.spec.channels import Slack
from watchspec.units import Ratio


def findings(spec: Spec) -> Iterator[Finding]:
    """Every fault and warning of the whole spec."""
    for check in CHECKS:
        yield from check(spec)


def duplicate_targets(value: Mapping[str, object]) -> Iterator[Finding]:
    """A name belongs to one target of the whole spec: it is the label `target`. Works on any plain value."""
    first: dict[str, str] = {}
    for section in KINDS.values():
        targets = value.get(section)
        for index, target in enumerate(targets if isinstance(targets, list) else ()):
            name = target.get("name") if isinstance(target, dict) else None
            if not isinstance(name, str):
                continue
            if name in first:
                yield Finding(
                    (section, index, "name"), f'duplicate name; {first[name]} is called "{name}" too; rename one'
                )
            first.setdefault(name, f"{section}[{index}]")


def duplicate_names(spec: Spec) -> Iterator[Finding]:
    """A rule and a maintenance window are told apart by name."""
    lists: dict[str, list[str]] = {
        "rules": [rule.alert for rule in spec.rules],
        "maintenance": [window.name for window in spec.maintenance],
    }
    for section, names in lists.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Finding(
                    (section, index), f'duplicate name "{name}"; {section}[{names.index(name)}] has it too; rename one'
                )


def references(spec: Spec) -> Iterator[Finding]:
    """Targets, hosts, channels and severities that are named must exist."""
    targets = [target.name for _, _, target in spec.targets()]
    hosts = [host.name for host in spec.hosts]
    for kind, index, target in spec.targets():
        at: Path = (KINDS[kind], index)
        for position, name in enumerate(target.depends_on):
            yield from _known("target", name, targets, (*at, "depends_on", position))
        for key, host in (("runs_on", target.runs_on), ("watched_by", target.watched_by)):
            if host is not None:
                yield from _known("host", host, hosts, (*at, key))
    for index, route in enumerate(spec.routes):
        if route.target is not None:
            yield from _known("target", route.target, targets, ("routes", index, "target"))
    for index, window in enumerate(spec.maintenance):
        for position, name in enumerate(window.targets):
            yield from _known("target", name, targets, ("maintenance", index, "targets", position))


def channel_references(spec: Spec) -> Iterator[Finding]:
    """Whoever is to be told must be a channel."""
    channels = list(spec.channels)
    for name, severity in spec.severities.items():
        for position, channel in enumerate(severity.notify):
            yield from _known("channel", channel, channels, ("severities", name, "notify", position))
        for place, step in enumerate(telling.steps(severity)):
            for position, channel in enumerate(step.to):
                yield from _known("channel", channel, channels, (*telling.step_path(spec, name, place), "to", position))
    for index, route in enumerate(spec.routes):
        for position, channel in enumerate(route.notify):
            yield from _known("channel", channel, channels, ("routes", index, "notify", position))
    for position, channel in enumerate(spec.watchdog.notify if spec.watchdog else ()):
        yield from _known("channel", channel, channels, ("watchdog", "notify", position))


def team_references(spec: Spec) -> Iterator[Finding]:
    """Teams that are named own something; a rule of the user's own may bring others from its expression: a warning."""
    found = [target.team for _, _, target in spec.targets()] + [rule.labels.get("team") for rule in spec.rules]
    teams = list(dict.fromkeys(filter(None, found)))
    named: list[tuple[Path, str]] = [(("routes", i, "team"), r.team) for i, r in enumerate(spec.routes) if r.team]
    for index, window in enumerate(spec.maintenance):
        named += [(("maintenance", index, "teams", position), team) for position, team in enumerate(window.teams)]
    open_ = any("team" not in rule.labels for rule in spec.rules)
    for path, team in named:
        for finding in _known("team", team, teams, path):
            yield Finding(path, finding.message, warning=open_)


def severity_references(spec: Spec) -> Iterator[Finding]:
    """Severities that are named must be in the matrix."""
    severities = list(spec.matrix())
    for index, route in enumerate(spec.routes):
        if route.severity is not None:
            yield from _known("severity", route.severity, severities, ("routes", index, "severity"))
    for index, window in enumerate(spec.maintenance):
        for position, name in enumerate(window.severities):
            yield from _known("severity", name, severities, ("maintenance", index, "severities", position))
    for index, rule in enumerate(spec.rules):
        yield from _known("severity", rule.severity, severities, ("rules", index, "severity"))


def delivery(spec: Spec) -> Iterator[Finding]:
    """A severity reaches somebody, and each channel has what it is sent through."""
    for name, severity in spec.severities.items():
        if not severity.notify:
            yield Finding(("severities", name), "tells nobody; add notify: [CHANNEL]")
    for name, channel in spec.channels.items():
        if channel.email and spec.smtp is None:
            yield Finding(
                ("channels", name, "email"), "needs a mail server; add smtp: {host: HOST:PORT, from: ADDRESS}"
            )
        yield from _slack(name, channel, spec.slack)
    if not spec.channels and any(True for _ in spec.targets()):
        yield Finding((), "names no channels: alerts will fire, but nobody will be told", warning=True)


def _slack(name: str, channel: Channel, workspace: Slack | None) -> Iterator[Finding]:
    room = channel.slack
    if room is None or room.webhook or room.token:
        return
    if workspace is None:
        yield Finding(("channels", name, "slack"), "needs a workspace; add slack: {webhook: {file: PATH}}")


def circles(spec: Spec) -> Iterator[Finding]:
    """Nothing depends on itself, however far round."""
    needs = {target.name: [*target.depends_on, *filter(None, [target.runs_on])] for _, _, target in spec.targets()}
    where = {target.name: (KINDS[kind], index, "depends_on") for kind, index, target in spec.targets()}
    done: set[str] = set()
    for start in needs:
        circle = _circle(start, needs, done)
        if circle:
            yield Finding(where[circle[0]], f"depends on itself: {' → '.join(circle)}; remove one of these")


def promises(spec: Spec) -> Iterator[Finding]:
    """An SLO must fit what it is measured with and what it stands on."""
    promised = {s.name: s.slo.availability for s in spec.services if s.slo and s.slo.availability}
    for index, service in enumerate(spec.services):
        slo = service.slo
        if slo is None:
            continue
        at: Path = ("services", index, "slo")
        if slo.window > spec.prometheus.retention:
            yield Finding(
                (*at, "window"),
                f"is longer than Prometheus keeps data ({spec.prometheus.retention}); raise prometheus.retention",
            )
        needed = {name: promised[name] for name in service.depends_on if name in promised}
        if slo.availability is not None and (said := _ceiling(slo.availability, needed)):
            yield Finding((*at, "availability"), said)


def _ceiling(promise: Ratio, needed: Mapping[str, Ratio]) -> str | None:
    """Whoever needs several things is down whenever one of them is: it can promise their product at the most.

    https://sre.google/sre-book/embracing-risk/ and https://queue.acm.org/detail.cfm?id=3096459
    """
    most = prod((each.value for each in needed.values()), start=Decimal(1))
    if promise.value <= most:
        return None
    if len(needed) == 1:
        (name, each), *_ = needed.items()
        return f'promises more than "{name}", which it depends on ({each}); lower this or raise that'
    names = " and ".join(f'"{name}" ({each})' for name, each in needed.items())
    return (
        f"promises more than {names}, which it depends on, can keep together ({Ratio(most)}); lower this or raise those"
    )


def intervals(spec: Spec) -> Iterator[Finding]:
    """A scrape must end before the next one begins: Prometheus refuses anything else."""
    settings = spec.prometheus
    for name in ("scrape_interval", "scrape_timeout", "evaluation_interval"):
        given = getattr(settings, name)
        if given is not None and given.milliseconds == 0:
            yield Finding(("prometheus", name), "is no time at all; write 15s, or leave it out")
    if settings.scrape_timeout is not None and settings.scrape_timeout > settings.scrape_interval:
        path = ("prometheus", "scrape_timeout")
        yield Finding(path, f"is longer than the scrape interval ({settings.scrape_interval}); lower it")


def _known(what: str, name: str, known: list[str], path: Path) -> Iterator[Finding]:
    if name not in known:
        hint = suggestion(name, known) if known else f"the spec names no {what} at all"
        yield Finding(path, f'there is no {what} "{name}"; {hint}')


def _circle(start: str, needs: dict[str, list[str]], done: set[str]) -> list[str]:
    """The first circle reached from `start` as a closed walk, or nothing; `done` collects what leads to none."""
    trail: list[str] = []
    stack = [(start, iter(needs.get(start, ())))] if start not in done else []
    trail += [start] if stack else []
    while stack:
        name, rest = stack[-1]
        for step in rest:
            if step in trail:
                done.update(trail)
                return [*trail[trail.index(step) :], step]
            if step not in done and step in needs:
                trail.append(step)
                stack.append((step, iter(needs[step])))
                break
        else:
            done.add(name)
            stack.pop()
            trail.pop()
    return []


CHECKS: Final[tuple[Callable[[Spec], Iterator[Finding]], ...]] = (
    duplicate_names,
    references,
    channel_references,
    severity_references,
    team_references,
    delivery,
    *telling.CHECKS,
    circles,
    promises,
    intervals,
)
