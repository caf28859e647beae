"""What the four publish on one stage and this exporter does not, and the other way round."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from bench import alike, pages, table, values
from bench.pages import Both
from bench.part import Result, result

_PREFIXES: Final = {
    "node_exporter": "node_", "redis_exporter": "redis_", "postgres_exporter": "pg_", "blackbox_exporter": "probe_",
}  # fmt: skip


def run(folder: Path, binaries: Mapping[str, str], _scrapes: int) -> Result:
    """Compare families, types, labels and values; no limit here, as versions differ: the contract's test has it."""
    found = pages.both(folder, binaries)
    ours = pages.families([found.ours])
    rows: list[tuple[str, ...]] = []
    lists: list[str] = []
    for name, theirs in found.theirs().items():
        compared = alike.compare(theirs, ours)
        rows.append((name, str(len(theirs)), str(len(compared.alike)), f"{compared.share():.1%}"))
        more = sorted(family for family in ours.keys() - theirs.keys() if family.startswith(_PREFIXES[name]))
        lists += _list(f"{name}, missing", compared.missing)
        lists += _list(f"{name}, different", compared.different)
        lists += _list(f"{name}, other value", other_values(found, name))
        lists += _list(f"{name}, only here", more)
    return result("Families", [table.markdown(("exporter", "families", "alike", "share"), rows), *lists], [])


def other_values(found: Both, name: str) -> Iterator[str]:
    """Series that stood still, both at one of the four and here, with different values."""
    here = values.steady(found.ours, found.again)
    steady = map(values.steady, found.before[name], found.after[name])
    return chain.from_iterable(
        values.differing(theirs, here, target) for theirs, target in zip(steady, pages.TARGETS[name], strict=True)
    )


def _list(title: str, found: Iterable[str]) -> Iterator[str]:
    if lines := "".join(f"- `{line}`\n" for line in found):
        yield f"{title}:\n\n{lines}"
