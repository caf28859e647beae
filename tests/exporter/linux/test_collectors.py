"""Each collector on a few recorded lines: what it reads becomes the samples that node_exporter publishes."""

from collections.abc import Callable, Mapping

import pytest

from exporter.families import Families
from exporter.linux import (
    cpu,
    diskstats,
    filefd,
    loadavg,
    meminfo,
    netdev,
    netstat,
    os_release,
    pressure,
    sockstat,
    softnet,
    stat,
    time_,
    timex,
    uname,
    vmstat,
)  # fmt: skip
from exporter.linux.tree import Tree

MakeTree = Callable[[Mapping[str, str]], Tree]
Collect = Callable[[Tree, Families], None]

STAT = """\
cpu  300 0 150 9000 50 0 10 0 20 0
cpu0 100 10 50 4000 20 1 5 2 15 5
cpu1 200 0 100 5000 30 0 5 0 5 0
intr 12345 1 2 3
ctxt 67890
btime 1700000000
processes 4242
procs_running 3
procs_blocked 1
"""
DEV = """\
Inter-|   Receive                                                |  Transmit
 face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed
  eth0: 1000 10 1 2 3 4 5 6 2000 20 7 8 9 10 11 12
    lo:500 5 0 0 0 0 0 0 500 5 0 0 0 0 0 0
"""
CASES: list[tuple[Collect, dict[str, str], dict[str, float]]] = [
    (
        cpu.collect,
        {"proc/stat": STAT},
        {
            'node_cpu_seconds_total{cpu="0",mode="user"}': 1.0,
            'node_cpu_seconds_total{cpu="1",mode="idle"}': 50.0,
            'node_cpu_seconds_total{cpu="0",mode="steal"}': 0.02,
            'node_cpu_guest_seconds_total{cpu="0",mode="nice"}': 0.05,
        },
    ),
    (
        stat.collect,
        {"proc/stat": STAT},
        {
            "node_intr_total": 12345,
            "node_context_switches_total": 67890,
            "node_boot_time_seconds": 1700000000,
            "node_forks_total": 4242,
            "node_procs_running": 3,
            "node_procs_blocked": 1,
        },
    ),
    (
        meminfo.collect,
        {"proc/meminfo": "MemTotal:  2048 kB\nActive(anon):  4 kB\nHugePages_Total:  7\n"},
        {
            "node_memory_MemTotal_bytes": 2097152,
            "node_memory_Active_anon_bytes": 4096,
            "node_memory_HugePages_Total": 7,
        },
    ),
    (
        loadavg.collect,
        {"proc/loadavg": "0.10 0.20 0.30 1/100 999\n"},
        {"node_load1": 0.1, "node_load5": 0.2, "node_load15": 0.3},
    ),
    (
        diskstats.collect,
        {
            "proc/diskstats": "   8  0 sda 10 1 20 3000 11 2 40 4000 5 6000 7000 1 2 3 4000 5 6000\n"
            "   8  1 sda1 1 1 1 1 1 1 1 1 1 1 1\n   7  0 loop0 1 1 1 1 1 1 1 1 1 1 1\n"
        },
        {
            'node_disk_reads_completed_total{device="sda"}': 10,
            'node_disk_read_bytes_total{device="sda"}': 10240,
            'node_disk_read_time_seconds_total{device="sda"}': 3,
            'node_disk_written_bytes_total{device="sda"}': 20480,
            'node_disk_io_now{device="sda"}': 5,
            'node_disk_io_time_weighted_seconds_total{device="sda"}': 7,
            'node_disk_discarded_sectors_total{device="sda"}': 3,
            'node_disk_flush_requests_time_seconds_total{device="sda"}': 6,
        },
    ),
    (
        netdev.collect,
        {"proc/1/net/dev": DEV, "sys/class/net/eth0/statistics/rx_nohandler": "9\n"},
        {
            'node_network_receive_bytes_total{device="eth0"}': 1000,
            'node_network_receive_multicast_total{device="eth0"}': 6,
            'node_network_transmit_carrier_total{device="eth0"}': 11,
            'node_network_receive_bytes_total{device="lo"}': 500,
            'node_network_receive_nohandler_total{device="eth0"}': 9,
        },
    ),
    (
        os_release.collect,
        {"etc/os-release": 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n# text\nVERSION="12 (bookworm)"\n'},
        {
            'node_os_version{id="debian",id_like="",name="Debian GNU/Linux"}': 12,
            'node_os_info{build_id="",id="debian",id_like="",image_id="",image_version="",name="Debian GNU/Linux",'
            'pretty_name="",variant="",variant_id="",version="12 (bookworm)",version_codename="",version_id="12"}': 1,
        },
    ),
    (
        vmstat.collect,
        {"proc/vmstat": "nr_free_pages 5\npgpgin 6\npgmajfault 7\noom_kill 8\npswpout 9\n"},
        {"node_vmstat_pgpgin": 6, "node_vmstat_pgmajfault": 7, "node_vmstat_oom_kill": 8, "node_vmstat_pswpout": 9},
    ),
    (
        netstat.collect,
        {
            "proc/1/net/netstat": "TcpExt: SyncookiesSent Other ListenDrops\nTcpExt: 1 2 3\n",
            "proc/1/net/snmp": "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: CurrEstab InErrs\nTcp: 5 6\n",
            "proc/1/net/snmp6": "Ip6InOctets                     77\nUdp6NoPorts 8\nIp6OutNoRoutes 9\n",
        },
        {
            "node_netstat_TcpExt_SyncookiesSent": 1,
            "node_netstat_TcpExt_ListenDrops": 3,
            "node_netstat_Ip_Forwarding": 1,
            "node_netstat_Tcp_CurrEstab": 5,
            "node_netstat_Tcp_InErrs": 6,
            "node_netstat_Ip6_InOctets": 77,
            "node_netstat_Udp6_NoPorts": 8,
        },
    ),
    (
        sockstat.collect,
        {"proc/1/net/sockstat": "sockets: used 9\nTCP: inuse 5 mem 2\n", "proc/1/net/sockstat6": "TCP6: inuse 3\n"},
        {
            "node_sockstat_sockets_used": 9,
            "node_sockstat_TCP_inuse": 5,
            "node_sockstat_TCP_mem": 2,
            "node_sockstat_TCP_mem_bytes": 8192,
            "node_sockstat_TCP6_inuse": 3,
        },
    ),
    (
        filefd.collect,
        {"proc/sys/fs/file-nr": "1024\t0\t4096\n"},
        {"node_filefd_allocated": 1024, "node_filefd_maximum": 4096},
    ),
    (
        pressure.collect,
        {
            "proc/pressure/cpu": "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 total=0\n",
            "proc/pressure/io": "some avg10=0.00 total=2500000\nfull avg10=0.00 total=500000\n",
        },
        {
            "node_pressure_cpu_waiting_seconds_total": 1.5,
            "node_pressure_io_waiting_seconds_total": 2.5,
            "node_pressure_io_stalled_seconds_total": 0.5,
        },
    ),
    (
        uname.collect,
        {
            f"proc/sys/kernel/{name}": f"{name}\n"
            for name in ("ostype", "osrelease", "version", "hostname", "domainname")
        },
        {},
    ),
    (
        softnet.collect,
        {"proc/1/net/softnet_stat": "0000000a 1 2 0 0 0 0 0 3 4 5 00000006 00000007\n"},
        {'node_softnet_processed_total{cpu="7"}': 10, 'node_softnet_backlog_len{cpu="7"}': 6},
    ),
]


@pytest.mark.parametrize(("collect", "files", "expected"), CASES, ids=lambda case: getattr(case, "__module__", None))
def test_recorded_lines_become_samples(
    tree: MakeTree, collect: Collect, files: dict[str, str], expected: dict[str, float]
) -> None:
    """Values in base units; what is not expected by name is not there where the case names all."""
    out = Families()

    collect(tree(files), out)

    samples = dict(sample for family in out for sample in family.samples)
    assert {series: samples.get(series) for series in expected} == expected
    assert not [series for series in samples if "loop0" in series or "sda1" in series or "nr_free" in series]


def test_the_kernel_says_who_it_is(tree: MakeTree) -> None:
    """With the name of the host, not of the container."""
    names = {"ostype": "Linux", "osrelease": "6.1", "version": "#1", "hostname": "box", "domainname": "(none)"}
    out = Families()

    uname.collect(tree({f"proc/sys/kernel/{file}": f"{text}\n" for file, text in names.items()}), out)

    ((series, _),) = (sample for family in out for sample in family.samples)
    assert 'nodename="box"' in series
    assert 'release="6.1"' in series


def test_the_clock_and_its_sources_are_told(tree: MakeTree) -> None:
    """Those available, and the one in use."""
    folder = "sys/devices/system/clocksource/clocksource0"
    out = Families()

    time_.collect(
        tree({f"{folder}/available_clocksource": "tsc hpet\n", f"{folder}/current_clocksource": "tsc\n"}), out
    )

    series = {series for family in out for series, _ in family.samples}
    assert 'node_time_clocksource_available_info{clocksource="hpet",device="0"}' in series
    assert 'node_time_clocksource_current_info{clocksource="tsc",device="0"}' in series


def test_the_clock_is_asked_how_well_it_is_kept() -> None:
    """A tick is about a hundredth of a second, whatever its state."""
    out = Families()

    timex.collect(Tree(), out)

    samples = dict(sample for family in out for sample in family.samples)
    assert samples["node_timex_tick_seconds"] == pytest.approx(0.01, rel=0.2)
    assert samples["node_timex_sync_status"] in {0, 1}
    assert samples["node_timex_frequency_adjustment_ratio"] == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("collect", [cpu.collect, meminfo.collect, netdev.collect, netstat.collect, pressure.collect])
def test_what_the_kernel_does_not_have_is_absent(tree: MakeTree, collect: Collect) -> None:
    """Told apart from a failure by the exception."""
    with pytest.raises(FileNotFoundError):
        collect(tree({}), Families())
