"""JSON health bodies → which components are up.

Shapes that are understood, under any of the keys `components`, `checks`, `entries` and `details`:

- `{"components": {"db": {"status": "up"}}}`: Spring Boot Actuator, .NET;
- `{"checks": {"db": true, "cache": "ok"}}`: hand-written ones;
- `{"checks": {"db:connections": [{"status": "pass"}]}}`: the draft of `application/health+json`
  (https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06); up if every entry is;
- `{"checks": [{"name": "db", "status": "UP"}]}`: Eclipse MicroProfile.
"""

import json
from collections.abc import Iterable
from typing import Final

_KEYS: Final = ("components", "checks", "entries", "details")
_UP: Final = frozenset({"ok", "up", "pass", "passing", "warn", "healthy", "true", "connected", "available", "alive"})
_SILENT: Final = frozenset({"", "unknown", "disabled", "skipped"})
_MOST: Final = 50
"""Components that are published at the most; each is a series."""
_LONGEST_NAME: Final = 100


def components(body: bytes) -> dict[str, bool]:
    """Component → whether it is up; empty if the body is not JSON of a known shape."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    found: dict[str, bool] = {}
    for key in _KEYS:
        for name, value in _entries(document.get(key)):
            up = _is_up(value)
            if up is not None and name and len(found) < _MOST:
                found.setdefault(name[:_LONGEST_NAME], up)
    return found


def _entries(section: object) -> Iterable[tuple[str, object]]:
    if isinstance(section, dict):
        return section.items()
    if isinstance(section, list):
        return [(str(entry.get("name", "")), entry) for entry in section if isinstance(entry, dict)]
    return ()


def _is_up(value: object) -> bool | None:
    match value:
        case bool():
            return value
        case str():
            word = value.strip().lower()
            return None if word in _SILENT else word in _UP
        case {"status": (str() | bool()) as status}:
            return _is_up(status)
        case list():
            known = [up for up in map(_is_up, value) if up is not None]
            return all(known) if known else None
        case _:
            return None
