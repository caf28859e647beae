"""The tree of delivery → AlertmanagerConfig, for an Alertmanager that is yours already.

It says less than Alertmanager's own configuration. Where a spec needs more, none is written and `unsaid` names why: one
that tells fewer people, or at other hours, would look as if all were well.
https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1alpha1.AlertmanagerConfig
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from generator.alertmanager import configuration, inheritable, span
from generator.delivery.plan import delivery
from generator.delivery.tree import Inhibition, Interval, Match, Route, Span
from generator.kubernetes.layout import OPERATED, selector
from generator.kubernetes.objects import MONITORING, manifest
from generator.layout import Files
from generator.promql import regex
from generator.receivers.registry import WAYS
from watchspec.spec import Channel, Spec

Part = Mapping[str, object]

NAME: Final = "watchspec"
_FORMS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "email_configs": ("emailConfigs", {}),
    "slack_configs": ("slackConfigs", {"api_url_file": "apiURL"}),
    "webhook_configs": ("webhookConfigs", {"url_file": "urlSecret"}),
    "pagerduty_configs": ("pagerdutyConfigs", {}),
    "opsgenie_configs": ("opsgenieConfigs", {"api_url": "apiURL"}),
    "telegram_configs": (
        "telegramConfigs",
        {"api_url": "apiURL", "chat_id": "chatID", "message_thread_id": "messageThreadID"},
    ),
    "discord_configs": ("discordConfigs", {"webhook_url_file": "apiURL"}),
    "msteamsv2_configs": ("msteamsv2Configs", {"webhook_url_file": "webhookURL"}),
    "pushover_configs": ("pushoverConfigs", {}),
    "victorops_configs": ("victoropsConfigs", {}),
    "webex_configs": ("webexConfigs", {"room_id": "roomID"}),
    "sns_configs": ("snsConfigs", {"topic_arn": "topicARN"}),
}
"""Integration → what it is called here, and those of its fields that are not called alike in camel case.

Rocket.Chat is missing: its user ID would have to be a secret.
"""
_UTC: Final = frozenset({"UTC", "Etc/UTC"})
_PAIRS: Final = frozenset({"headers", "details"})


def unsaid(spec: Spec) -> list[str]:
    """What of `spec` no AlertmanagerConfig can say: a line for each, with its place."""
    ways = [f"channels.{name}: {lack}" for name, channel in spec.channels.items() for lack in _lacking(spec, channel)]
    zones = {
        f"{interval.name}: hours of the time zone {each.zone}; it knows UTC only"
        for interval in delivery(spec).intervals
        for each in interval.spans
        if each.zone not in _UTC
    }
    return [*ways, *sorted(zones)]


def _lacking(spec: Spec, channel: Channel) -> Iterator[str]:
    yield from (f"it cannot tell {WAYS[way].name} so" for way in channel.ways() if WAYS[way].configs not in _FORMS)
    room = channel.slack
    if room and (room.token or (not room.webhook and spec.slack and spec.slack.token)):
        yield "it takes Slack's address from a Secret only, and a bot's is none"


def emit(spec: Spec) -> Files:
    """`alertmanager/config.yml`, unless something is unsaid."""
    if unsaid(spec):
        return {}
    told, written = delivery(spec), configuration(spec, OPERATED)
    common = cast("Part", written.get("global", {}))
    body = {
        "route": _route(told.root),
        "inhibitRules": [_inhibition(inhibition) for inhibition in told.inhibitions],
        **({"muteTimeIntervals": [_interval(each) for each in told.intervals]} if told.intervals else {}),
        "receivers": [_receiver(receiver, common) for receiver in cast("Sequence[Part]", written["receivers"])],
    }
    text = manifest(spec, f"{MONITORING}/v1alpha1", "AlertmanagerConfig", NAME, {"spec": body})
    return {"alertmanager/config.yml": text}


def _route(route: Route, above: Route | None = None) -> Part:
    inherited = inheritable(above) if above else {}
    own = {_camel(key): value for key, value in inheritable(route).items() if inherited.get(key) != value}
    return {
        **({"matchers": _matchers(route.matches)} if route.matches else {}),
        **own,
        **({"muteTimeIntervals": list(route.mute)} if route.mute else {}),
        **({"activeTimeIntervals": list(route.active)} if route.active else {}),
        **({"continue": True} if route.onward else {}),
        **({"routes": [_route(child, route) for child in route.routes]} if route.routes else {}),
    }


def _matchers(matches: Iterable[Match]) -> list[Part]:
    return [_matcher(match) for match in matches]


def _matcher(match: Match) -> Part:
    if len(match.values) == 1:
        return {"name": match.label, "value": match.values[0], "matchType": "!=" if match.but else "="}
    value = "|".join(map(regex, match.values))
    return {"name": match.label, "value": value, "matchType": "!~" if match.but else "=~"}


def _inhibition(inhibition: Inhibition) -> Part:
    return {
        "sourceMatch": _matchers(inhibition.sources),
        "targetMatch": _matchers(inhibition.targets),
        **({"equal": list(inhibition.equal)} if inhibition.equal else {}),
    }


def _interval(interval: Interval) -> Part:
    return {"name": interval.name, "timeIntervals": [_span(each) for each in interval.spans]}


def _span(each: Span) -> Part:
    """As Alertmanager has it, in UTC; days of the month are pairs."""
    written = {_camel(key): value for key, value in span(each).items() if key not in {"location", "times"}}
    if each.minutes:
        times = cast("Sequence[Part]", span(each)["times"])
        written["times"] = [{_camel(key): value for key, value in time.items()} for time in times]
    if each.days:
        days = [text.partition(":") for text in cast("Sequence[str]", written["daysOfMonth"])]
        written["daysOfMonth"] = [{"start": int(first), "end": int(last or first)} for first, _, last in days]
    return written


def _receiver(receiver: Part, common: Part) -> Part:
    """`receiver` with what Alertmanager's global part says, for it is somebody else's here."""
    found: dict[str, object] = {"name": receiver["name"]}
    for configs, (name, other) in _FORMS.items():
        if configs in receiver:
            integrations = cast("Sequence[Part]", receiver[configs])
            found[name] = [_fields({**_shared(configs, each, common), **each}, other) for each in integrations]
    return found


def _shared(configs: str, integration: Part, common: Part) -> Part:
    if configs == "email_configs":
        return {key.removeprefix("smtp_"): value for key, value in common.items() if key.startswith("smtp_")}
    if configs == "slack_configs" and "api_url_file" not in integration:
        return {"api_url_file": common["slack_api_url_file"]}
    return {}


def _fields(fields: Part, other: Mapping[str, str]) -> Part:
    return {other.get(key, _camel(key.removesuffix("_file"))): _value(key, value) for key, value in fields.items()}


def _value(key: str, value: object) -> object:
    """A path becomes a reference to a Secret's key, a mapping of texts a list of pairs."""
    if key.endswith("_file"):
        return selector(value)
    if isinstance(value, Mapping) and key in _PAIRS:
        return [{"key": name, "value": text} for name, text in value.items()]
    if isinstance(value, Mapping):
        return _fields(value, {})
    return value


def _camel(key: str) -> str:
    """`requireTLS` of `require_tls`, as its Go has it."""
    text = re.sub(r"_([a-z])", lambda letter: letter[1].upper(), key)
    return text.replace("Tls", "TLS")
