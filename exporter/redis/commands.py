"""What INFO says of commands: calls, time, errors and percentiles. Names of redis_exporter 1.86."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from exporter.families import Families, Family, render
from exporter.redis import info
from exporter.redis.info import Calls

_CALLS: Final = (
    ("redis_commands_total", "Calls of the command.", 1, 1),
    ("redis_commands_duration_seconds_total", "Time spent in the command, in seconds.", 2, 1_000_000),
    ("redis_commands_rejected_calls_total", "Calls rejected before they ran.", 3, 1),
    ("redis_commands_failed_calls_total", "Calls that failed while they ran.", 4, 1),
)
_PERCENTILES: Final = "redis_latency_percentiles_usec"


def families(out: Families, text: str) -> None:
    """The sections Commandstats, Latencystats and Errorstats of INFO ALL."""
    calls = info.calls(text)
    for name, help_, column, divisor in _CALLS:
        family = out.family(name, "counter", help_)
        end = after(family)
        # Hundreds of samples a scrape: their text is put together here, not one by one.
        family.samples += [
            (f"{name}{{{command(one[0])}{end}", int(one[column]) / divisor) for one in calls if one[column]
        ]
    _percentiles(out, info.percentiles(text), {one[0]: one for one in calls})
    for error, count in info.errors(text):
        out.counter("redis_errors_total", "Errors answered, by code.", int(count), render(err=error))


def _percentiles(out: Families, found: Iterable[tuple[str, str]], calls: dict[str, Calls]) -> None:
    family = out.family(_PERCENTILES, "summary", "Percentiles of the command's latency, in microseconds.")
    samples, end = family.samples, after(family)
    for name, line in found:
        labels, figures = command(name), calls.get(name)
        if figures is None:
            continue
        for part in line.split(","):
            key, _, value = part.partition("=")
            reading = info.number(value)
            if reading is not None:
                samples.append((f'{_PERCENTILES}{{{labels},quantile="{key[1:]}"{end}', reading))
        samples.append((f"{_PERCENTILES}_sum{{{labels}{end}", int(figures[2])))
        samples.append((f"{_PERCENTILES}_count{{{labels}{end}", int(figures[1])))


def after(family: Family) -> str:
    """What follows a sample's own labels: those that all samples share, and the brace."""
    return f",{family.common}}}" if family.common else "}"


def microseconds(calls: Iterable[Calls]) -> dict[str, int]:
    """Time spent in each command; that of a command with subcommands is theirs together."""
    spent: dict[str, int] = {}
    for name, _, taken, *_ in calls:
        parent, bar, _ = name.partition("|")
        for each in (name, parent) if bar else (name,):
            spent[each] = spent.get(each, 0) + int(taken)
    return spent


@lru_cache(maxsize=1024)
def command(name: str) -> str:
    """The rendered label of a command; a server knows a few hundred."""
    return render(cmd=name)
