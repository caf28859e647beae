"""What tests of manifests ask for: specs that tell in every way, and which files hold objects."""

from typing import Any, Final

import yaml

CHANNELS: Final = """
smtp: {host: "mail:587", from: a@example.com, username: me, password: {file: secrets/smtp}}
slack: {webhook: {file: secrets/slack}}
channels:
  mail: {email: [b@example.com, c@example.com]}
  chat: {slack: "#alerts", teams: {file: secrets/teams}, discord: {env: DISCORD}, webex: {room: r, token: {env: WEBEX}}}
  own-chat: {slack: {room: "#x", webhook: {file: secrets/own}}, telegram: {token: {file: a.b/c}, chat: -100, topic: 3}}
  hook: {webhook: {env: HOOK}}
  plain-hook: {webhook: {url: "http://hook:80/x", token: {file: /run/secrets/hook}}}
  pager: {pagerduty: {file: secrets/pager}}
  genie: {opsgenie: {key: {env: GENIE}, responders: [{team: t}, {user: u@example.com}]}}
  phones: {pushover: {user: {env: USER_KEY}, token: {env: APP}, emergency: true}, sns: "arn:aws:sns:eu-west-1:1:x"}
  others: {victorops: {key: {env: VICTOR}, routing_key: team}}
"""
"""Every way to tell that an AlertmanagerConfig knows, with every kind of secret."""
LACKING: Final = """
smtp: {host: "mail:587", from: a@example.com}
slack: {token: {file: secrets/bot}}
channels:
  mail: {email: b@example.com}
  bot: {slack: "#alerts"}
  issues: {jira: {url: "https://j", project: P, token: {env: J}}}
  matter: {mattermost: {env: M}}
  incident: {incidentio: {url: "https://i", token: {env: I}}}
  rocket: {rocketchat: {url: "https://r", room: "#r", user_id: u, token: {env: R}}}
severities:
  critical: {notify: [mail]}
  info: {notify: [mail], hours: {weekdays: monday:friday, times: "09:00-17:00", timezone: Europe/Belgrade}}
"""
"""What no AlertmanagerConfig can say."""


def is_object(path: str) -> bool:
    """Whether the file is an object of Kubernetes, and no script and no list of files."""
    return path.endswith(".yml") and not path.endswith("kustomization.yml")


def read(text: str) -> Any:  # noqa: ANN401  # YAML
    """The document in `text`, by the loader that is written in C."""
    return yaml.load(text, Loader=yaml.CSafeLoader)
