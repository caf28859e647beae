"""The page of hosts: what it shows of which spec, and whether its figures are right."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generator.dashboards import host
from generator.dashboards._host_devices import disks
from generator.dashboards._host_glance import figures
from generator.dashboards._host_kernel import FIRST
from generator.grafana import encode
from tests.support.proving import prove
from watchspec.spec import Spec

MOST_PANELS = 25
FIRST_SCREEN = 24
WITH_ALL = """\
hosts:
  - {name: web-1, processes: [nginx], collectors: {systemd: true, hwmon: true}}
  - {name: web-2, textfiles: /var/lib/metrics}
"""
ONLY_SOME = {"Processes by name", "Failed units", "Age of files of metrics", "Temperatures"}
DISK = '{target="a", device="/dev/sda1", mountpoint="/", fstype="ext4"}'
MEMORY_FS = '{target="a", device="tmpfs", mountpoint="/run", fstype="tmpfs"}'


def panels(spec: Spec) -> Iterator[dict[str, Any]]:
    """Every panel as Grafana reads it, also those below closed headings."""
    for panel in json.loads(encode(host.dashboard(spec)))["panels"]:
        yield from panel["panels"] if panel["type"] == "row" else [panel]


def test_one_host_has_large_figures_and_several_have_a_row_each(spec_of: Callable[[str], Spec]) -> None:
    """The same queries: a figure of many hosts would not say which one it is of."""
    one = next(panels(spec_of("hosts: [{name: a}]\n")))
    many = next(panels(spec_of("hosts: [{name: a}, {name: b}]\n")))

    assert (one["type"], many["type"]) == ("stat", "table")
    assert [target["expr"] for target in one["targets"]] == [target["expr"] for target in many["targets"]]
    assert all("by (target)" in target["expr"] for target in many["targets"])


def test_what_only_some_hosts_publish_is_shown_where_one_does(spec_of: Callable[[str], Spec]) -> None:
    """An empty panel is a question that nobody asked."""
    plain = {panel["title"] for panel in panels(spec_of("hosts: [{name: a}]\n"))}
    full = {panel["title"] for panel in panels(spec_of(WITH_ALL))}

    assert not plain & ONLY_SOME
    assert full == plain | ONLY_SOME


def test_there_are_few_panels_and_one_screen_answers_first(spec_of: Callable[[str], Spec]) -> None:
    """The rest is closed until somebody opens it."""
    spec = spec_of(WITH_ALL)
    opened = [panel for panel in json.loads(encode(host.dashboard(spec)))["panels"] if panel["type"] != "row"]

    assert len(list(panels(spec))) <= MOST_PANELS
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in opened) <= FIRST_SCREEN


def test_figures_have_the_colours_and_runbooks_of_their_alerts(spec_of: Callable[[str], Spec]) -> None:
    """Each of its own, though they stand in one panel; what is bad when it is low is green above."""
    text = "hosts: [{name: a}]\nalerts: {HostLoad: {warning: 3}}\nlinks: {runbooks: 'https://wiki'}\n"
    overrides = next(panels(spec_of(text)))["fieldConfig"]["overrides"]
    found = {
        override["matcher"]["options"]: {each["id"]: each["value"] for each in override["properties"]}
        for override in overrides
    }

    def steps(title: str) -> list[tuple[float | None, str]]:
        return [(step["value"], step["color"]) for step in found[title]["thresholds"]["steps"]]

    assert steps("Load per core") == [(None, "green"), (3, "orange")]
    assert steps("Up for") == [(None, "blue"), (600, "green")]
    assert steps("Busiest disk") == [(None, "green")]
    assert found["Up for"]["unit"] == "s"
    assert found["Load per core"]["links"][0]["url"] == "https://wiki/HostLoad.md"


def test_figures_are_those_of_the_machine(tmp_path: Path) -> None:
    """Of two cores, one busy half of the time; file systems in memory and links of containers do not count."""
    figure = {each.title: each.expr for each in figures()}
    packets = 'target="a", device="eth0"'
    prove(
        tmp_path,
        {
            'node_cpu_seconds_total{target="a", cpu="0", mode="idle"}': "0+30x10",
            'node_cpu_seconds_total{target="a", cpu="1", mode="idle"}': "0+60x10",
            'node_load5{target="a"}': "3x10",
            'node_memory_MemAvailable_bytes{target="a"}': "25x10",
            'node_memory_MemTotal_bytes{target="a"}': "100x10",
            'node_memory_SwapFree_bytes{target="a"}': "0x10",
            'node_memory_SwapTotal_bytes{target="a"}': "0x10",
            'node_memory_SwapFree_bytes{target="b"}': "25x10",
            'node_memory_SwapTotal_bytes{target="b"}': "50x10",
            f"node_filesystem_avail_bytes{DISK}": "30x10",
            f"node_filesystem_size_bytes{DISK}": "100x10",
            f"node_filesystem_avail_bytes{MEMORY_FS}": "1x10",
            f"node_filesystem_size_bytes{MEMORY_FS}": "100x10",
            'node_disk_io_time_seconds_total{target="a", device="sda"}': "0+15x10",
            'node_disk_io_time_seconds_total{target="a", device="dm-0"}': "0+60x10",
            **{f"node_network_receive_{what}_total{{{packets}}}": f"0+{by}x10" for what, by in _RECEIVED.items()},
            **{f"node_network_transmit_{what}_total{{{packets}}}": f"0+{by}x10" for what, by in _SENT.items()},
            **{f'node_network_receive_{what}_total{{target="a", device="lo"}}': "0+600x10" for what in _RECEIVED},
            **{f'node_network_transmit_{what}_total{{target="a", device="lo"}}': "0+600x10" for what in _SENT},
        },
        {
            figure["CPU"]: [('{target="a"}', 0.25)],
            figure["Load per core"]: [('{target="a"}', 1.5)],
            figure["Memory"]: [('{target="a"}', 0.75)],
            figure["Swap"]: [('{target="b"}', 0.5), ('{target="a"}', 0)],
            figure["Fullest file system"]: [('{target="a"}', 0.7)],
            figure["Busiest disk"]: [('{target="a"}', 0.25)],
            figure["Network errors"]: [('{target="a"}', 0.0625)],
        },
    )


_RECEIVED = {"packets": 400, "errs": 30}
_SENT = {"packets": 560, "errs": 30}


def test_a_link_without_packets_loses_nothing(tmp_path: Path) -> None:
    """A share of nothing would be no number."""
    idle = {
        f'node_network_{way}_{what}_total{{target="a", device="eth0"}}': "7x10"
        for way in ("receive", "transmit")
        for what in ("packets", "errs")
    }
    prove(tmp_path, idle, {figures()[-1].expr: [('{target="a"}', 0)]})


def test_parts_of_memory_make_up_all_of_it(tmp_path: Path) -> None:
    """Of all chosen hosts together; swap comes on top."""
    memory = next(face for face in FIRST if face.title == "Memory")
    held = {"MemTotal": 100, "MemAvailable": 60, "MemFree": 20, "SwapTotal": 50, "SwapFree": 45}
    expected = {"programs": 80, "buffers and cache": 80, "free": 40, "swap in use": 10}
    prove(
        tmp_path,
        {f'node_memory_{name}_bytes{{target="{host}"}}': f"{size}x10" for host in "ab" for name, size in held.items()},
        {query.expr: [("{}", expected[query.legend])] for query in memory.queries},
    )


def test_latency_is_that_of_reads_and_writes_together(tmp_path: Path) -> None:
    """Six seconds for 300 operations; a disk that does nothing has none."""
    [latency] = [face.queries[0].expr for face in disks() if face.title == "Disk latency"]
    done = {"read_time_seconds": 2, "reads_completed": 100, "write_time_seconds": 4, "writes_completed": 200}
    prove(
        tmp_path,
        {
            **{f'node_disk_{name}_total{{target="a", device="sda"}}': f"0+{by}x10" for name, by in done.items()},
            **{f'node_disk_{name}_total{{target="a", device="sdb"}}': "9x10" for name in done},
        },
        {latency: [('{target="a", device="sda"}', 0.02)]},
    )


def test_a_file_system_is_full_in_as_long_as_its_pace_says(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """One that empties never is."""
    table = next(panel for panel in panels(spec_of("hosts: [{name: a}]\n")) if panel["title"] == "File systems now")
    empties = DISK.replace("/dev/sda1", "/dev/sdb1")
    prove(
        tmp_path,
        {f"node_filesystem_avail_bytes{DISK}": "7000-60x10", f"node_filesystem_avail_bytes{empties}": "7000+60x10"},
        {table["targets"][4]["expr"]: [('{target="a", device="/dev/sda1", mountpoint="/"}', 6400)]},
    )
