"""The state of all targets as JSON, for load balancers and people."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from exporter.status import Status, health_score, overall
from exporter.web.response import Response


def health(statuses: Iterable[Status]) -> Response:
    """200 with `status` ok or degraded, 503 with down."""
    found = list(statuses)
    status = overall(found)
    document = {
        "status": status,
        "health_score": health_score(found),
        "targets": [_target(one) for one in found],
    }
    line = "503 Service Unavailable" if status == "down" else "200 OK"
    return Response(f"{json.dumps(document, indent=2)}\n".encode(), line, "application/json")


def moment(seconds: float) -> str:
    """Unix seconds as RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _target(status: Status) -> dict[str, object]:
    known = status.state != "unknown"
    shown: dict[str, object] = {"kind": status.key.kind, "target": status.key.target}
    if status.key.instance:
        shown["instance"] = status.key.instance
    shown["status"] = status.state
    shown["latency_seconds"] = round(status.latency, 6) if known else None
    shown["since"] = moment(status.since) if known else None
    shown["error"] = status.error or None
    return shown
