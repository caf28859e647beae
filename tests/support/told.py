"""Hypothesis strategies for who is told: specs with every turn of delivery, and alerts that may or may not fit them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from generator.catalogue import alerts
from generator.delivery.alerts import possible
from generator.delivery.intervals import WEEKDAYS
from watchspec.spec import KINDS, Spec

ZONES: Final = ("UTC", "Europe/Belgrade", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland")
NAMES: Final = st.one_of(
    st.sampled_from(
        ("cache", "main-db", "a|b", "a", "b", 'say "x"', "back\\slash", "a.b", "(", "[x]", "{{ x }}", "ž 北京", "=~",
         "x,y", "$1", "*", "café", "Á", "'", "#", "100%", "a b", "none", "nobody", "critical")
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6),
)  # fmt: skip
_MINUTES: Final = st.sampled_from((-1500, -90, -31, -2, -1, 0, 1, 2, 31, 90, 1500))
"""Minutes from now at which a window begins or ends."""
_EXPLAINED: Final = tuple(name for name, alert in alerts().items() if alert.explained_by or alert.outage)
_APART: Final = sorted({label for alert in alerts().values() for label in alert.labels})


@st.composite
def specs(draw: st.DrawFn, now: datetime) -> Spec:
    """Severities, exceptions, escalation, hours, windows and dependencies in every mixture; edges near `now`."""
    names = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    teams = draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    channels = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    told = st.lists(st.sampled_from(channels), min_size=1, max_size=2, unique=True)
    severities = draw(st.dictionaries(NAMES, _severity(told, now), min_size=1, max_size=4))
    known = {"team": teams, "target": names, "severity": list(severities)}
    found: dict[str, Any] = {
        "version": 1,
        "name": draw(st.one_of(NAMES, st.sampled_from(names))),
        **draw(_targets(names, teams)),
        "channels": {name: {"webhook": "http://127.0.0.1:9/"} for name in channels},
        "severities": severities,
        "routes": draw(st.lists(_exception(known, told), max_size=3)),
        "maintenance": draw(st.lists(_window(known, now), max_size=3, unique_by=lambda window: str(window["name"]))),
        **draw(st.sampled_from(({}, {"watchdog": {"notify": channels[0]}}))),
    }
    return Spec.model_validate(found)


@st.composite
def _targets(draw: st.DrawFn, names: Sequence[str], teams: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Targets that stand on earlier ones only: without circles."""
    found: dict[str, list[dict[str, Any]]] = {section: [] for section in KINDS.values()}
    extra = {
        "host": {}, "service": {"url": "http://h:1"}, "redis": {"url": "redis://h:1"},
        "postgres": {"url": "postgresql://h/x"}, "job": {"file": "/x", "every": "1h"},
    }  # fmt: skip
    hosts: list[str] = []
    for place, name in enumerate(names):
        kind = draw(st.sampled_from(list(KINDS)))
        target: dict[str, Any] = {"name": name, **extra[kind]}
        target |= draw(_optional(team=st.sampled_from(list(teams))))
        if place:
            target |= draw(_optional(depends_on=st.lists(st.sampled_from(names[:place]), max_size=2, unique=True)))
        if hosts and kind != "host":
            target |= draw(_optional(runs_on=st.sampled_from(hosts), watched_by=st.sampled_from(hosts)))
        hosts += [name] if kind == "host" else []
        found[KINDS[kind]].append(target)
    return {section: targets for section, targets in found.items() if targets}


def _severity(told: st.SearchStrategy[list[str]], now: datetime) -> st.SearchStrategy[dict[str, Any]]:
    step = st.fixed_dictionaries({"after": st.sampled_from(("5m", "30m", "2h")), "to": told})
    return _optional(
        {"notify": told},
        resolved=st.booleans(),
        escalate=st.lists(step, min_size=1, max_size=2),
        hours=_recurring(now),
    )


def _exception(known: dict[str, list[str]], told: st.SearchStrategy[list[str]]) -> st.SearchStrategy[dict[str, Any]]:
    about = {key: st.sampled_from(values) for key, values in known.items()}
    return _optional({"notify": told}, **about).filter(lambda route: len(route) > 1)


def _window(known: dict[str, list[str]], now: datetime) -> st.SearchStrategy[dict[str, Any]]:
    about = {f"{key}s" if key != "severity" else "severities": _several(values) for key, values in known.items()}
    times = st.one_of(_once(now), _recurring(now).filter(lambda window: len(window) > 1))
    return st.builds(lambda name, scope, when: {"name": name, **scope, **when}, NAMES, _optional(**about), times)


@st.composite
def _recurring(draw: st.DrawFn, now: datetime) -> dict[str, Any]:
    """Hours of the week that begin or end close to `now`, or today, or not."""
    zone = draw(st.sampled_from(ZONES))
    local = now.astimezone(ZoneInfo(zone))
    begin, end = (
        draw(st.one_of(_MINUTES.map(lambda m: f"{local + timedelta(minutes=m):%H:%M}"), _CLOCKS)) for _ in "be"
    )
    today = WEEKDAYS[local.weekday()]
    yesterday = WEEKDAYS[local.weekday() - 1]
    days = st.lists(
        st.sampled_from((today, yesterday, *WEEKDAYS, "monday:friday", "saturday:sunday")), min_size=1, max_size=2
    )
    found = draw(_optional({"timezone": st.just(zone)}, weekdays=days))
    if begin not in {end, "24:00"} and draw(st.booleans()):
        found["times"] = f"{begin}-{end}"
    return found


_CLOCKS: Final = st.sampled_from(("00:00", "24:00", "09:00", "17:00", "23:59", "00:01"))


@st.composite
def _once(draw: st.DrawFn, now: datetime) -> dict[str, Any]:
    zone = draw(st.sampled_from(ZONES))
    local = now.astimezone(ZoneInfo(zone))
    first, last = draw(st.lists(_MINUTES, min_size=2, max_size=2, unique=True).map(sorted))
    begin, end = (f"{local + timedelta(minutes=m):%Y-%m-%dT%H:%M}" for m in (first, last))
    return {"from": begin, "to": end, "timezone": zone}


@st.composite
def alerts_of(draw: st.DrawFn, spec: Spec, most: int) -> list[dict[str, str]]:
    """Up to `most` different alerts: half are such as `spec` raises, the others have a label changed or are made up."""
    there = [dict(labels) for labels in possible(spec)]
    loud = [labels for labels in there if labels["alertname"] in _EXPLAINED] or there
    real = st.one_of(_of(loud), _of(there))
    apart = st.dictionaries(st.sampled_from(_APART), st.sampled_from(("/", "x")), max_size=1)
    one = st.builds(lambda labels, more: {**labels, **more}, real, apart)
    changed = st.builds(lambda labels, more: {**labels, **more}, one, _loose(spec, there))
    found = draw(st.lists(st.one_of(one, one, changed), min_size=most // 2, max_size=most, unique_by=_key))
    # An empty label is none: Alertmanager drops it.
    full = [{label: value for label, value in labels.items() if value} for labels in found]
    return list({_key(labels): labels for labels in full}.values())


def _loose(spec: Spec, there: list[dict[str, str]]) -> st.SearchStrategy[dict[str, str]]:
    """Labels to put over others: known values, empty ones and any."""
    values = {
        label: st.one_of(st.sampled_from(sorted({labels.get(label, "") for labels in there})), NAMES)
        for label in ("target", "severity", "team", "kind")
    }
    names = st.one_of(st.sampled_from(("Watchdog", "WatchspecDrill", *alerts())), NAMES)
    return _optional(alertname=names, channel=st.sampled_from(list(spec.channels)), **values)


def _key(labels: dict[str, str]) -> str:
    return str(sorted(labels.items()))


def _of(values: list[dict[str, str]]) -> st.SearchStrategy[dict[str, str]]:
    """One of many; by its place, as Hypothesis would write out all of them."""
    return st.integers(0, len(values) - 1).map(lambda place: values[place])


def _several(values: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(values)), min_size=1, max_size=2, unique=True)


def _optional(
    required: Mapping[str, st.SearchStrategy[Any]] = MappingProxyType({}), /, **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(required), optional=optional)
