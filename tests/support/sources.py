"""What the watched things say of themselves: `INFO`, `SELECT`, `/proc`, Prometheus's and Alertmanager's own pages."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.live.conftest import fetch
from tests.support import driving_postgres, driving_redis
from tests.support.whole_stack import Whole

Source = Callable[[Whole], float]


def info(key: str, *, less: float = 0) -> Source:
    """A figure of Redis's `INFO`, `less` what asking adds to it."""

    def ask(whole: Whole) -> float:
        with driving_redis.client(whole.redis.port) as client:
            found: dict[str, Any] = client.info()
            return float(found[key]) - less

    return ask


def keys(whole: Whole) -> float:
    """How many keys Redis has."""
    with driving_redis.client(whole.redis.port) as client:
        return float(client.dbsize())


def sql(query: str) -> Source:
    """The one value of a query."""
    return lambda whole: float(driving_postgres.run(whole.postgres, query)[0][0])


def firing(whole: Whole, severity: str, state: str = "active") -> float:
    """How many alerts of a severity Alertmanager has in a state."""
    alerts = json.loads(fetch(f"{whole.alertmanager}/api/v2/alerts"))
    found = [alert for alert in alerts if alert["status"]["state"] == state]
    return float(sum(alert["labels"]["severity"] == severity for alert in found))


def series(whole: Whole) -> float:
    """How many series Prometheus has in memory."""
    return float(json.loads(fetch(f"{whole.prometheus.url}/api/v1/status/tsdb"))["data"]["headStats"]["numSeries"])


def samples(whole: Whole) -> float:
    """How many samples are on the exporter's page."""
    return float(sum(line[:1] != "#" for line in fetch(f"{whole.exporter}/metrics").splitlines()))


def memory(name: str = "MemTotal") -> float:
    """A figure of `/proc/meminfo` in bytes."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return {key.rstrip(":"): float(value) * 1024 for key, value, *_ in map(str.split, lines)}[name]


def available() -> float:
    """The memory that programs may still have, in bytes."""
    return memory("MemAvailable")


def uptime() -> float:
    """Seconds since the machine started."""
    return float(Path("/proc/uptime").read_text().split()[0])


def busy() -> float:
    """Seconds that the processors were not idle since the machine started, on average."""
    words = Path("/proc/stat").read_text().splitlines()[0].split()
    return uptime() - int(words[4]) / os.sysconf("SC_CLK_TCK") / (os.cpu_count() or 1)


def load() -> float:
    """The load of the last five minutes, by processor."""
    return os.getloadavg()[1] / (os.cpu_count() or 1)


def connections() -> float:
    """How many TCP connections are established."""
    names, values = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line[:4] == "Tcp:"]
    return float(dict(zip(names, values, strict=True))["CurrEstab"])
