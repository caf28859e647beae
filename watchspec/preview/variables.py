"""What Grafana puts in place of `$name` in a query.

https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from watchspec.preview.span import Span

Values = Callable[[str, str], Sequence[str]]
"""(label, selector) → the values that the label has in Prometheus."""
_NAME: Final = re.compile(r"\$(\w+)|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)(?::\w+)?\]\]")
_LABEL_VALUES: Final = re.compile(r"\s*label_values\((?:(.*),)?\s*(\w+)\s*\)\s*", re.DOTALL)
_ALL: Final = "$__all"


def chosen(dashboard: Mapping[str, Any], values: Values | None) -> dict[str, str]:
    """The variables of `dashboard` as its queries get them.

    One that nothing is chosen for has, as in Grafana, the first of its values; `values` asks for them. Without it, all.
    """
    found: dict[str, str] = {}
    for variable in dashboard.get("templating", {}).get("list", []):
        found[variable["name"]] = _value(variable, values, found)
    return found


def times(span: Span, step: float, least: float) -> dict[str, str]:
    """Grafana's own variables for a query in steps of `step` seconds, of series scraped every `least` seconds.

    A rate is over four scrapes at the least, and over a step and a scrape, so that no increase between two is lost
    (https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/#use-__rate_interval).
    """
    lengths = {
        "__interval": step,
        "__rate_interval": max(4 * least, step + least),
        "__range": round(span.seconds),
    }
    return {
        **{name: _text(length) for name, length in lengths.items()},
        "__interval_ms": str(round(step * 1000)),
        "__range_s": str(round(span.seconds)),
        "__range_ms": str(round(span.seconds * 1000)),
        "__from": str(round(span.start * 1000)),
        "__to": str(round(span.end * 1000)),
    }


def filled(text: str, known: Mapping[str, str]) -> str:
    """`text` with every variable that is `known`; a dollar before anything else stays."""
    return _NAME.sub(lambda match: known.get(match[1] or match[2] or match[3], match[0]), text)


def _value(variable: Mapping[str, Any], values: Values | None, known: Mapping[str, str]) -> str:
    now = variable.get("current", {}).get("value")
    if now in (_ALL, [_ALL]):
        return str(variable.get("allValue") or ".*")
    if isinstance(now, list) and now:
        return "|".join(re.escape(str(one)) for one in now)
    if now:
        return str(now)
    asked = _LABEL_VALUES.fullmatch(filled(_query(variable), known))
    there = values(asked[2], asked[1] or "") if asked and values else ()
    return there[0] if there else str(variable.get("allValue") or ".+")


def _query(variable: Mapping[str, Any]) -> str:
    query = variable.get("query", "")
    return str(query.get("query", "") if isinstance(query, dict) else query)


def _text(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms" if seconds % 1 else f"{round(seconds)}s"
