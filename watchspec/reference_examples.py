"""The words of the reference that the models do not hold: its introduction, and an example of each section."""

from collections.abc import Mapping
from typing import Final

INTRODUCTION: Final = """\
# The spec

One YAML file, `monitoring.yml`, says everything. This page is rendered from the models that read it. For editors there
is a JSON Schema: `watchspec schema > monitoring.schema.json`.

The file is read as YAML 1.2: `22:30`, `on` and `2026-12-05` are text. Unknown and duplicate keys are errors.
`watchspec check` shows every mistake at once, each with its line, and names what is accepted but not put to use yet.

| written as | examples |
|---|---|
| duration | `300ms`, `15s`, `5m`, `1h30m`, `30d` |
| percentage | `2%`, `99.9%` |
| size | `512MB`, `10GB`; K, M, G… are powers of 1024 |
| name | any printable text on one line, at most 200 characters |

`a → b` is a mapping from a to b. What is not required and has no default is not set. The smallest spec:

```yaml
version: 1
name: shop
hosts:
  - name: web-1
```"""

EXAMPLES: Final[Mapping[str, str]] = {
    "hosts": """
hosts:
  - name: web-1
    filesystems: {exclude: [/boot]}
    alerts: {HostDiskUsage: {warning: 75%, critical: 90%}}
""",
    "services": """
services:
  - name: api-gateway
    url: [http://api-1:8000, http://api-2:8000]
    health: /health
    metrics: /metrics
    instrumentation: fastapi
    team: platform
    depends_on: [main-db, cache]
    alerts: {HighErrorRate: {warning: 1%, critical: 2%, for: 2m}}
""",
    "services.instrumentation": """
services:
  - name: api-gateway
    url: http://api:8000
    metrics: /metrics
    instrumentation: {requests: app_requests_total, duration: app_latency_seconds, status: code, route: path}
""",
    "services.headers": """
services:
  - name: admin
    url: https://admin.example.com
    headers: {X-Probe: watchspec, Authorization: {secret: {file: secrets/probe_token}}}
""",
    "services.health": """
services:
  - name: shop
    url: https://shop.example.com
    health: {path: /health, status: [200, 204], body: {contains: '"ok"'}, headers: {Content-Type: application/json}}
  - name: mail
    url: tcp://mail:25
    health: {body: {contains: "220 "}}
""",
    "services.slo": """
services:
  - name: api-gateway
    url: http://api:8000
    slo: {availability: 99.9%, latency: {below: 300ms, for: 99%}, window: 30d}
  - name: site
    url: https://site.example.com
    slo: {availability: 99.5%, from: probes, missing: bad}
""",
    "services.slo.from": """
services:
  - name: mailer
    url: tcp://mailer:25
    slo:
      availability: 99%
      from: {bad: "sum(rate(mails_failed_total[5m]))", total: "sum(rate(mails_total[5m]))"}
""",
    "redis": """
redis:
  - name: cache
    url: redis://redis:6379/0
    password: {file: secrets/redis_password}
    queues: {"queue:default": {warning: 1000}}
""",
    "postgres": """
postgres:
  - name: main-db
    url: postgresql://watchspec@postgres:5432/app
    password: {env: PGPASSWORD}
    databases: {exclude: [scratch_*]}
""",
    "postgres.queries": """
postgres:
  - name: main-db
    url: postgresql://watchspec@postgres:5432/app
    queries:
      - name: payments_total
        help: Payments by outcome.
        sql: SELECT outcome, count(*) AS value FROM payments GROUP BY outcome
        type: counter
        labels: [outcome]
""",
    "jobs": """
jobs:
  - name: nightly-backup
    file: /backups/latest.dump
    every: 24h
""",
    "rules": """
rules:
  - alert: WebSocketDisconnectSpike
    expr: increase(websocket_disconnections_total[5m]) > 10
    for: 1m
    severity: warning
    summary: WebSocket clients of {{ $labels.target }} are dropping
    test: {series: {'websocket_disconnections_total{target="realtime"}': 0+20x10}, fires_at: 7m}
""",
    "smtp": """
smtp:
  host: smtp.example.com:587
  from: alerts@example.com
  username: alerts@example.com
  password: {file: secrets/smtp}
""",
    "slack": """
slack: {webhook: {file: secrets/slack_webhook}}
""",
    "channels": """
channels:
  ops-mail: {email: [ops@example.com]}
  ops-slack: {slack: "#alerts"}
  inbox: {webhook: http://inbox.internal:8080/alerts}
  pager: {pagerduty: {file: secrets/pagerduty}, pushover: {user: {file: secrets/us}, token: {file: secrets/pushover}}}
  abroad: {teams: {env: TEAMS_WEBHOOK}, sns: "arn:aws:sns:eu-west-1:123456789012:alerts"}
""",
    "channels.slack": """
channels:
  ours: {slack: "#alerts"}
  guests: {slack: {room: "#outages", token: {file: secrets/their_bot}}}
""",
    "channels.opsgenie": """
channels:
  on-call: {opsgenie: {key: {file: secrets/opsgenie}, responders: [{team: platform}, {schedule: nights}]}}
""",
    "channels.telegram": """
channels:
  phones: {telegram: {token: {env: TELEGRAM_TOKEN}, chat: -1001234567890}}
""",
    "channels.jira": """
channels:
  issues:
    jira:
      url: https://example.atlassian.net
      project: OPS
      user: bot@example.com
      token: {file: secrets/jira}
      resolve: Done
""",
    "severities": """
severities:
  critical: {notify: [ops-mail, ops-slack], repeat: 1h}
  warning: {notify: [ops-slack], repeat: 4h, hours: {weekdays: monday:friday, times: "09:00-17:00"}}
""",
    "routes": """
routes:
  - {team: data, notify: [data-mail]}
""",
    "maintenance": """
maintenance:
  - {name: backups, targets: [main-db], weekdays: sunday, times: "02:00-04:00", timezone: Europe/Belgrade}
  - {name: migration, from: 2026-12-05T22:00, to: 2026-12-06T03:30}
""",
    "prometheus": """
prometheus: {scrape_interval: 15s, retention: 45d, retention_size: 10GB, keep: used}
""",
    "versions": """
versions: {prometheus: 3.5, alertmanager: 0.33, grafana: 12}
""",
    "links": """
links: {grafana: https://grafana.example.com, runbooks: https://git.example.com/ops/blob/main/docs/alerts}
""",
    "Alert setting": """
alerts:
  HostMemoryUsage: {warning: 80%, critical: {above: 90%, for: 1m}, for: 5m}
  HighLatency: {route: /api/scan, quantile: 95%, warning: 300ms}
  HostSwapping: off
""",
}
"""Title of a section → what it may look like; each is a spec but for its `version` and `name`."""
