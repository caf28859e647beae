"""Protocol statistics, from /proc/net/netstat, snmp and snmp6."""

import contextlib
import re
from functools import lru_cache
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_FIELDS: Final = re.compile(
    r".*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
    r"|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)"
    r"|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
    r"|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors)"
)
_IPV6: Final = re.compile(r"(Ip6|Icmp6|Udp6|UdpLite6)(\w+)")


def collect(tree: Tree, out: Families) -> None:
    """The fields that people ask for; there are four hundred."""
    for name in ("netstat", "snmp"):
        lines = tree.net(name).splitlines()
        for names, values in zip(lines[::2], lines[1::2], strict=False):
            numbers = values.split()
            for column, family, text in _columns(names):
                if column < len(numbers):
                    out.family(family, "untyped", text).add(int(numbers[column]))
    with contextlib.suppress(FileNotFoundError):  # a kernel without IPv6
        for line in tree.net("snmp6").splitlines():
            field, _, value = line.partition(" ")
            if named := _field6(field.rstrip()):
                out.family(named[0], "untyped", named[1]).add(int(value))


@lru_cache(maxsize=64)
def _columns(names: str) -> tuple[tuple[int, str, str], ...]:
    """Column, family and help of the fields to publish, out of a line of names."""
    protocol, *fields = names.split() or [""]
    found = ((column, f"{protocol.rstrip(':')}_{field}") for column, field in enumerate(fields, 1))
    return tuple((column, *_named(field)) for column, field in found if _FIELDS.fullmatch(field))


@lru_cache(maxsize=1024)
def _field6(field: str) -> tuple[str, str] | None:
    """Family and help of a field of IPv6; `None` if it is not published."""
    match = _IPV6.match(field)
    name = f"{match[1]}_{match[2]}" if match else ""
    return _named(name) if _FIELDS.fullmatch(name) else None


def _named(field: str) -> tuple[str, str]:
    return f"node_netstat_{field}", f"Statistic {field} of the network."
