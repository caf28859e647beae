"""Alertmanager's own count of what it delivers, read from its `/metrics`.

- `alertmanager_notification_requests_total`: attempts, and `alertmanager_notification_requests_failed_total` of them
- `alertmanager_notifications_failed_total`: messages that were given up; newer ones give a `reason`

Each has the label `integration`, and `receiver_name` where the feature `receiver-name-in-metrics` is on.
https://github.com/prometheus/alertmanager/blob/v0.33.1/notify/notify.go
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(
    r"^alertmanager_(notification_requests_total|notification_requests_failed_total|notifications_failed_total)"
    r"\{(.*)\} (\S+)$",
    re.MULTILINE,
)
_LABEL: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPE: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Count:
    """How often one integration was tried, and with what success."""

    delivered: int = 0
    refused: int = 0
    """Attempts that failed; Alertmanager tries again unless there is no point in it."""
    given_up: Mapping[str, int] | None = None
    """Messages that it no longer tries, by its reason; empty where it gives none."""

    def since(self, before: "Count") -> "Count":
        """What was added since `before`; nothing is ever less, unless it was restarted."""
        earlier = before.given_up or {}
        more = {reason: count - earlier.get(reason, 0) for reason, count in (self.given_up or {}).items()}
        return Count(
            max(0, self.delivered - before.delivered),
            max(0, self.refused - before.refused),
            {reason: count for reason, count in more.items() if count > 0},
        )


@dataclass(frozen=True, slots=True)
class Counters:
    """All counts at one moment."""

    samples: Mapping[tuple[str, str, str, str], int]
    """By family, integration, receiver (empty without the feature) and reason."""

    @classmethod
    def parse(cls, text: str) -> "Counters":
        """Read a `/metrics` page."""
        found: dict[tuple[str, str, str, str], int] = {}
        for family, labels, value in _LINE.findall(text):
            known = {name: _ESCAPE.sub(_unescaped, said) for name, said in _LABEL.findall(labels)}
            key = (family, known.get("integration", ""), known.get("receiver_name", ""), known.get("reason", ""))
            found[key] = int(float(value))
        return cls(found)

    @property
    def by_receiver(self) -> bool:
        """Whether receivers are told apart."""
        return any(receiver for _, _, receiver, _ in self.samples)

    def of(self, integration: str, receiver: str) -> Count:
        """The count of one integration of `receiver`; of all receivers, where they are not told apart."""
        sums: dict[str, int] = {}
        given_up: dict[str, int] = {}
        for (family, kind, name, reason), value in self.samples.items():
            if kind != integration or name not in {receiver, ""}:
                continue
            sums[family] = sums.get(family, 0) + value
            if family == "notifications_failed_total" and value:
                given_up[reason] = given_up.get(reason, 0) + value
        refused = sums.get("notification_requests_failed_total", 0)
        return Count(sums.get("notification_requests_total", 0) - refused, refused, given_up)


def _unescaped(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[1]
