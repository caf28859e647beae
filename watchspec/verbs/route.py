"""Say who is told of an alert with these labels: which channels, when, why, and what mutes it."""

import argparse
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from watchspec.errors import UsageError

if TYPE_CHECKING:
    from watchspec.spec import Spec

_PAIR: Final = re.compile(r"([^=]+)=(.*)", re.DOTALL)
_COMMA: Final = re.compile(r"(?<!\\),")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("labels", nargs="+", metavar="label=value", help="labels of the alert, such as target=cache")
    parser.add_argument(
        "-s", "--spec", type=Path, default=Path("monitoring.yml"), metavar="SPEC", help="default: %(default)s"
    )
    parser.add_argument("--at", metavar="TIME", help="a moment such as 2026-12-05T22:00; now by default")
    parser.add_argument(
        "--firing", action="append", default=[], metavar="LABELS",
        help="an alert that fires as well: alertname=X,target=Y; may be given again",
    )  # fmt: skip


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print what happens to the alert; raise `UsageError` for names that the spec does not know."""
    from generator.delivery.answer import answer
    from watchspec.check import checked

    labels = _labels(arguments.labels)
    firing = [_labels(_COMMA.split(text)) for text in arguments.firing]
    spec = checked(arguments.spec).spec
    print(answer(spec, labels, firing, _moment(spec, arguments.at)), file=stdout)
    return 0


def _labels(words: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        pair = _PAIR.fullmatch(word.replace("\\,", ",").strip())
        if pair is None:
            hint = f"; for another spec, write --spec {word}" if Path(word).is_file() else ""
            raise UsageError(f"{word}: no label; write label=value, such as target=cache{hint}")
        if pair[1] in found:
            raise UsageError(f"{pair[1]}: is given twice; an alert has one value of each label")
        found[pair[1]] = pair[2]
    return found


def _moment(spec: "Spec", text: str | None) -> datetime:
    """The moment asked for, in the one time zone that the windows of `spec` are in; now by default."""
    from zoneinfo import ZoneInfo

    zones = _zones(spec)
    zone = ZoneInfo(zones[0]) if len(zones) == 1 else UTC
    if text is None:
        return datetime.now(zone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at {text}: is not a moment; write 2026-12-05T22:00") from None
    if moment.tzinfo is not None:
        return moment.astimezone(zone)
    if len(zones) > 1:
        raise UsageError(
            f"--at {text}: in which time zone? the windows are in {' and '.join(zones)}; write {text}+01:00 or {text}Z"
        )
    return moment.replace(tzinfo=zone)


def _zones(spec: "Spec") -> list[str]:
    hours = [severity.hours.timezone for severity in spec.matrix().values() if severity.hours]
    return list(dict.fromkeys([*hours, *(window.timezone for window in spec.maintenance)]))
