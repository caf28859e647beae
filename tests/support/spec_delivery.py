"""Hypothesis strategies for who is told: channels, severities, routes, maintenance; and how Prometheus runs."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from tests.support.spec_words import (
    ADDRESSES,
    IDENTIFIERS,
    NAMES,
    TEXTS,
    Section,
    milliseconds,
    secrets,
    some,
    spans,
    urls,
)

_DAYS: Final = st.sampled_from(("monday", "sunday", "monday:friday", "saturday:sunday"))
_TIMES: Final = st.sampled_from(("09:00-17:00", "00:00-24:00", "22:00-02:00", "08:30-08:31"))
_ZONES: Final = st.sampled_from(("UTC", "Europe/Belgrade", "America/New_York", "Asia/Kolkata"))
_MAILS: Final = st.sampled_from(("a@b", "o'neil+x@example.com", "ž@example.com", '"q"@example.com'))
_ROOMS: Final = st.one_of(st.just("#alerts"), NAMES.filter(lambda room: "{{" not in room))
_SAID: Final = st.sampled_from(("off", "for", "keep_firing_for", "severity", "none"))
"""Words that mean something else where a severity could stand."""


def channels() -> st.SearchStrategy[Section]:
    """Some channels of every way."""
    address = urls("http", "https").filter(lambda url: "{{" not in url)  # refused: Alertmanager would expand it
    hook = st.one_of(address, some({"url": address}), secrets())
    ways = {"email": st.one_of(_MAILS, st.lists(_MAILS, min_size=1, max_size=2)), "slack": _ROOMS, "webhook": hook}
    ways["pagerduty"] = secrets()
    channel = st.one_of(
        *(
            some({way: values}, **{other: more for other, more in ways.items() if other != way})
            for way, values in ways.items()
        )
    )
    return st.dictionaries(NAMES, channel, min_size=1, max_size=3)


@st.composite
def delivery(draw: st.DrawFn, targets: Sequence[str], teams: Sequence[str]) -> Section:
    """Everything between an alert and a person."""
    found: Section = {"channels": draw(channels())}
    ways = {way for channel in found["channels"].values() for way in channel}
    if "email" in ways:
        sender = {"host": ADDRESSES, "from": st.just("alerts@example.com")}
        found["smtp"] = draw(some(sender, username=NAMES, password=secrets(), require_tls=st.booleans()))
    if "slack" in ways:
        found["slack"] = {"webhook": draw(secrets())}
    notify = st.lists(st.sampled_from(list(found["channels"])), min_size=1, max_size=2, unique=True)
    if draw(st.booleans()):
        found["severities"] = draw(severities(notify))
    names = list(found.get("severities", ("critical", "warning", "info")))
    found["routes"] = draw(st.lists(_route(targets, teams, names, notify), max_size=2))
    found["maintenance"] = draw(
        st.lists(_window(targets, teams, names), max_size=2, unique_by=lambda window: str(window["name"]))
    )
    return {key: value for key, value in found.items() if value}


def severities(notify: st.SearchStrategy[list[str]]) -> st.SearchStrategy[Section]:
    """One to five severities, in an order that means something, some of them said to be a level."""
    step = some({"after": spans(60_000, 86_400_000), "to": notify})
    one = some(
        {"notify": notify},
        as_=st.sampled_from(("page", "ticket", "note")),
        wait=spans(0, 3_600_000),
        interval=spans(1000, 3_600_000),
        repeat=spans(60_000),
        resolved=st.booleans(),
        escalate=st.one_of(step, st.lists(step, min_size=1, max_size=2)),
        hours=some({}, weekdays=_DAYS, times=_TIMES, timezone=_ZONES),
    )
    return st.dictionaries(NAMES, one, min_size=1, max_size=5)


def _route(
    targets: Sequence[str], teams: Sequence[str], severities_: Sequence[str], notify: st.SearchStrategy[list[str]]
) -> st.SearchStrategy[Section]:
    return some({"notify": notify}, **_about(targets, teams, severities_)).filter(lambda route: len(route) > 1)


def _about(
    targets: Sequence[str], teams: Sequence[str], severities_: Sequence[str]
) -> dict[str, st.SearchStrategy[str]]:
    known = {"target": targets, "team": teams, "severity": severities_}
    return {key: st.sampled_from(list(names)) for key, names in known.items() if names}


def _window(targets: Sequence[str], teams: Sequence[str], severities_: Sequence[str]) -> st.SearchStrategy[Section]:
    plural = {"target": "targets", "team": "teams", "severity": "severities"}
    about: dict[str, st.SearchStrategy[Any]] = {
        plural[key]: st.lists(one, min_size=1, max_size=2, unique=True)
        for key, one in _about(targets, teams, severities_).items()
    }
    once = {"from": st.just("2031-12-05T22:00"), "to": st.just("2031-12-06T03:30")}
    recurring = {"weekdays": _DAYS}
    return st.one_of(
        some({"name": NAMES, **once}, timezone=_ZONES, **about),
        some({"name": NAMES, **recurring}, times=_TIMES, timezone=_ZONES, **about),
    )


@st.composite
def prometheus(draw: st.DrawFn, longest: int = 600_000) -> Section:
    """Intervals from a second to `longest` milliseconds, and where else samples go."""
    usual = [each for each in ("15s", "1s", "1m", "2m", "5m") if milliseconds(each) <= longest]
    interval = draw(st.one_of(st.sampled_from(usual), spans(1000, longest)))
    remote = some({"url": urls("http", "https")}, username=NAMES, password=secrets())
    return draw(
        some(
            {"scrape_interval": st.just(interval)},
            scrape_timeout=spans(1, milliseconds(interval)),
            evaluation_interval=spans(1000, 600_000),
            retention=st.sampled_from(("45d", "90d", "1y")),
            retention_size=st.sampled_from(("1GB", "1.5TB", "512MiB")),
            remote_write=st.lists(remote, max_size=2),
        )
    )


def links() -> st.SearchStrategy[Section]:
    """Where people are led."""
    return some(
        {}, grafana=urls("https"), prometheus=urls("http"), runbooks=st.one_of(st.just("https://x/{{y}}"), NAMES)
    )


def labels() -> st.SearchStrategy[dict[str, str]]:
    """Labels of everything that leaves Prometheus."""
    return st.dictionaries(IDENTIFIERS, TEXTS, max_size=2)
