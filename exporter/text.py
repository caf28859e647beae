"""The text format 0.0.4 of Prometheus: families → bytes.

`prometheus_client` has a writer too, but it renames counters that do not end in `_total`, of which the compatible
names have fifty. Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from collections.abc import Iterable
from typing import Final

from exporter.families import Family

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def merged(families: Iterable[Family]) -> tuple[list[Family], int]:
    """Families joined by name and sorted, and the number of samples dropped.

    The first family of a name gives type and help; a later one of another type is dropped. Of two samples of one
    series the first one stays.
    """
    found: dict[str, Family] = {}
    dropped = 0
    for family in families:
        first = found.get(family.name)
        if first is None:
            first = found[family.name] = Family(family.name, family.type, family.help)
        if first.type == family.type:
            first.samples += family.samples
        else:
            dropped += len(family.samples)
    for family in found.values():
        if len(dict(family.samples)) != len(family.samples):
            unique: dict[str, float] = {}
            for series, value in family.samples:
                unique.setdefault(series, value)
            dropped += len(family.samples) - len(unique)
            family.samples = list(unique.items())
    return sorted(found.values(), key=lambda family: family.name), dropped


def encode(families: Iterable[Family]) -> bytes:
    """The page; each name must come once, as `merged` gives them."""
    lines: list[str] = []
    for family in families:
        if family.samples:
            help_ = family.help.replace("\\", r"\\").replace("\n", r"\n")
            lines.append(f"# HELP {family.name} {help_}\n# TYPE {family.name} {family.type}")
            lines += [f"{series} {number(value)}" for series, value in family.samples]
    lines.append("")
    return "\n".join(lines).encode("utf-8", "replace")


def number(value: float) -> str:
    """`value` as Go reads it back exactly: integers in full below 1e21, else the shortest text; NaN, +Inf, -Inf."""
    text = repr(value)
    if text[-1].isdigit() and "e" not in text:
        return text[:-2] if text[-2:] == ".0" else text
    return _rare(float(value))


def _rare(value: float) -> str:
    if value != value:  # noqa: PLR0124  # NaN alone differs from itself
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
