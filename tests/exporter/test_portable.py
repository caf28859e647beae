"""What psutil knows of a machine, which must agree with what Linux itself says."""

import os
import sys
import time
from collections.abc import Callable, Iterable

import pytest

from exporter import portable
from exporter.families import Families, Family
from exporter.linux.tree import Tree

Values = Callable[[object], dict[str, float]]


@pytest.fixture
def page(values: Values) -> dict[str, float]:
    """All that the portable collectors say of this machine."""
    found: list[Family] = []
    for collect in portable.COLLECTORS.values():
        out = Families()
        collect(Tree("/"), out)
        found += out
    return values(found)


def named(page: Iterable[str], name: str) -> list[str]:
    """The series of a family."""
    return [series for series in page if series.partition("{")[0] == name]


def test_every_collector_says_something(values: Values) -> None:
    """On any system."""
    for name, collect in portable.COLLECTORS.items():
        out = Families()
        collect(Tree("/"), out)
        # A container may have no disk of its own.
        assert values(out) or name == "filesystem", name


def test_figures_are_those_of_the_machine(page: dict[str, float]) -> None:
    """In seconds and bytes."""
    assert page["node_time_seconds"] == pytest.approx(time.time(), abs=5)
    assert 0 < page["node_boot_time_seconds"] < time.time()
    assert page["node_load1"] == pytest.approx(os.getloadavg()[0], abs=2)
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert page["node_memory_MemTotal_bytes"] == pytest.approx(total, rel=0.05)
    assert len(named(page, "node_cpu_seconds_total")) % (os.cpu_count() or 1) == 0


def test_interfaces_are_named(page: dict[str, float]) -> None:
    """The machine itself is always one of them."""
    received = named(page, "node_network_receive_bytes_total")

    assert any(device in series for series in received for device in ('device="lo"', 'device="lo0"'))
    assert len(received) == len(named(page, "node_network_transmit_packets_total"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="compares with Linux's own collectors")
def test_names_are_those_that_linux_gives(page: dict[str, float], values: Values) -> None:
    """A dashboard must not care where the exporter runs."""
    from exporter.linux import cpu, loadavg, meminfo

    out = Families()
    for collector in (cpu, loadavg, meminfo):
        collector.collect(Tree("/"), out)
    linux = {series.partition("{")[0] for series in values(out)}
    names = {series.partition("{")[0] for series in page}

    assert {name for name in names if name.startswith(("node_cpu", "node_load", "node_mem"))} <= linux
