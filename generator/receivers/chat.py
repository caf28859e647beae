"""Rooms that people read: Slack, Discord, Teams, Mattermost, Rocket.Chat, Telegram, Webex."""

from collections.abc import Iterator, Mapping
from typing import Final

from generator.receivers.way import Context, Integration, given, said
from watchspec.spec import Channel
from watchspec.spec.channels import Slack, SlackRoom

_POST: Final = "https://slack.com/api/chat.postMessage"
_HEX: Final[Mapping[str, str]] = {"danger": "#D00000", "warning": "#E8A317", "good": "#2EB67D"}
"""Slack's named colours, for services that know numbers only."""


def slack(channel: Channel, context: Context) -> Iterator[Integration]:
    """Titles have at most 1024 characters, which Alertmanager cuts."""
    if channel.slack is not None:
        yield {
            **given(channel=channel.slack.room),
            **_slack_access(channel.slack, context),
            "color": context.color(),
            "title": said("subject"),
            "title_link": "{{ .ExternalURL }}",
            "text": said("markdown"),
            "fallback": said("subject"),
        }


def _slack_access(room: SlackRoom, context: Context) -> Integration:
    """Nothing for the workspace's webhook, which is global. A bot's token is sent as every version can."""
    if room.webhook is not None:
        return {"api_url_file": context.file(room.webhook)}
    bot = room.token or (context.workspace or Slack.model_construct()).token
    return {} if bot is None else {"api_url": _POST, **context.bearer(bot)}


def discord(channel: Channel, context: Context) -> Iterator[Integration]:
    """Titles have at most 256 characters and messages 4096, which Alertmanager cuts."""
    if channel.discord is not None:
        yield {
            "webhook_url_file": context.file(channel.discord),
            "title": said("subject"),
            "message": said("commonmark"),
        }


def teams(channel: Channel, context: Context) -> Iterator[Integration]:
    """An adaptive card of at most 28 KB."""
    if channel.teams is not None:
        yield {"webhook_url_file": context.file(channel.teams), "title": said("subject"), "text": said("commonmark")}


def mattermost(channel: Channel, context: Context) -> Iterator[Integration]:
    """As an attachment: 0.30 and 0.31 know a title and a colour there only.

    What would be a template of Alertmanager's own is emptied: some packages hold new programs with old templates.
    """
    if channel.mattermost is not None:
        yield {
            "webhook_url_file": context.file(channel.mattermost.webhook),
            **given(channel=channel.mattermost.room),
            "username": "",
            "text": "",
            "attachments": [
                {
                    "title": said("subject"),
                    "title_link": "{{ .ExternalURL }}",
                    "text": said("commonmark"),
                    "fallback": said("subject"),
                    "color": _hexadecimal(context.color()),
                }
            ],
        }


def rocketchat(channel: Channel, context: Context) -> Iterator[Integration]:
    """Alertmanager reads this token once, with its configuration. Its own templates are left out, as above."""
    room = channel.rocketchat
    if room is not None:
        yield {
            "api_url": room.url,
            "channel": room.room,
            "token_id": room.user_id,
            "token_file": context.file(room.token),
            "color": _hexadecimal(context.color()),
            "title": said("subject"),
            "title_link": "{{ .ExternalURL }}",
            "text": said("commonmark"),
            "emoji": "",
            "icon_url": "",
        }


def telegram(channel: Channel, context: Context) -> Iterator[Integration]:
    """A message of more than 4096 characters would be replaced by a notice: the template keeps within them."""
    chat = channel.telegram
    if chat is not None:
        yield {
            **given(api_url=chat.url),
            "bot_token_file": context.file(chat.token),
            "chat_id": chat.chat,
            **given(message_thread_id=chat.topic),
            "parse_mode": "HTML",
            "message": said("telegram"),
        }


def webex(channel: Channel, context: Context) -> Iterator[Integration]:
    """Messages have no title, and at most 7439 bytes, which Alertmanager cuts."""
    if channel.webex is not None:
        yield {
            "room_id": channel.webex.room,
            **context.bearer(channel.webex.token),
            "message": f"**{said('subject')}**\n\n{said('commonmark')}",
        }


def _hexadecimal(color: str) -> str:
    for name, number in _HEX.items():
        color = color.replace(name, number)
    return color
