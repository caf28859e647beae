"""One target of each kind, beside the four."""

from collections.abc import Mapping
from pathlib import Path

from bench import exporters, limits, table
from bench.measure import measure
from bench.part import Result, result
from bench.stage import stage


def run(folder: Path, binaries: Mapping[str, str], scrapes: int) -> Result:
    """Measure this exporter and the four in turn, on the same servers."""
    with stage(folder) as addresses, exporters.theirs(binaries, addresses) as four:
        text = exporters.spec(exporters.of_everything(addresses))
        with exporters.ours(text, folder) as own:
            ours, *theirs = measure([own, *four], scrapes)
    rows = table.of_costs([ours, *theirs, table.of_sum("the four", theirs)])
    title = f"A host, a Redis, a PostgreSQL and a service: {scrapes} scrapes of each, in turn"
    return result(title, [rows], list(limits.of_scrapes(ours, theirs)))
