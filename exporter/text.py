"""The text format 0.0.4 of Prometheus: families → bytes.

`prometheus_client` has a writer too, but it renames counters that do not end in `_total`, of which the compatible
names have fifty. Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from exporter.families import Family, Sample

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def merged(families: Iterable[Family]) -> tuple[list[Family], int]:
    """Families joined by name and sorted, and the number of samples dropped.

    The first family of a name gives type and help; a later one of another type is dropped. Of two samples of one
    series the first one stays.
    """
    found: dict[str, Family] = {}
    joined: set[str] = set()
    dropped = 0
    for family in families:
        first = found.setdefault(family.name, family)
        if first is family:
            continue
        if first.type != family.type:
            dropped += len(family.samples)
            continue
        if family.name not in joined:  # the collector's own family may be on another page too
            joined.add(family.name)
            first = found[family.name] = _copy(first, list(first.samples))
        first.samples += family.samples
    for name, family in found.items():
        if len(dict(family.samples)) != len(family.samples):
            unique: dict[str, float] = {}
            for series, value in family.samples:
                unique.setdefault(series, value)
            dropped += len(family.samples) - len(unique)
            found[name] = _copy(family, list(unique.items()))
    return sorted(found.values(), key=lambda family: family.name), dropped


def _copy(family: Family, samples: list[Sample]) -> Family:
    copy = Family(family.name, family.type, family.help)
    copy.samples = samples
    return copy


def encode(families: Iterable[Family]) -> bytes:
    """The page; each name must come once, as `merged` gives them."""
    lines: list[str] = []
    for family in families:
        if family.samples:
            lines.append(_head(family.name, family.type, family.help))
            lines += [f"{series} {number(value)}" for series, value in family.samples]
    lines.append("")
    return "\n".join(lines).encode("utf-8", "replace")


@lru_cache(maxsize=4096)
def _head(name: str, type_: str, help_: str) -> str:
    text = help_.replace("\\", r"\\").replace("\n", r"\n")
    return f"# HELP {name} {text}\n# TYPE {name} {type_}"


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
