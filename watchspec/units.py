"""Durations, ratios and sizes as people write them: `5m`, `99.9%`, `10GB`.

Exact: ratios are `Decimal`, durations whole milliseconds, sizes whole bytes.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import total_ordering
from typing import Final

# Prometheus's duration grammar: units in this order, each at most once.
# https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations
_MILLISECONDS: Final = {
    "y": 31_536_000_000,
    "w": 604_800_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
_DURATION: Final = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?",
)
# Prometheus's sizes: K, M, G… are powers of 1024 in `--storage.tsdb.retention.size`.
_SIZES: Final = {"B": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?) ?([KMGTPE])?i?B")


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time, in whole milliseconds; its text is Prometheus's (`1h30m`)."""

    milliseconds: int

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read `1h30m`, `300ms`, `45d`; raise `ValueError` with the fix for anything else."""
        match = _DURATION.fullmatch(text)
        if not match or not any(match.groups()):
            if text == "0":
                return cls(0)
            raise ValueError(
                f'{_shown(text)} is not a duration; write a number and a unit: "300ms", "15s", "5m", "1h30m", "30d"'
            )
        return cls(sum(int(n) * ms for n, ms in zip(match.groups(), _MILLISECONDS.values(), strict=True) if n))

    @property
    def seconds(self) -> float:
        """The same in seconds."""
        return self.milliseconds / 1000

    def __str__(self) -> str:
        if not self.milliseconds:
            return "0s"
        rest, text = self.milliseconds, ""
        for unit, size in _MILLISECONDS.items():
            # 1w and 1y only where nothing is left over: people write 45d, not 6w3d.
            if unit in "yw" and rest % size:
                continue
            count, rest = divmod(rest, size)
            text += f"{count}{unit}" if count else ""
        return text

    def __lt__(self, other: "Duration") -> bool:
        return self.milliseconds < other.milliseconds


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share of one, exact; written as a percentage."""

    value: Decimal

    @classmethod
    def parse(cls, text: str) -> "Ratio":
        """Read `2%` or `99.9%`; raise `ValueError` with the fix for anything else or over 100 %."""
        try:
            if not text.endswith("%"):
                raise InvalidOperation
            value = Decimal(text[:-1].strip()) / 100
        except InvalidOperation:
            raise ValueError(f'{_shown(text)} is not a percentage; write "2%"') from None
        if not 0 <= value <= 1:
            raise ValueError(f"{text} is out of range; a percentage lies between 0% and 100%")
        return cls(value)

    def __str__(self) -> str:
        return f"{plain(self.value * 100)}%"


@dataclass(frozen=True, slots=True)
class Size:
    """An amount of memory or disk, in bytes; K, M, G… are powers of 1024 as in Prometheus's own flags."""

    bytes: int

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Read `10GB`, `512MiB`, `100B`; raise `ValueError` with the fix for anything else."""
        match = _SIZE.fullmatch(text)
        if not match:
            raise ValueError(f'{_shown(text)} is not a size; write a number and a unit: "512MB", "10GB"')
        return cls(int(Decimal(match[1]) * 1024 ** _SIZES[match[2] or "B"]))

    def __str__(self) -> str:
        for unit, power in reversed(_SIZES.items()):
            if power and self.bytes and self.bytes % 1024**power == 0:
                return f"{self.bytes // 1024**power}{unit}B"
        return f"{self.bytes}B"


def plain(number: Decimal) -> str:
    """`number` without exponent and trailing zeros: `0.0144`, `100`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(text: str) -> str:
    return f'"{text}"' if text else "an empty text"
