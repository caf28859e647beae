"""Every way to reach somebody: the key of a channel → what Alertmanager calls it, and since when.

Versions: https://github.com/prometheus/alertmanager/blob/main/CHANGELOG.md
"""

from collections.abc import Mapping
from typing import Final

from generator.receivers import chat, paging, post
from generator.receivers.way import Way

WAYS: Final[Mapping[str, Way]] = {
    "email": Way("email_configs", "mail", (0, 1), post.email),
    "slack": Way("slack_configs", "Slack", (0, 22), chat.slack),
    "webhook": Way("webhook_configs", "a webhook", (0, 1), post.webhook),
    "pagerduty": Way("pagerduty_configs", "PagerDuty", (0, 25), paging.pagerduty),
    "opsgenie": Way("opsgenie_configs", "Opsgenie", (0, 24), paging.opsgenie),
    "telegram": Way("telegram_configs", "Telegram", (0, 26), chat.telegram),
    "discord": Way("discord_configs", "Discord", (0, 27), chat.discord),
    "teams": Way("msteamsv2_configs", "Microsoft Teams", (0, 28), chat.teams),
    "mattermost": Way("mattermost_configs", "Mattermost", (0, 30), chat.mattermost),
    "pushover": Way("pushover_configs", "Pushover", (0, 26), paging.pushover),
    "rocketchat": Way("rocketchat_configs", "Rocket.Chat", (0, 28), chat.rocketchat),
    "victorops": Way("victorops_configs", "Splunk On-Call", (0, 25), paging.victorops),
    "jira": Way("jira_configs", "Jira", (0, 28), post.jira),
    "webex": Way("webex_configs", "Webex", (0, 25), chat.webex),
    "incidentio": Way("incidentio_configs", "incident.io", (0, 29), paging.incidentio),
    "sns": Way("sns_configs", "Amazon SNS", (0, 23), post.sns),
}
