"""Where messages go: every service that Alertmanager can reach, each written as short as its users know it.

Fields and limits of the services: https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings
"""

import re
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from watchspec.spec.base import (
    Address,
    DurationText,
    Model,
    Secret,
    SecretRef,
    Shorthand,
    listed,
    shorthand,
    url_of,
)
from watchspec.units import Duration

_TOPIC: Final = re.compile(r"arn:[a-z-]+:sns:(?P<region>[a-z0-9-]+):\d+:[A-Za-z0-9_.-]+")
_SECRET_FORM: Final = {
    "type": "object",
    "properties": {"file": {"type": "string"}, "env": {"type": "string"}},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}


def _mail(text: str) -> str:
    if not re.fullmatch(r"[^@\s,{}<>]+@[^@\s,{}<>]+", text):
        raise ValueError(f'"{text}" is not a mail address; write name@example.com')
    return text


def _plain(text: str) -> str:
    if not text or text != text.strip() or not text.isprintable():
        raise ValueError("must be printable text on one line, without spaces around it")
    if "{{" in text:
        raise ValueError(
            'has "{{", which Alertmanager reads as a template; make a channel for each, and tell them apart by routes:'
        )
    return text


def _address(url: str) -> str:
    host = urlsplit(url).netloc
    if re.search(r"[{}|\\^`\s%]", host) or re.search(r"\s|%(?![0-9A-Fa-f]{2})", url):
        raise ValueError("not a URL; write spaces and other special characters as %20 and the like")
    return _plain(url)


def _chat(number: int) -> int:
    if number == 0 or abs(number) >= 1 << 52:
        raise ValueError("is no chat; write its number, such as -1001234567890")
    return number


def _topic(text: str) -> str:
    if not _TOPIC.fullmatch(text):
        raise ValueError(f'"{text}" is not a topic; write arn:aws:sns:REGION:ACCOUNT:NAME')
    return text


def secret_in(key: str) -> tuple[BeforeValidator, Shorthand]:
    """Let a secret, `{file: …}` or `{env: …}`, stand for `{key: secret}`; a literal is refused as in `key` itself."""

    def expand(value: object) -> object:
        if isinstance(value, dict):
            return {key: value} if value and not value.keys() - {"file", "env"} else value
        return value if value is None or isinstance(value, (list, Model)) else {key: value}

    return BeforeValidator(expand), Shorthand(_SECRET_FORM)


MailAddress = Annotated[str, AfterValidator(_mail)]
HttpUrl = Annotated[str, url_of("https", "http"), AfterValidator(_address)]
Plain = Annotated[str, AfterValidator(_plain)]
"""Text that Alertmanager takes as it is."""
Topic = Annotated[str, AfterValidator(_topic)]


class Smtp(Model):
    """The mail server that Alertmanager hands messages to."""

    host: Address
    """The mail server."""
    from_: MailAddress
    """Who the messages come from."""
    username: str | None = None
    """Who logs in; nobody by default."""
    password: SecretRef | None = None
    """Where the password lies."""
    require_tls: bool = True
    """Refuse a server without STARTTLS; false only for a relay on the same machine."""


class Slack(Model):
    """The Slack workspace."""

    webhook: SecretRef | None = None
    """The address of an incoming webhook; whoever has it can post."""
    token: SecretRef | None = None
    """Instead of a webhook, the token of an app's bot, `xoxb-…`, with the scope `chat:write`; it reaches every room."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.webhook is None) == (self.token is None):
            raise ValueError("give one of webhook and token")
        return self


class SlackRoom(Model):
    """A room, through the workspace in `slack:` or through a webhook or bot of its own."""

    room: Plain | None = None
    """Such as `#alerts`; a webhook of your own may leave it to the room it was made for."""
    webhook: SecretRef | None = None
    """The address of a webhook for this channel alone."""
    token: SecretRef | None = None
    """The token of a bot for this channel alone."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.webhook and self.token:
            raise ValueError("give one of webhook and token")
        if not (self.room or self.webhook):
            raise ValueError('names no room; add room: "#alerts"')
        return self


class Webhook(Secret):
    """An address that receives Alertmanager's JSON; a plain one may be written out."""

    url: HttpUrl | None = None
    """The address itself, if it is no secret."""
    token: SecretRef | None = None
    """A bearer token that is sent along."""

    def model_post_init(self, context: object, /) -> None:
        """Exactly one of the three forms."""
        if sum(form is not None for form in (self.url, self.file, self.env)) != 1:
            raise ValueError("give one of url, file and env")


class PagerDuty(Model):
    """A service of PagerDuty, through its Events API v2."""

    key: SecretRef
    """The integration key (routing key) of the service."""
    url: HttpUrl | None = None
    """The API's address where it is not the usual one: `https://events.eu.pagerduty.com/v2/enqueue`."""


class Responder(Model):
    """Whom Opsgenie or Jira Service Management calls; one of these."""

    team: Plain | None = None
    """A team by name."""
    user: Plain | None = None
    """A person by user name, which is a mail address."""
    schedule: Plain | None = None
    """Whoever is on call in a schedule."""
    escalation: Plain | None = None
    """An escalation by name."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(name is not None for name in (self.team, self.user, self.schedule, self.escalation)) != 1:
            raise ValueError("give one of team, user, schedule and escalation")
        return self


class Opsgenie(Model):
    """An API integration of Opsgenie, or of Jira Service Management, which has the same API."""

    key: SecretRef
    """The API key of the integration."""
    url: HttpUrl | None = None
    """The API's address where it is not the usual one: `https://api.eu.opsgenie.com/`."""
    responders: tuple[Responder, ...] = ()
    """Whom it calls; the integration's own team by default."""


class Telegram(Model):
    """A chat of Telegram, through a bot that is a member of it."""

    token: SecretRef
    """The bot's token."""
    chat: Annotated[int, AfterValidator(_chat)]
    """The chat's number; a group's is negative, such as `-1001234567890`."""
    topic: Annotated[int, Field(ge=1, le=(1 << 31) - 1)] | None = None
    """The number of a topic, in a group that has topics."""
    url: HttpUrl | None = None
    """A Bot API server of your own."""


class Mattermost(Model):
    """A room of Mattermost."""

    webhook: SecretRef
    """The address of an incoming webhook."""
    room: Plain | None = None
    """Such as `town-square` or `@someone`; what the webhook was made for by default."""


class Pushover(Model):
    """Phones, through an application of Pushover."""

    user: SecretRef
    """The key of a user or group."""
    token: SecretRef
    """The API token of the application."""
    device: Plain | None = None
    """One device by name; all by default."""
    sound: Plain | None = None
    """What it sounds like; the user's choice by default."""
    emergency: bool = False
    """Whether the worst severity rings every minute, for an hour, until somebody acknowledges it there."""


class RocketChat(Model):
    """A room of Rocket.Chat, through a personal access token."""

    url: HttpUrl
    """The server."""
    room: Plain
    """Such as `#alerts` or `@someone`."""
    user_id: Plain
    """Who posts: the user ID that is shown with the token."""
    token: SecretRef
    """The personal access token."""


class VictorOps(Model):
    """Splunk On-Call, once VictorOps, through its REST integration."""

    key: SecretRef
    """The API key: the part of the integration's address before the routing key."""
    routing_key: Plain
    """Which team is called."""
    url: HttpUrl | None = None
    """The integration's address without its last two parts, where it is not the usual one."""


class Jira(Model):
    """An issue for each problem: opened, kept up to date, and closed if you name the transition."""

    url: HttpUrl
    """The site, such as `https://example.atlassian.net`, or your own server."""
    project: Plain
    """The key of the project, such as `OPS`."""
    type: Plain = "Task"
    """The type of the issues."""
    token: SecretRef
    """An API token of `user`; without `user`, a personal access token of your own server."""
    user: Plain | None = None
    """Who it belongs to, a mail address."""
    priorities: tuple[Plain, ...] = ("Highest", "High", "Medium", "Low")
    """The project's own, the worst first: `Highest`, `High`, `Medium` and `Low` by default; `[]` if it has none."""
    resolve: Plain | None = None
    """The transition that closes an issue when the problem ends, such as `Done`."""
    reopen: Plain | None = None
    """The transition that opens it again when the problem comes back."""
    reopen_within: DurationText = Duration(7 * 86_400_000)
    """How long after it was closed; later there is a new issue."""


class Webex(Model):
    """A room of Webex, through a bot."""

    room: Plain
    """The room's ID."""
    token: SecretRef
    """The bot's access token."""


class IncidentIo(Model):
    """An alert source of incident.io, of the kind Alertmanager."""

    url: HttpUrl
    """The alert source's address."""
    token: SecretRef
    """The alert source's token."""


class Sns(Model):
    """A topic of Amazon SNS. No key is written: Alertmanager takes its machine's role or `AWS_*` of its environment."""

    topic: Topic
    """The topic's ARN, which names the region too."""
    role: Plain | None = None
    """The ARN of a role to take on."""
    profile: Plain | None = None
    """A profile of Alertmanager's shared AWS configuration."""

    @property
    def region(self) -> str:
        """The region that the topic is in."""
        return self.topic.split(":")[3]


class Channel(Model):
    """Where messages go; a channel may hold several ways."""

    email: Annotated[tuple[MailAddress, ...], BeforeValidator(listed), Shorthand({"type": "string"})] = ()
    """Who gets a mail."""
    slack: Annotated[SlackRoom, *shorthand("room")] | None = None
    """A room of Slack, such as `#alerts`."""
    webhook: Annotated[Webhook, *shorthand("url")] | None = None
    """What gets Alertmanager's JSON by HTTP POST."""
    pagerduty: Annotated[PagerDuty, *secret_in("key")] | None = None
    """A service of PagerDuty."""
    opsgenie: Annotated[Opsgenie, *secret_in("key")] | None = None
    """Opsgenie, or Jira Service Management."""
    telegram: Telegram | None = None
    """A chat of Telegram."""
    discord: SecretRef | None = None
    """The address of a webhook of a Discord channel."""
    teams: SecretRef | None = None
    """The address of a workflow of Microsoft Teams that posts to a channel when a webhook request is received."""
    mattermost: Annotated[Mattermost, *secret_in("webhook")] | None = None
    """A room of Mattermost."""
    pushover: Pushover | None = None
    """Phones, through Pushover."""
    rocketchat: RocketChat | None = None
    """A room of Rocket.Chat."""
    victorops: VictorOps | None = None
    """Splunk On-Call, once VictorOps."""
    jira: Jira | None = None
    """Issues of Jira."""
    webex: Webex | None = None
    """A room of Webex."""
    incidentio: IncidentIo | None = None
    """An alert source of incident.io."""
    sns: Annotated[Sns, *shorthand("topic")] | None = None
    """A topic of Amazon SNS."""

    def ways(self) -> tuple[str, ...]:
        """The keys that are given, in the order above."""
        return tuple(name for name in type(self).model_fields if getattr(self, name))

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if not self.ways():
            raise ValueError(f"names no way to reach anybody; give one of {', '.join(type(self).model_fields)}")
        return self
