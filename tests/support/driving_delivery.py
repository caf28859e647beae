"""What people do to Alertmanager."""

import json
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen


def silence(alertmanager: str, alert: str, target: str) -> None:
    """Silence an alert of a target for an hour."""
    now = datetime.now(UTC)
    wanted = {"alertname": alert, "target": target}
    body = {
        "matchers": [{"name": name, "value": value, "isRegex": False} for name, value in wanted.items()],
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(hours=1)).isoformat(),
        "createdBy": "anna",
        "comment": "known",
    }
    headers = {"Content-Type": "application/json"}
    request = Request(f"{alertmanager}/api/v2/silences", json.dumps(body).encode(), headers)  # noqa: S310  # loopback
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        assert json.load(answer)["silenceID"]
