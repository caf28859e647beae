"""A mount that hangs in the kernel costs only itself."""

import os
import threading
import time
from collections.abc import Callable, Iterable

from exporter.collectors.host import HostCollector
from exporter.deadline import Deadline
from exporter.families import Families, Family
from exporter.linux.filesystem import Prober
from exporter.place import Place
from exporter.scrape import Scraper
from exporter.selection import Selection
from tests.support.servers import wait_until
from watchspec.spec import Spec


class Well:
    """Another target, which is well."""

    kind, target, labels = "redis", "well", ""

    def collect(self, _: Deadline) -> Iterable[Family]:
        """One sample."""
        out = Families()
        out.gauge("redis_up", "Up.", 1)
        return out

    def down(self) -> Iterable[Family]:
        """Nothing."""
        return ()

    def abort(self) -> None:
        """Nothing to end."""

    def close(self) -> None:
        """Nothing to close."""


def test_a_blocking_statvfs_costs_only_its_mount(
    spec: Callable[..., Spec], place: Place, values: Callable[[object], dict[str, float]]
) -> None:
    """As a network mount whose server is gone; no scrape adds a thread, and none is left when it comes back."""
    others, loose, asked = set(threading.enumerate()), threading.Event(), []

    def statvfs(path: str) -> os.statvfs_result:
        if path == "/":
            asked.append(path)
            loose.wait(60)
        return os.statvfs(path)

    host = HostCollector(spec(hosts=[{"name": "web"}]).hosts[0], place)
    scraper = Scraper([host, Well()])
    scraper.page(Selection(), Deadline.after(2))
    before = threading.active_count()
    host._prober.close()
    host._prober = Prober(statvfs)

    started = time.monotonic()
    pages = [values(scraper.page(Selection(), Deadline.after(2))) for _ in range(4)]
    assert time.monotonic() - started < 4

    assert [page["redis_up"] for page in pages] == [1] * 4
    assert all("node_load1" in page for page in pages)
    assert not any(
        series.startswith("node_filesystem_size_bytes") and 'mountpoint="/"' in series for series in pages[1]
    )
    assert len(asked) == 1
    loose.set()
    wait_until(lambda: threading.active_count() <= before + 1, "the stuck thread to end")
    scraper.close()
    wait_until(lambda: set(threading.enumerate()) <= others, "all threads to end")
