"""One, ten and fifty Redis targets, beside redis_exporter asked for each of them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench import exporters, many, table
from bench.exporters import Exporter
from bench.measure import Cost, measure
from bench.part import Result, result
from tests.support.servers import Running, free_port

COUNTS: Final = (1, 10, 50)
_FEWER: Final = 10
"""One in so many of the scrapes that were asked for is enough here."""


def run(folder: Path, binaries: Mapping[str, str], scrapes: int) -> Result:
    """Measure each number of targets with servers of their own, as far as there is memory for them."""
    costs: list[Cost] = []
    with many.redis_servers(folder, max(COUNTS)) as servers:
        for count in COUNTS:
            costs += _measured(folder, binaries["redis_exporter"], servers, count, max(10, scrapes // _FEWER))
    shared = f"There was memory for {len(servers)} servers; targets share them.\n"
    return result("Redis targets", [table.of_costs(costs), *([shared] if len(servers) < max(COUNTS) else [])], [])


def _measured(folder: Path, binary: str, servers: list[Running], count: int, scrapes: int) -> list[Cost]:
    port, log = free_port(), folder / "redis_exporter.log"
    command = [binary, f"--web.listen-address=127.0.0.1:{port}", "--redis.addr="]
    paths = tuple(f"/scrape?target=redis://127.0.0.1:{server.port}" for server in many.shared(servers, count))
    text = exporters.spec([many.section(servers, count)])
    with exporters.ours(text, folder) as own, exporters.process(command, port, log) as pid:
        measured = measure([own, Exporter("redis_exporter", pid, port, paths)], scrapes, whole=True)
    return [replace(cost, name=f"{cost.name}, {count}") for cost in measured]
