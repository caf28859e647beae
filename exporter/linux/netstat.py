"""Protocol statistics, from /proc/net/netstat, snmp and snmp6."""

import contextlib
import re
from collections.abc import Iterator
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_FIELDS: Final = re.compile(
    r".*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
    r"|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)"
    r"|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
    r"|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors)"
)
_IPV6: Final = re.compile(r"(Ip6|Icmp6|Udp6|UdpLite6)(\w+)\s+(\d+)")


def collect(tree: Tree, out: Families) -> None:
    """The fields that people ask for; there are four hundred."""
    for field, value in _fields(tree):
        if _FIELDS.fullmatch(field):
            out.family(f"node_netstat_{field}", "untyped", f"Statistic {field} of the network.").add(value)


def _fields(tree: Tree) -> Iterator[tuple[str, int]]:
    for name in ("netstat", "snmp"):
        lines = tree.net(name).splitlines()
        for names, values in zip(lines[::2], lines[1::2], strict=False):
            protocol, *fields = names.split()
            for field, value in zip(fields, values.split()[1:], strict=False):
                yield f"{protocol.rstrip(':')}_{field}", int(value)
    with contextlib.suppress(FileNotFoundError):  # a kernel without IPv6
        for match in _IPV6.finditer(tree.net("snmp6")):
            yield f"{match[1]}_{match[2]}", int(match[3])
