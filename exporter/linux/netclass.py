"""What the kernel says of each network interface, from /sys/class/net.

Source: https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-net
"""

import re
from typing import Final

from exporter.families import Families, FamilyType, render
from exporter.linux.tree import Tree

_FOLDER: Final = "sys/class/net"
_TEXTS: Final = ("address", "broadcast", "duplex", "ifalias", "operstate")
# File, family, type, help, factor; numbers are decimal or 0x….
_FILES: Final[tuple[tuple[str, str, FamilyType, str, float], ...]] = (
    ("addr_assign_type", "address_assign_type", "gauge", "How the address was assigned.", 1),
    ("carrier", "carrier", "gauge", "Whether there is a carrier.", 1),
    ("carrier_changes", "carrier_changes_total", "counter", "Changes of the carrier.", 1),
    ("carrier_up_count", "carrier_up_changes_total", "counter", "Times that the carrier came.", 1),
    ("carrier_down_count", "carrier_down_changes_total", "counter", "Times that the carrier went.", 1),
    ("dev_id", "device_id", "gauge", "Tells interfaces of one address from each other.", 1),
    ("dormant", "dormant", "gauge", "Whether the interface is dormant.", 1),
    ("flags", "flags", "gauge", "Flags of the interface.", 1),
    ("ifindex", "iface_id", "gauge", "Number of the interface.", 1),
    ("iflink", "iface_link", "gauge", "Number of the interface that this one stands on.", 1),
    ("link_mode", "iface_link_mode", "gauge", "Link mode: 0 default, 1 dormant.", 1),
    ("mtu", "mtu_bytes", "gauge", "Largest packet, in bytes.", 1),
    ("name_assign_type", "name_assign_type", "gauge", "How the name was assigned.", 1),
    ("netdev_group", "net_dev_group", "gauge", "Group of the interface.", 1),
    ("speed", "speed_bytes", "gauge", "Speed, in bytes a second; below 0 if it is not known.", 1e6 / 8),
    ("tx_queue_len", "transmit_queue_length", "gauge", "Length of the queue for sending, in packets.", 1),
    ("type", "protocol_type", "gauge", "Protocol of the interface (ARPHRD_… of <linux/if_arp.h>).", 1),
)
_FAMILIES: Final = tuple(
    (file, f"node_network_{name}", kind, text, factor) for file, name, kind, text, factor in _FILES
)
_NAMES: Final = (*_TEXTS, *(file for file, _, _, _, _ in _FILES))
_UP: Final = 1
"""IFF_UP of the flags."""


def collect(tree: Tree, out: Families, *, chosen: re.Pattern[str] | None = None) -> None:
    """State, address, speed, flags of each interface; of those whose name matches `chosen`, if it is given."""
    for device in tree.names(_FOLDER):
        if chosen is None or chosen.fullmatch(device):
            _interface(tree, device, out)


def _interface(tree: Tree, device: str, out: Families) -> None:
    try:  # a down interface answers EINVAL for some files
        found = tree.values(f"{_FOLDER}/{device}", _NAMES)
    except OSError:  # bonding_masters is a file; and an interface may go while it is read
        return
    labels = render(device=device)
    for file, name, kind, text, factor in _FAMILIES:
        if file in found:
            value = int(found[file], 0)
            out.family(name, kind, text).add(value * factor if factor != 1 else value, labels)
    up = int(found.get("operstate") == "up")
    out.gauge("node_network_up", "Whether the interface is up.", up, labels)
    info = {name: found.get(name, "") for name in _TEXTS}
    info |= {"adminstate": "up" if int(found.get("flags", "0"), 0) & _UP else "down", "device": device}
    text = "What the kernel says of the interface; always 1."
    out.gauge("node_network_info", text, 1, render(**dict(sorted(info.items()))))
