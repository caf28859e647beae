"""What the four publish on one stage and this exporter does not, and the other way round."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bench import alike, pages, table
from bench.page import Shape
from bench.part import Result, result

_PREFIXES: Final = {
    "node_exporter": "node_", "redis_exporter": "redis_", "postgres_exporter": "pg_", "blackbox_exporter": "probe_",
}  # fmt: skip


def run(folder: Path, binaries: Mapping[str, str], _scrapes: int) -> Result:
    """Compare families, types and labels; no limit here, as versions differ: the contract's test has it."""
    ours, theirs = pages.both(folder, binaries)
    compared = {name: alike.compare(alike.of_targets(published), ours) for name, published in theirs.items()}
    rows = [
        (name, str(len(alike.of_targets(theirs[name]))), str(len(one.alike)), f"{one.share():.1%}")
        for name, one in compared.items()
    ]
    lists = [line for name, one in compared.items() for line in _lists(name, one, ours, theirs[name])]
    return result("Families", [table.markdown(("exporter", "families", "alike", "share"), rows), *lists], [])


def _lists(
    name: str, compared: alike.Comparison, ours: Mapping[str, Shape], theirs: Mapping[str, Shape]
) -> Iterator[str]:
    more = sorted(family for family in ours.keys() - theirs.keys() if family.startswith(_PREFIXES[name]))
    for title, found in (("missing", compared.missing), ("different", compared.different), ("only here", more)):
        if found:
            yield f"{name}, {title}:\n\n" + "".join(f"- `{family}`\n" for family in found)
