"""What is neither a room nor a pager: mail, webhooks, issues of Jira, topics of Amazon SNS."""

from collections.abc import Iterator
from typing import Final

from generator.receivers.way import Context, Integration, given, said
from watchspec.spec import Channel

_SNS_SUBJECT: Final = (
    '{{ printf "%.90s" (print .CommonLabels.severity " " .CommonLabels.alertname " " .CommonLabels.target) }}'
)
"""SNS refuses a subject of 100 characters, and Alertmanager does not cut it.
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""


def email(channel: Channel, context: Context) -> Iterator[Integration]:
    """One message for each address."""
    for address in channel.email:
        yield {
            "to": address,
            "headers": {"Subject": said("subject")},
            "html": said("html"),
            "text": said("text"),
        }


def webhook(channel: Channel, context: Context) -> Iterator[Integration]:
    """It gets Alertmanager's JSON."""
    hook = channel.webhook
    if hook is not None:
        yield {
            **({"url": hook.url} if hook.url is not None else {"url_file": context.file(hook)}),
            **(context.bearer(hook.token) if hook.token is not None else {}),
        }


def jira(channel: Channel, context: Context) -> Iterator[Integration]:
    """Version 2 of its API, which takes text. Summaries have at most 255 characters, which Alertmanager cuts."""
    site = channel.jira
    if site is None:
        return
    login = {"basic_auth": {"username": site.user, "password_file": context.file(site.token)}}
    yield {
        "api_url": f"{site.url.rstrip('/')}/rest/api/2",
        **({"http_config": login} if site.user else context.bearer(site.token)),
        "project": site.project,
        "issue_type": site.type,
        "summary": said("subject"),
        "description": said("text"),
        "labels": ["watchspec"],
        **given(priority=context.urgency.of(site.priorities) if site.priorities else None),
        **given(resolve_transition=site.resolve),
        **({"reopen_transition": site.reopen, "reopen_duration": str(site.reopen_within)} if site.reopen else {}),
    }


def sns(channel: Channel, context: Context) -> Iterator[Integration]:
    """Messages have at most 256 KB, which Alertmanager cuts."""
    topic = channel.sns
    if topic is not None:
        yield {
            "topic_arn": topic.topic,
            "sigv4": {"region": topic.region, **given(role_arn=topic.role, profile=topic.profile)},
            "subject": _SNS_SUBJECT,
            "message": said("text"),
        }
