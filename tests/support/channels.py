"""A spec with every way to reach somebody, each in a channel of its name, and all secrets in the environment."""

from typing import Final

SECRETS: Final = {
    "SMTP": "hush-smtp",
    "SLACK": "https://hooks.slack.com/services/hush-slack",
    "SLACK_BOT": "hush-slack-bot",
    "SLACK_OWN": "https://hooks.slack.com/services/hush-own",
    "HOOK": "https://hook.example.com/hush-hook",
    "HOOK_TOKEN": "hush-hook-token",
    "PAGERDUTY": "hush-pagerduty",
    "OPSGENIE": "hush-opsgenie",
    "TELEGRAM": "1:hush-telegram",
    "DISCORD": "https://discord.com/api/webhooks/1/hush-discord",
    "TEAMS": "https://prod.logic.azure.com/hush-teams",
    "MATTERMOST": "https://mattermost.example.com/hooks/hush-mattermost",
    "PUSHOVER_USER": "hush-pushover-user",
    "PUSHOVER": "hush-pushover",
    "ROCKETCHAT": "hush-rocketchat",
    "VICTOROPS": "hush-victorops",
    "JIRA": "hush-jira",
    "WEBEX": "hush-webex",
    "INCIDENTIO": "hush-incidentio",
}
"""Variable of the environment → what it holds."""

CHANNELS: Final = """
smtp: {host: "127.0.0.1:25", from: alerts@example.com, require_tls: false, username: me, password: {env: SMTP}}
slack: {webhook: {env: SLACK}}
channels:
  email: {email: ops@example.com}
  slack: {slack: "#alerts"}
  slack-bot: {slack: {room: "#alerts", token: {env: SLACK_BOT}}}
  slack-own: {slack: {webhook: {env: SLACK_OWN}}}
  webhook: {webhook: {env: HOOK, token: {env: HOOK_TOKEN}}}
  webhook-plain: {webhook: "http://plain.example.com/alerts"}
  pagerduty: {pagerduty: {env: PAGERDUTY}}
  opsgenie: {opsgenie: {key: {env: OPSGENIE}, responders: [{team: platform}, {user: a@example.com}]}}
  telegram: {telegram: {token: {env: TELEGRAM}, chat: -100123}}
  telegram-topic: {telegram: {token: {env: TELEGRAM}, chat: -100124, topic: 5}}
  discord: {discord: {env: DISCORD}}
  teams: {teams: {env: TEAMS}}
  mattermost: {mattermost: {webhook: {env: MATTERMOST}, room: town-square}}
  pushover: {pushover: {user: {env: PUSHOVER_USER}, token: {env: PUSHOVER}, emergency: true}}
  rocketchat: {rocketchat: {url: "https://chat.example.com", room: "#alerts", user_id: u1, token: {env: ROCKETCHAT}}}
  victorops: {victorops: {key: {env: VICTOROPS}, routing_key: platform}}
  jira:
    jira: {url: "https://example.atlassian.net", project: OPS, user: a@example.com, token: {env: JIRA},
           resolve: Done, reopen: To Do}
  webex: {webex: {room: r1, token: {env: WEBEX}}}
  incidentio: {incidentio: {url: "https://api.incident.io/v2/alert_events/alertmanager/1", token: {env: INCIDENTIO}}}
  sns: {sns: "arn:aws:sns:eu-west-1:123456789012:alerts"}
"""
