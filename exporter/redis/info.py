"""The answer to Redis's INFO: lines of `field:value` under `# Section` headings."""

import re
from typing import Final

_LINES: Final = re.compile(r"^(?!#)([^:\n]*):([^\n]*)", re.MULTILINE)
_COMMANDS: Final = re.compile(
    r"^cmdstat_([^:\n]*):calls=(\d+),usec=(\d+)(?:,usec_per_call=[\d.]+)?(?:,rejected_calls=(\d+),failed_calls=(\d+))?",
    re.MULTILINE,
)
_PERCENTILES: Final = re.compile(r"^latency_percentiles_usec_([^:\n]*):([^\r\n]*)", re.MULTILINE)
_ERRORS: Final = re.compile(r"^errorstat_([^:\n]*):count=(\d+)", re.MULTILINE)
_WORDS: Final = {
    "ok": 1, "up": 1, "yes": 1, "true": 1, "err": 0, "down": 0, "fail": 0, "no": 0, "false": 0,
}  # fmt: skip

Calls = tuple[str, str, str, str, str]
"""Command, calls, microseconds, rejected calls, failed calls; the last two are empty before Redis 6.2."""


def parse(text: str) -> dict[str, str]:
    """Fields in the server's order; of a field that comes twice the first stays."""
    found: dict[str, str] = {}
    for field, value in _LINES.findall(text):
        found.setdefault(field, value.rstrip("\r"))
    return found


def split(text: str) -> tuple[str, str]:
    """INFO ALL without the sections on commands and their latency, and these: most lines are theirs."""
    starts = [text.find(heading) for heading in ("# Commandstats", "# Errorstats", "# Latencystats")]
    first = min((start for start in starts if start >= 0), default=len(text))
    rest = re.search(r"^# (?!Commandstats|Errorstats|Latencystats)", text[first:], re.MULTILINE)
    last = first + rest.start() if rest else len(text)
    return text[:first] + text[last:], text[first:last]


def calls(text: str) -> list[Calls]:
    """The `cmdstat_*` lines."""
    return _COMMANDS.findall(text)


def percentiles(text: str) -> list[tuple[str, str]]:
    """Commands, and their percentiles as `p50=1.003,p99=2.007`."""
    return _PERCENTILES.findall(text)


def errors(text: str) -> list[tuple[str, str]]:
    """Codes of errors, and how often each was answered."""
    return _ERRORS.findall(text)


def pairs(value: str) -> dict[str, str]:
    """`keys=1,expires=0` → a mapping; what is not `key=value` is left out."""
    return {key: rest for key, equals, rest in (part.partition("=") for part in value.split(",")) if equals}


def number(text: str) -> float | None:
    """A number, a percentage as the number before the sign, or the truth of a status word; `None` for other text."""
    if text.isdecimal():
        return int(text)
    word = _WORDS.get(text)
    if word is not None:
        return word
    try:
        return float(text.removesuffix("%"))
    except ValueError:
        return None
