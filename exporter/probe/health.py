"""JSON health bodies → whether the whole is well, and which components are up.

Shapes that are understood, under any of the keys `components`, `checks`, `entries` and `details`:

- `{"status": "UP", "components": {"db": {"status": "up"}}}`: Spring Boot Actuator, .NET; a component may have
  components of its own, which are named `db/primary`;
- `{"checks": {"db": true, "cache": "ok"}}`: hand-written ones;
- `{"checks": {"db:connections": [{"status": "pass"}]}}`: the draft of `application/health+json`
  (https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06); up if every entry is;
- `{"checks": [{"name": "db", "status": "UP"}]}`: Eclipse MicroProfile.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

_KEYS: Final = ("components", "checks", "entries", "details")
_UP: Final = frozenset({"ok", "up", "pass", "passing", "warn", "healthy", "true", "connected", "available", "alive"})
_SILENT: Final = frozenset({"", "unknown", "disabled", "skipped"})
_MOST: Final = 50
"""Components that are published at the most; each is a series."""
_LONGEST_NAME: Final = 100
_DEEPEST: Final = 3
"""Components within components."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a health page says."""

    well: bool | None
    """Of the whole; `None` if it says nothing, or nothing that is understood."""
    components: Mapping[str, bool]
    """Component → whether it is up."""


def read(body: bytes) -> Health | None:
    """What the page says; `None` if it is not a JSON object."""
    if body[:1] not in {b"{", b" ", b"\n", b"\r", b"\t"}:  # most pages are HTML: not worth a parser
        return None
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    found: dict[str, bool] = {}
    for name, up in islice(_components(document, "", 0), _MOST):
        found.setdefault(name[:_LONGEST_NAME], up)
    status = document.get("status")
    return Health(_is_up(status) if isinstance(status, str | bool) else None, found)


def _components(section: Mapping[str, object], above: str, depth: int) -> Iterator[tuple[str, bool]]:
    for key in _KEYS:
        for name, value in _entries(section.get(key)):
            up = _is_up(value)
            if up is not None and name:
                yield above + name, up
            if isinstance(value, dict) and depth < _DEEPEST:
                yield from _components(value, f"{above}{name}/", depth + 1)


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
