"""The text format 0.0.4, read: what a file for the textfile collector may hold.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

import re
from typing import Final

from exporter.families import Family, FamilyType, render

_TYPES: Final[dict[str, FamilyType]] = {
    "counter": "counter", "gauge": "gauge", "histogram": "histogram", "summary": "summary", "untyped": "untyped",
}  # fmt: skip
_PARTS: Final[dict[FamilyType, tuple[str, ...]]] = {
    "histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count"),
}  # fmt: skip
_NAME: Final = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_COMMENT: Final = re.compile(rf"[ \t]*#[ \t]*(?:(HELP|TYPE)[ \t]+({_NAME})(?:[ \t]+(.*))?)?", re.DOTALL)
_SAMPLE: Final = re.compile(
    rf'[ \t]*({_NAME})(?:[ \t]*\{{((?:[^"}}]|"(?:[^"\\]|\\.)*+")*+)\}}[ \t]*|[ \t]+)(\S++)(?:[ \t]+(\S++))?[ \t]*',
    re.DOTALL,
)
_LABEL: Final = re.compile(r'[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\[\\n"])*+)"[ \t]*(,|$)')
_NUMBER: Final = re.compile(r"[+-]?(?:(?:\d++\.?\d*+|\.\d++)(?:e[+-]?\d+)?|inf|infinity|nan)", re.ASCII | re.IGNORECASE)
_ESCAPE: Final = re.compile(r'\\([\\n"])')


class ExpositionError(ValueError):
    """The text is not in the format; the message names the line."""


def parse(text: str) -> list[Family]:
    """The families of `text` in the order of their first mention; raises `ExpositionError`.

    Labels are sorted by name. A sample with a timestamp is refused, as node_exporter refuses it.
    """
    if text and not text.endswith("\n"):
        raise ExpositionError("the last line does not end: is the file still being written?")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            reader.line(line)
        except ValueError as error:
            raise ExpositionError(f"line {number}: {error}") from None
    return [family for family in reader.families.values() if family.samples]


class _Reader:
    """Takes lines one after the other."""

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}
        self._typed: set[str] = set()

    def line(self, line: str) -> None:
        stripped = line.strip(" \t")
        if stripped.startswith("#"):
            self._comment(stripped)
        elif stripped:
            self._sample(line)

    def _comment(self, line: str) -> None:
        found = _COMMENT.fullmatch(line)
        if found is None or found[1] is None:
            return
        family = self._family(found[2])
        text = (found[3] or "").strip(" \t")
        if found[1] == "HELP":
            family.help = family.help or _plain(text)
            return
        if text.lower() not in _TYPES:
            raise ValueError(f"unknown type {text[:40]!r}")
        if found[2] in self._typed or family.samples:
            raise ValueError(f"the type of {found[2]} comes twice, or after its samples")
        self._typed.add(found[2])
        family.type = _TYPES[text.lower()]

    def _sample(self, line: str) -> None:
        found = _SAMPLE.fullmatch(line)
        if found is None:
            raise ValueError('not a sample; write NAME{LABEL="VALUE"} NUMBER')
        name, labels, value, timestamp = found.groups()
        if not _NUMBER.fullmatch(value):
            raise ValueError(f"not a number: {value[:40]!r}")
        if timestamp is not None:
            raise ValueError("samples must not have a timestamp")
        family, suffix = self._owner(name)
        family.add(float(value), _labels(labels or ""), suffix)

    def _owner(self, name: str) -> tuple[Family, str]:
        """The family that a sample belongs to, and what stands behind the family's name in its own."""
        for suffix in ("_bucket", "_sum", "_count"):
            family = self.families.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
            if family is not None and suffix in _PARTS.get(family.type, ()):
                return family, suffix
        return self._family(name), ""

    def _family(self, name: str) -> Family:
        found = self.families.get(name)
        if found is None:
            found = self.families[name] = Family(name, "untyped", "")
        return found


def _labels(text: str) -> str:
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        match = _LABEL.match(text, place)
        if match is None:
            if not text[place:].strip(" \t"):
                break
            raise ValueError('labels are written NAME="VALUE", with \\\\, \\" and \\n in the value')
        if match[1] in found or match[1] == "__name__":
            raise ValueError(f"label {match[1]} comes twice, or must not be there")
        found[match[1]] = _plain(match[2])
        place = match.end()
    return render(**dict(sorted(found.items())))


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text) if "\\" in text else text
