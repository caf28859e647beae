"""What happens to an alert, in words: a tree for `watchspec route`, a few lines for `watchspec explain`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from generator.delivery.intervals import hours_name, window_name
from generator.delivery.tree import Delivery, Interval, Labels
from generator.delivery.verdict import Muting, Telling, Verdict, at, turns
from watchspec.spec import Channel, Spec
from watchspec.spec.delivery import Hours, Maintenance

_WAYS = tuple(Channel.model_fields)


def tree(spec: Spec, delivery: Delivery, found: Verdict, possible: Sequence[Muting], moment: datetime) -> str:
    """All of `found` at `moment`; `possible` is what would mute it if it fired."""
    tellings = by_wait(found.tellings)
    nodes = [_telling(spec, delivery, telling, moment) for telling in tellings]
    if windows := list(dict.fromkeys(name for telling in tellings for name in telling.route.mute)):
        nodes.append(["not told in", *(f"  {text}" for text in spans(spec, delivery, windows))])
    if found.mutings:
        nodes.append(["muted now by", *(f"  {line}" for line in causes(found.mutings))])
    elif possible:
        nodes.append(["muted while one of these fires", *(f"  {line}" for line in causes(possible))])
    else:
        nodes.append(["muted by nothing but a silence"])
    return "\n".join([f"→ {summary(spec, delivery, found, moment)}", *_drawn(nodes)])


def summary(spec: Spec, delivery: Delivery, found: Verdict, moment: datetime) -> str:
    """Who is told at `moment`, in one line."""
    if not any(telling.receiver.channels for telling in found.tellings):
        return "nobody is ever told of it"
    if found.mutings:
        return f"nobody is told: {name(found.mutings[0].source)} fires"
    first = [f"{_channels(telling)} {_after(telling)}" for telling in by_wait(found.told) if not telling.escalates]
    later = [f"{_channels(telling)} {_after(telling)}" for telling in by_wait(found.told) if telling.escalates]
    if first or later:
        return "; ".join(filter(None, [", ".join(first), f"unless silenced {', '.join(later)}" if later else ""]))
    kept = next(telling for telling in found.tellings if telling.receiver.channels)
    return f"nobody is told now: {_kept(spec, delivery, kept, moment)}"


def by_wait(tellings: Iterable[Telling]) -> list[Telling]:
    """The soonest first."""
    return sorted(tellings, key=lambda telling: telling.route.timing.wait)


def when(telling: Telling) -> str:
    """How soon, how often, and whether the end is told."""
    timing, unless = telling.route.timing, " unless somebody silences it" if telling.escalates else ""
    end = "and when it ends" if telling.receiver.resolved else "but not when it ends"
    return f"{_after(telling)}{unless}, again every {max(timing.repeat, timing.interval)}, {end}"


def causes(mutings: Iterable[Muting]) -> list[str]:
    """`RedisDown, RedisLoading of cache: why`, one line for each target and reason."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for muting in mutings:
        source = muting.source
        # Of alerts of one name, only the severity tells which it is.
        severity = source.get("severity", "") if "alertname" in muting.inhibition.equal else ""
        names = alike.setdefault((source.get("target", ""), severity, muting.inhibition.because), [])
        names += [source.get("alertname", "")] if source.get("alertname", "") not in names else []
    return [
        f"{', '.join(names)}{f' of {target}' if target else ''}{f', {severity}' if severity else ''}: {because}"
        for (target, severity, because), names in alike.items()
    ]


def name(labels: Labels) -> str:
    """`RedisDown of cache`, with what tells it apart."""
    alert = labels.get("alertname") or "any alert"
    return f"{alert} of {labels['target']}" if labels.get("target") else alert


def span(spec: Spec, interval: Interval) -> str:
    """An interval as the spec has it: `maintenance backups: sunday 02:00-04:00 Europe/Belgrade`."""
    found = _origin(spec, interval)
    if isinstance(found, Hours):
        return _recurring(found)
    times = f"{found.from_} to {found.to} {found.timezone}" if found.from_ else _recurring(found)
    return f"maintenance {found.name}: {times}"


def spans(spec: Spec, delivery: Delivery, names: Iterable[str]) -> list[str]:
    """The intervals of these names."""
    named = {interval.name: interval for interval in delivery.intervals}
    return [span(spec, named[name]) for name in names]


def clock(moment: datetime) -> str:
    """`Sun 2026-11-22 02:00 CET`."""
    return f"{moment:%a %Y-%m-%d %H:%M %Z}"


def _origin(spec: Spec, interval: Interval) -> Hours | Maintenance:
    for severity, found in spec.matrix().items():
        if interval.name == hours_name(severity) and found.hours:
            return found.hours
    return next(window for window in spec.maintenance if window_name(window.name) == interval.name)


def _telling(spec: Spec, delivery: Delivery, telling: Telling, moment: datetime) -> list[str]:
    if not telling.receiver.channels:
        return ["nobody", f"  why   {telling.route.because}"]
    ways = (f"{channel} ({_ways(spec.channels[channel])})" for channel in telling.receiver.channels)
    lines = [", ".join(ways), f"  when  {when(telling)}", f"  why   {telling.route.because}"]
    lines += [f"  only  {text}" for text in spans(spec, delivery, telling.route.active)]
    if telling.closed or telling.muted:
        return [*lines, f"  now   not told: {_kept(spec, delivery, telling, moment)}"]
    if (turn := turns(delivery, telling, moment)) and (cause := _first(delivery, telling, turn)):
        return [*lines, f"  now   told, until {_local(spec, cause, turn)}"]
    return lines


def _kept(spec: Spec, delivery: Delivery, telling: Telling, moment: datetime) -> str:
    """Why it is not told, and until when."""
    reasons = [
        f"maintenance {found.name}"
        for found in map(partial(_origin, spec), telling.muted)
        if isinstance(found, Maintenance)
    ]
    reason = " and ".join([*reasons, *(["outside of its hours"] if telling.closed else [])])
    turn = turns(delivery, telling, moment)
    return f"{reason}, until {_local(spec, (telling.muted or telling.closed)[0], turn)}" if turn else reason


def _first(delivery: Delivery, telling: Telling, moment: datetime) -> Interval | None:
    """What keeps it at `moment`."""
    then = at(delivery, telling.route, moment)
    return next(iter((*then.muted, *then.closed)), None)


def _local(spec: Spec, interval: Interval, moment: datetime) -> str:
    return clock(moment.astimezone(ZoneInfo(_origin(spec, interval).timezone)))


def _channels(telling: Telling) -> str:
    return " and ".join(telling.receiver.channels)


def _after(telling: Telling) -> str:
    wait = telling.route.timing.wait
    return f"after {wait}" if wait.milliseconds else "at once"


def _ways(channel: Channel) -> str:
    return ", ".join(way for way in _WAYS if getattr(channel, way))


def _recurring(hours: Hours | Maintenance) -> str:
    return " ".join(filter(None, [", ".join(hours.weekdays), hours.times, hours.timezone]))


def _drawn(nodes: Sequence[Sequence[str]]) -> Iterator[str]:
    """Branches of a tree; the first line of each names it."""
    for place, (first, *rest) in enumerate(nodes, 1):
        last = place == len(nodes)
        yield f"{'└─' if last else '├─'} {first}"
        yield from (f"{'  ' if last else '│ '} {line}" for line in rest)
