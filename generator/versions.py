"""Which version of a program has what the output would like to use."""

from typing import Final

KEEP_FIRING_FOR: Final = (2, 42)
"""Prometheus: `keep_firing_for` in rules, https://github.com/prometheus/prometheus/releases/tag/v2.42.0."""
EXPANDED_LABELS: Final = (3, 0)
"""Prometheus: `$` in external labels is expanded, https://prometheus.io/docs/prometheus/latest/migration/#flags."""
WEBHOOK_URL_FILE: Final = (0, 26)
"""Alertmanager: `url_file` of a webhook, https://github.com/prometheus/alertmanager/releases/tag/v0.26.0."""
TELEGRAM_TOPICS: Final = (0, 28)
"""Alertmanager: `message_thread_id`, https://github.com/prometheus/alertmanager/releases/tag/v0.28.0."""
SUPPRESSED: Final = (0, 28)
"""Alertmanager: messages that were muted are counted by reason, https://github.com/prometheus/alertmanager/pull/3565."""
JIRA_CLOUD: Final = (0, 29)
"""Alertmanager: the search that Jira Cloud has left, https://github.com/prometheus/alertmanager/releases/tag/v0.29.0."""


def reaches(version: str, wanted: tuple[int, ...]) -> bool:
    """Whether `version`, such as `3.5`, is `wanted` or later."""
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * len(wanted)) >= wanted
