"""Many Redis servers on this machine."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from tests.support.servers import Running, redis_server

_SERVER_BYTES: Final = 20_000_000
"""More than an empty server takes."""


@contextmanager
def redis_servers(folder: Path, wanted: int) -> Iterator[list[Running]]:
    """So many empty servers, or as many as there is memory for; at least one."""
    with ExitStack() as stack:
        servers = []
        for index in range(max(1, min(wanted, _available_bytes() // _SERVER_BYTES))):
            place = folder / f"redis-{index}"
            place.mkdir()
            servers.append(stack.enter_context(redis_server(place)))
        yield servers


def shared(servers: Sequence[Running], wanted: int) -> list[Running]:
    """One server for each of so many targets; they share servers if there are too few."""
    return [servers[index % len(servers)] for index in range(wanted)]


def section(servers: Sequence[Running], wanted: int) -> str:
    """The spec's section of that many targets."""
    urls = (f"redis://127.0.0.1:{server.port}" for server in shared(servers, wanted))
    return "\n".join(("redis:", *(f'  - {{name: cache-{index}, url: "{url}"}}' for index, url in enumerate(urls))))


def _available_bytes() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
