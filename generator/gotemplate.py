"""Annotations and labels as Prometheus renders them: the few forms of Go templates that the catalogue uses.

The figures follow https://github.com/prometheus/prometheus/blob/main/template/template.go.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote_plus

_ACTION: Final = re.compile(r"\{\{(.*?)\}\}")
_LITERAL: Final = re.compile(r'\{\{ "\{\{" \}\}')
_LARGE: Final = ("", "k", "M", "G", "T", "P", "E", "Z", "Y")
_SMALL: Final = ("", "m", "u", "n", "p", "f", "a", "z", "y")


def expand(text: str, labels: Mapping[str, str], value: float) -> str:
    """`text` for a series with `labels` and `value`; raises `ValueError` for a form that is not known here."""
    # A literal "{{" is set aside first: what follows it is no action.
    parts = _LITERAL.split(text)
    return "{{".join(_ACTION.sub(lambda found: _action(found[1].strip(), labels, value), part) for part in parts)


def _action(action: str, labels: Mapping[str, str], value: float) -> str:
    if action.startswith("/*"):
        return ""
    if action == 'printf "%.0f" $value':
        return f"{value:.0f}"
    subject, _, pipe = (part.strip() for part in action.partition("|"))
    if subject.startswith("$labels."):
        found = labels[subject.removeprefix("$labels.")]
        if pipe in {"", "urlquery"}:
            return quote_plus(found) if pipe else found
    elif subject == "$value" and pipe in FIGURES:
        return FIGURES[pipe](value)
    raise ValueError(f"a template that the tests cannot follow: {action}")


def humanize(value: float) -> str:
    """`1.5k`, `20m`: four digits and a prefix of the SI."""
    if not value:
        return "0"
    scaled, prefixes = value, _LARGE if abs(value) >= 1 else _SMALL
    for prefix in prefixes:
        if 1 <= abs(scaled) < 1000 or prefix == prefixes[-1]:
            break
        scaled = scaled / 1000 if prefixes is _LARGE else scaled * 1000
    return f"{scaled:.4g}{prefix}"


def humanize_1024(value: float) -> str:
    """`1.5ki`, `20`: four digits and a binary prefix."""
    scaled, prefixes = value, ("", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
    for prefix in prefixes:
        if abs(scaled) < 1024 or prefix == prefixes[-1]:
            break
        scaled /= 1024
    return f"{scaled:.4g}{prefix}"


def humanize_percentage(value: float) -> str:
    """`91.8%`: four digits."""
    return f"{value * 100:.4g}%"


def humanize_duration(value: float) -> str:
    """`1h 2m 3s`; below a minute `1.5s` and `20ms`."""
    if not value:
        return "0s"
    if abs(value) < 1:
        return f"{humanize(value)}s"
    if abs(value) < 60:
        return f"{value:.4g}s"
    minutes, seconds = divmod(int(abs(value)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    first = next(place for place, (count, _) in enumerate(parts) if count)
    return ("-" if value < 0 else "") + " ".join(f"{count}{unit}" for count, unit in parts[first:])


FIGURES: Final[Mapping[str, Callable[[float], str]]] = {
    "humanize": humanize,
    "humanize1024": humanize_1024,
    "humanizePercentage": humanize_percentage,
    "humanizeDuration": humanize_duration,
}
"""The filters of `$value` that the tests can follow."""
