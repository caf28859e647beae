"""Routes, inhibitions, time intervals and receivers → `alertmanager/alertmanager.yml` and its message templates.

https://prometheus.io/docs/alerting/latest/configuration/
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from generator import messages
from generator.delivery.plan import delivery
from generator.delivery.tree import Delivery, Inhibition, Interval, Match, Route, Span
from generator.layout import Files, Layout
from generator.receivers import integrations
from generator.severities import urgency
from generator.yamltext import dump
from watchspec.spec import Spec

_HOUR: Final = 60


def emit(spec: Spec, layout: Layout) -> Files:
    """The configuration and the templates that it refers to, relative to itself."""
    return {"alertmanager/alertmanager.yml": dump(configuration(spec, layout)), **messages.emit(spec)}


def configuration(spec: Spec, layout: Layout) -> Mapping[str, object]:
    """The configuration, as it is written."""
    told = delivery(spec)
    common = dict(_global(spec, layout))
    intervals = [_interval(interval) for interval in told.intervals]
    return {
        **({"global": common} if common else {}),
        "templates": [layout.templates],
        "route": _route(told.root),
        **({"time_intervals": intervals} if intervals else {}),
        "inhibit_rules": [_inhibition(inhibition) for inhibition in told.inhibitions],
        "receivers": list(_receivers(spec, layout, told)),
    }


def _global(spec: Spec, layout: Layout) -> Iterator[tuple[str, object]]:
    if spec.smtp:
        yield "smtp_smarthost", spec.smtp.host
        yield "smtp_from", spec.smtp.from_
        yield "smtp_require_tls", spec.smtp.require_tls
        if spec.smtp.username:
            yield "smtp_auth_username", spec.smtp.username
        if spec.smtp.password:
            yield "smtp_auth_password_file", layout.secret(spec.smtp.password)
    if spec.slack and spec.slack.webhook:
        yield "slack_api_url_file", layout.secret(spec.slack.webhook)


def _route(route: Route, above: Route | None = None) -> Mapping[str, object]:
    """`route`, without what it has from the route `above` it."""
    inherited = inheritable(above) if above else {}
    return {
        **({"matchers": _matchers(route.matches)} if route.matches else {}),
        **{key: value for key, value in inheritable(route).items() if inherited.get(key) != value},
        **({"mute_time_intervals": list(route.mute)} if route.mute else {}),
        **({"active_time_intervals": list(route.active)} if route.active else {}),
        **({"continue": True} if route.onward else {}),
        **({"routes": [_route(child, route) for child in route.routes]} if route.routes else {}),
    }


def inheritable(route: Route) -> Mapping[str, object]:
    """What children have from `route` unless they say otherwise."""
    return {
        "receiver": route.receiver,
        "group_by": list(route.group_by),
        "group_wait": str(route.timing.wait),
        "group_interval": str(route.timing.interval),
        "repeat_interval": str(route.timing.repeat),
    }


def _matchers(matches: Sequence[Match]) -> list[str]:
    return [match.text() for match in matches]


def _inhibition(inhibition: Inhibition) -> Mapping[str, object]:
    return {
        "source_matchers": _matchers(inhibition.sources),
        "target_matchers": _matchers(inhibition.targets),
        **({"equal": list(inhibition.equal)} if inhibition.equal else {}),
    }


def _interval(interval: Interval) -> Mapping[str, object]:
    return {"name": interval.name, "time_intervals": [span(each) for each in interval.spans]}


def span(of: Span) -> Mapping[str, object]:
    """One entry of a time interval."""
    times = {"start_time": _clock(of.minutes[0]), "end_time": _clock(of.minutes[1])} if of.minutes else {}
    return {
        **({"times": [times]} if times else {}),
        **({"weekdays": list(of.weekdays)} if of.weekdays else {}),
        **({"days_of_month": _ranges(of.days)} if of.days else {}),
        **({"months": [str(month) for month in of.months]} if of.months else {}),
        **({"years": [str(year) for year in of.years]} if of.years else {}),
        "location": of.zone,
    }


def _clock(minutes: int) -> str:
    return f"{minutes // _HOUR:02}:{minutes % _HOUR:02}"


def _ranges(days: Sequence[int]) -> list[str]:
    """Days of the month as `5` or `5:9`."""
    breaks = [0, *(place for place, (a, b) in enumerate(pairwise(days), 1) if b != a + 1), len(days)]
    runs = [days[a:b] for a, b in pairwise(breaks)]
    return [str(run[0]) if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs]


def _receivers(spec: Spec, layout: Layout, told: Delivery) -> Iterator[Mapping[str, object]]:
    for receiver in told.receivers:
        channels = [spec.channels[channel] for channel in receiver.channels]
        bad = urgency(spec, receiver.severity)
        yield {
            "name": receiver.name,
            **integrations(channels, spec, layout, resolved=receiver.resolved, urgency=bad),
        }
