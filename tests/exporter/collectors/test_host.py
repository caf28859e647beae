"""A machine as a whole: its parts, switched on and off, each of which fails alone."""

from collections.abc import Callable, Mapping
from logging.handlers import BufferingHandler
from pathlib import Path

import pytest

from exporter.collectors.host import HostCollector, matcher
from exporter.deadline import Deadline
from exporter.families import Family
from exporter.linux.table import MODULES, OF_NETWORKS, SIMPLE
from exporter.linux.tree import Tree
from exporter.log import LOGGER
from exporter.place import Place
from exporter.selection import Divisible
from watchspec.spec.base import Patterns
from watchspec.spec.host import COLLECTORS, Host

MakeTree = Callable[[Mapping[str, str]], Tree]
MOUNTS = {"proc/1/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"}


def host(**settings: object) -> Host:
    """A host of a spec."""
    return Host.model_validate({"name": "web-1", **settings})


def names(collector: HostCollector) -> set[str]:
    """Names of the families it gives."""
    return {family.name for family in collector.collect(Deadline.after(5)) if family.samples}


def success(families: list[Family]) -> dict[str, float]:
    """Collector → whether it succeeded."""
    found = (family for family in families if family.name == "node_scrape_collector_success")
    return {series.split('"')[1]: value for family in found for series, value in family.samples}


def test_every_collector_of_the_spec_is_there_and_no_other() -> None:
    """The names that the spec accepts are those that run."""
    assert set(MODULES) == set(COLLECTORS)
    own = {"diskstats", "filesystem", "namedprocess", "systemd", "textfile"}
    assert {*SIMPLE, *OF_NETWORKS, *own} == set(COLLECTORS)


@pytest.mark.parametrize(
    ("switches", "parts"), [({}, {"loadavg"}), ({"loadavg": False}, set()), ({"interrupts": True}, {"interrupts"})]
)
def test_collectors_are_switched_on_and_off(tree: MakeTree, switches: dict[str, bool], parts: set[str]) -> None:
    """Those that are not named stay as they are."""
    files = {"proc/stat": "", "proc/loadavg": "1 2 3\n", "proc/interrupts": "CPU0\nNMI: 1 x\n", **MOUNTS}
    collector = HostCollector(host(collectors=switches), Place(Path("/"), Path(tree(files).root)))

    assert parts <= collector.parts
    assert ("node_load1" in names(collector)) == switches.get("loadavg", True)
    assert ("node_interrupts_total" in names(collector)) == switches.get("interrupts", False)
    collector.close()


@pytest.mark.parametrize("broken", ["proc/loadavg", "proc/vmstat", "proc/sys/fs/file-nr", "proc/diskstats"])
def test_a_part_that_fails_costs_only_itself(tree: MakeTree, broken: str) -> None:
    """It says so; what the machine does not have says nothing."""
    files = {
        "proc/stat": "btime 1\n", "proc/loadavg": "1 2 3\n", "proc/vmstat": "pgpgin 1\n",
        "proc/sys/fs/file-nr": "1 0 2\n", "proc/diskstats": "8 0 sda 1\n", **MOUNTS,
    }  # fmt: skip
    collector = HostCollector(host(), Place(Path("/"), Path(tree(files | {broken: "pgpgin what\n"}).root)))

    found = success(list(collector.collect(Deadline.after(5))))

    assert [name for name, value in found.items() if not value] == [
        {"proc/sys/fs/file-nr": "filefd"}.get(broken, broken.removeprefix("proc/"))
    ]
    assert {"stat", "loadavg", "vmstat", "filefd", "diskstats", "filesystem"} <= set(found)
    assert "meminfo" not in found
    collector.close()


def test_some_parts_can_be_asked_alone(tree: MakeTree) -> None:
    """As with node_exporter's `collect[]`; what closes the part leaves the whole open."""
    root = Path(tree({"proc/stat": "btime 1\n", "proc/loadavg": "1 2 3\n", **MOUNTS}).root)
    collector = HostCollector(host(), Place(Path("/"), root))
    assert isinstance(collector, Divisible)

    part = collector.only(frozenset({"loadavg"}))
    found = success(list(part.collect(Deadline.after(5))))
    part.close()

    assert found == {"loadavg": 1}
    assert "node_filesystem_size_bytes" in names(collector)
    collector.close()


def test_a_container_is_told_of_in_log_and_metric(tmp_path: Path) -> None:
    """Once, when it starts; the page of the exporter has it from `view`."""
    (tmp_path / "empty").mkdir()
    told = BufferingHandler(100)
    LOGGER.addHandler(told)

    collector = HostCollector(host(), Place(tmp_path, tmp_path / "empty"))
    LOGGER.removeHandler(told)

    assert collector.view is not None
    assert collector.view.warning.startswith("only the container is seen")
    assert "watchspec_host_view" in names(collector)
    assert [record.getMessage() for record in told.buffer] == [collector.view.warning]
    collector.close()


def test_every_label_is_sorted_on_this_machine(tmp_path: Path) -> None:
    """So that a series of a file is known again, and pages compare."""
    collector = HostCollector(host(), Place(tmp_path))

    for family in collector.collect(Deadline.after(5)):
        for series, _ in family.samples:
            labels = [part.split("=")[0] for part in series.partition("{")[2].split('",')]
            assert labels == sorted(labels), series
    collector.close()


@pytest.mark.parametrize(
    ("include", "exclude", "chosen"),
    [
        ((), (), {"eth0", "veth1", "lo"}),
        (("eth*",), (), {"eth0"}),
        ((), ("veth*",), {"eth0", "lo"}),
        (("*0", "lo"), ("lo",), {"eth0"}),
    ],
)
def test_patterns_choose(include: tuple[str, ...], exclude: tuple[str, ...], chosen: set[str]) -> None:
    """Exclusion wins."""
    pattern = matcher(Patterns(include=include, exclude=exclude))

    assert {name for name in ("eth0", "veth1", "lo") if pattern is None or pattern.fullmatch(name)} == chosen
