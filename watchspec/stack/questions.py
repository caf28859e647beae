"""What to ask the parts of a running stack; every answer that does not come is a `RemoteFailure`, within a deadline."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from watchspec.remote import Remote
from watchspec.stack.composed import login
from watchspec.stack.reload import RELOADING, gauge
from watchspec.stack.status import Part, Targets

PATIENCE_SECONDS: Final = 5.0
UP: Final = "target:up:max"
"""The record of whether a target is up, whoever watches it."""
_MUTED: Final = [("silenced", "false"), ("inhibited", "false"), ("active", "true")]


def remote(folder: Path, part: Part) -> Remote:
    """A part of the stack in `folder`."""
    return Remote(part.name, part.address, "of the stack that runs", login(folder, part.address))


def ready(found: Remote, part: str) -> None:
    """Return if the part answers that it is ready."""
    found.ask("GET", "/api/health" if part == "grafana" else "/-/ready", patience=PATIENCE_SECONDS)


def version(found: Remote, part: str) -> str:
    """Its version."""
    match part:
        case "prometheus":
            return str(_data(found, "/api/v1/status/buildinfo")["version"])
        case "alertmanager":
            return str(found.json(dict, "GET", "/api/v2/status", patience=PATIENCE_SECONDS)["versionInfo"]["version"])
        case "exporter":
            page = found.ask("GET", RELOADING[part].metrics, patience=PATIENCE_SECONDS)
            seen = re.search(r'^watchspec_build_info\{version="([^"]*)"', page, re.MULTILINE)
            return seen[1] if seen else ""
        case _:  # Grafana may hide it from who has not logged in
            return str(found.json(dict, "GET", "/api/health", patience=PATIENCE_SECONDS).get("version", ""))


def took(found: Remote, part: str) -> bool:
    """Whether its last reload worked."""
    page = found.ask("GET", RELOADING[part].metrics, patience=PATIENCE_SECONDS)
    return gauge(page, RELOADING[part].success) == 1


def targets(prometheus: Remote, expected: Iterable[str]) -> Targets:
    """What is up, and what is not, as the records say; scrapes that fail; and what of `expected` is neither."""
    rows = _data(prometheus, "/api/v1/query", [("query", UP)])["result"]
    by_target = {row["metric"]["target"]: float(row["value"][1]) for row in rows}
    scrapes = _data(prometheus, "/api/v1/targets", [("state", "active")])["activeTargets"]
    failing = {one["labels"].get("target") or one["scrapeUrl"] for one in scrapes if one["health"] == "down"}
    down = {name for name, value in by_target.items() if value != 1} | failing
    return Targets(len(by_target.keys() - down), sorted(down), sorted({*expected} - by_target.keys() - down))


def rules(prometheus: Remote) -> Counter[tuple[str, str]]:
    """Group and name of every rule that is loaded."""
    groups = _data(prometheus, "/api/v1/rules")["groups"]
    return Counter((group["name"], rule["name"]) for group in groups for rule in group["rules"])


def firing(alertmanager: Remote, order: Iterable[str]) -> Mapping[str, int]:
    """Severity → how many alerts nothing mutes, in this order of severities; the watchdog has none of them."""
    found = alertmanager.json(list, "GET", "/api/v2/alerts", _MUTED, patience=PATIENCE_SECONDS)
    counts = Counter(alert["labels"].get("severity", "") for alert in found)
    known = [*order] or sorted(counts.keys() - {"", "none"})
    return {severity: counts[severity] for severity in known if counts[severity]}


def silences(alertmanager: Remote) -> int:
    """How many are active."""
    found = alertmanager.json(list, "GET", "/api/v2/silences", patience=PATIENCE_SECONDS)
    return sum(1 for silence in found if silence["status"]["state"] == "active")


def _data(found: Remote, path: str, query: Iterable[tuple[str, str]] = ()) -> Any:  # noqa: ANN401  # JSON
    return found.json(dict, "GET", path, query, patience=PATIENCE_SECONDS)["data"]
