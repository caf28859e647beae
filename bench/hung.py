"""Fifty Redis targets, one of which is frozen: it holds its connection and answers nothing."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bench import exporters, many, table
from bench.limits import Limit
from bench.page import series
from bench.part import Result, result
from bench.scraper import Answer, Scraper

_TARGETS: Final = 50
_TIMEOUT_SECONDS: Final = 5.0
_SCRAPES: Final = 3


def run(folder: Path, _binaries: Mapping[str, str], _scrapes: int) -> Result:
    """Scrape before and while one target is frozen; both limits must hold each time."""
    with many.redis_servers(folder, _TARGETS) as servers:
        text = exporters.spec([many.section(servers, _TARGETS)])
        with exporters.ours(text, folder) as own, Scraper(own.port, *own.paths, timeout=_TIMEOUT_SECONDS) as scraper:
            before = [scraper.scrape() for _ in range(2)][-1]
            servers[0].freeze()
            during = [scraper.scrape() for _ in range(_SCRAPES)]
            servers[0].thaw()
    frozen = {f"cache-{index}" for index in range(0, _TARGETS, len(servers))}
    rows = [_row("before", before)] + [_row(f"scrape {index}", one) for index, one in enumerate(during, 1)]
    slowest = max(one.seconds for one in during)
    partial = max(len(losses(before.text(), one.text(), frozen)) for one in during)
    limits = [
        Limit("time, one frozen", f"{slowest:.1f} s", f"{_TIMEOUT_SECONDS:.1f} s", slowest < _TIMEOUT_SECONDS),
        Limit("other targets with series lost", str(partial), "0", partial == 0),
    ]
    figures = table.markdown(("one frozen of 50", "time", "targets up", "series"), rows)
    return result(f"A hung target among {_TARGETS}, scrape timeout {_TIMEOUT_SECONDS:g} s", [figures], limits)


def losses(before: str, after: str, expected: set[str]) -> list[str]:
    """Targets that have fewer series than before, without those of which it is expected."""
    was, now = _by_target(before), _by_target(after)
    return sorted(target for target in was.keys() - expected if now[target] < was[target])


def _by_target(page: str) -> Counter[str]:
    return Counter(one.labels["target"] for one in series(page) if "target" in one.labels)


def _row(name: str, answer: Answer) -> tuple[str, ...]:
    found = list(series(answer.text()))
    up = sum(one.value == 1 for one in found if one.name == "redis_up")
    return name, table.milliseconds(answer.seconds), str(up), str(len(found))
