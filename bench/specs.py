"""Specs of many services, as text."""

from typing import Final

SETTINGS: Final = 40
"""Distinct settings of alerts among the services."""
TEAMS: Final = 4
_HEAD: Final = """
version: 1
name: bench
hosts: [{name: web-1}]
postgres: [{name: main-db, url: "postgresql://watchspec@postgres:5432/app"}]
smtp: {host: "mail:25", from: bench@example.com}
channels: {ops: {email: ops@example.com}}
severities: {critical: {notify: ops}, warning: {notify: ops}, info: {notify: ops}}
services:
"""


def services(count: int, teams: int = TEAMS) -> str:
    """A spec of so many services, each with metrics and an SLO, of so many teams and 40 settings of two alerts.

    A team stands on its alerts, so with as many teams as services every service has rules of its own.
    """
    return _HEAD.lstrip() + "".join(_service(index, index % SETTINGS, index % teams) for index in range(count))


def _service(index: int, setting: int, team: int) -> str:
    return (
        f'  - {{name: service-{index}, url: "http://service-{index}:8000", health: /health, metrics: /metrics, '
        f"instrumentation: fastapi, team: team-{team}, depends_on: [main-db], slo: {{availability: 99.9%}}, "
        f"alerts: {{HighErrorRate: {{warning: {1 + setting / 10:.1f}%, critical: {6 + setting / 10:.1f}%}}, "
        f"ServiceDown: {{for: {60 + setting}s}}}}}}\n"
    )
