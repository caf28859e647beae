"""PostgreSQL's settings → `pg_settings_*`: numbers and switches, in base units."""

import re
from functools import lru_cache
from typing import Final

# What our own session has set is the server's where it says what a session begins with. A transaction's own are never
# in that list; they follow from the default, and on a standby every transaction is read only.
SQL: Final = """
SELECT name, CASE name
    WHEN 'transaction_read_only' THEN
      CASE WHEN pg_is_in_recovery() THEN 'on'
        ELSE max(reset_val) FILTER (WHERE name = 'default_transaction_read_only') OVER () END
    WHEN 'transaction_deferrable' THEN
      max(reset_val) FILTER (WHERE name = 'default_transaction_deferrable') OVER ()
    ELSE CASE WHEN source = 'session' THEN reset_val ELSE setting END END, coalesce(unit, ''), short_desc
FROM pg_settings WHERE vartype IN ('bool', 'integer', 'real') ORDER BY name"""
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_BYTES: Final = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_SIZE: Final = re.compile(r"(\d*)(B|kB|MB|GB|TB)")
"""Units such as `kB`, `8kB` (a block) and `16MB` (a segment)."""


@lru_cache(maxsize=2048)
def converted(name: str, text: str, unit: str) -> tuple[str, float] | None:
    """Family and value of one setting; `None` where it is no number.

    -1 stays -1 in every unit: it means off, or without limit.
    """
    try:
        value = {"on": 1.0, "off": 0.0}[text] if text in {"on", "off"} else float(text)
    except ValueError:
        return None
    factor, suffix = _unit(unit)
    family = f"pg_settings_{re.sub(r'[^a-zA-Z0-9_]', '_', name)}{suffix}"
    return family, value if value == -1 else value * factor


def _unit(unit: str) -> tuple[float, str]:
    if unit in _SECONDS:
        return _SECONDS[unit], "_seconds"
    if match := _SIZE.fullmatch(unit):
        return int(match[1] or 1) * _BYTES[match[2]], "_bytes"
    return 1.0, ""
