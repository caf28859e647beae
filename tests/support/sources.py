"""What the watched things say of themselves: `INFO`, `SELECT`, `/proc`, the shop's own page, Alertmanager."""

import json
import os
from pathlib import Path
from typing import Any

from tests.live.conftest import fetch
from tests.support import driving_postgres, driving_redis
from tests.support.whole_stack import Whole


def info(whole: Whole, key: str) -> float:
    """A figure of Redis's `INFO`."""
    with driving_redis.client(whole.redis.port) as client:
        found: dict[str, Any] = client.info()
        return float(found[key])


def sql(whole: Whole, query: str) -> float:
    """The one value of a query."""
    return float(driving_postgres.run(whole.postgres, query)[0][0])


def firing(whole: Whole, severity: str) -> float:
    """How many alerts Alertmanager knows of a severity."""
    alerts = json.loads(fetch(f"{whole.alertmanager}/api/v2/alerts?active=true"))
    return float(sum(alert["labels"]["severity"] == severity for alert in alerts))


def mails(whole: Whole) -> float:
    """How many have arrived."""
    return float(sum(message["kind"] == "mail" for message in json.loads(fetch(f"{whole.mailbox}/messages"))))


def memory() -> dict[str, float]:
    """`/proc/meminfo` in bytes."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return {name.rstrip(":"): float(value) * 1024 for name, value, *_ in map(str.split, lines)}


def busy() -> float:
    """Seconds that the processors were not idle since the machine started, on average."""
    words = Path("/proc/stat").read_text().splitlines()[0].split()
    idle = int(words[4]) / os.sysconf("SC_CLK_TCK") / (os.cpu_count() or 1)
    return float(Path("/proc/uptime").read_text().split()[0]) - idle


def used(mount: str = "/") -> float:
    """The share of a file system that is not to be had."""
    found = os.statvfs(mount)
    return 1 - found.f_bavail / found.f_blocks


def load() -> float:
    """The load of the last minute."""
    return os.getloadavg()[0]
