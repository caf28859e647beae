"""This machine as node_exporter sees it at the same time; where node_exporter is on PATH."""

import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from exporter.collectors.host import HostCollector
from exporter.deadline import Deadline
from exporter.place import Place
from exporter.text import encode, merged
from tests.support import need
from tests.support.servers import free_port
from watchspec.spec.host import Host

Page = tuple[dict[str, float], dict[str, str]]
"""Series → value, family → type."""
_MOUNTS: Final = "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)"
"""What node_exporter leaves out of itself; Debian's build leaves out more."""
_OTHER: Final = re.compile(
    r"node_exporter_build_info.*|node_scrape_collector_.*|node_disk_info\b.*|node_filesystem_readonly.*"
    r"|node_systemd.*|node_timex_.*|node_procs_.*|node_load\d+|node_netstat_Tcp_CurrEstab|node_sockstat_.*"
)
"""Of the other program; of the moment; sockets, among which is that of its scrape; and two in which it was seen to
differ from what the kernel says: `rotational` of a virtual disk, and whether a mount is read only."""
_ROUNDS: Final = 3
"""What the machine does in between may move a value once, not each time."""


def parsed(text: str) -> Page:
    """A page in the text format."""
    series, types = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            types[name] = kind
        elif not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            series[name] = float(value)
    return series, types


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Page]]:
    """Scrape a node_exporter of our own."""
    program = next((name for name in ("prometheus-node-exporter", "node_exporter") if need.there_is(name)), None)
    if program is None:
        pytest.skip("node_exporter is not on PATH")
    port, folder = free_port(), tmp_path_factory.mktemp("textfiles")
    flags = (f"--collector.filesystem.mount-points-exclude={_MOUNTS}", f"--collector.textfile.directory={folder}")
    command = [
        program,
        f"--web.listen-address=127.0.0.1:{port}",
        "--collector.interrupts",
        "--collector.softirqs",
        *flags,
    ]

    def scrape() -> Page:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return parsed(answer.read().decode())

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _wait(scrape)
        yield scrape
        process.terminate()


def _wait(scrape: Callable[[], Page]) -> None:
    over = time.monotonic() + 10
    while True:
        try:
            scrape()
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < over, "node_exporter does not start"
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def rounds(theirs: Callable[[], Page]) -> list[tuple[Page, Page, Page]]:
    """Their page, ours, and theirs again; some times."""
    host = Host.model_validate({"name": "here", "collectors": {"interrupts": True, "softirqs": True}})
    collector = HostCollector(host, Place(Path("/")))

    def ours() -> Page:
        return parsed(encode(merged(collector.collect(Deadline.after(10)))[0]).decode())

    found = [(theirs(), ours(), theirs()) for _ in range(_ROUNDS)]
    collector.close()
    return found


def test_every_series_of_theirs_is_here(rounds: list[tuple[Page, Page, Page]]) -> None:
    """Name, labels and all."""
    (before, _), (ours, _), (after, _) = rounds[0]

    lasting = {series for series in before.keys() & after.keys() if series.startswith("node_")}

    assert [series for series in sorted(lasting - ours.keys()) if not _OTHER.fullmatch(series)] == []
    assert len(lasting) > 300


def test_types_are_alike(rounds: list[tuple[Page, Page, Page]]) -> None:
    """Of every family that both have."""
    (_, theirs), (_, ours), _ = rounds[0]

    assert {name: ours[name] for name in theirs.keys() & ours.keys()} == {
        name: theirs[name] for name in theirs.keys() & ours.keys()
    }


def test_values_are_alike(rounds: list[tuple[Page, Page, Page]]) -> None:
    """What grows lies between theirs of before and after; what stood still is the same."""
    assert set.intersection(*(wrong(*pages) for pages in rounds)) == set()


def wrong(before: Page, ours: Page, after: Page) -> set[str]:
    """Series whose value here is not theirs, within two percent."""
    found = set()
    for series in before[0].keys() & ours[0].keys() & after[0].keys():
        grows = ours[1].get(series.partition("{")[0]) == "counter"
        low, high = sorted((before[0][series], after[0][series]))
        slack = 0.02 * max(abs(high), 1)
        if (grows or low == high) and not low - slack <= ours[0][series] <= high + slack:
            found.add(series)
    return {series for series in found if not _OTHER.fullmatch(series)}
