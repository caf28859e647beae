"""Traffic of network interfaces, from /proc/net/dev."""

import re
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_COLUMNS: Final = (
    ("receive_bytes", "Bytes received."),
    ("receive_packets", "Packets received."),
    ("receive_errs", "Packets received with errors."),
    ("receive_drop", "Packets dropped on receipt."),
    ("receive_fifo", "Overruns on receipt."),
    ("receive_frame", "Packets received with framing errors."),
    ("receive_compressed", "Compressed packets received."),
    ("receive_multicast", "Multicast packets received."),
    ("transmit_bytes", "Bytes sent."),
    ("transmit_packets", "Packets sent."),
    ("transmit_errs", "Packets that failed to be sent."),
    ("transmit_drop", "Packets dropped on sending."),
    ("transmit_fifo", "Overruns on sending."),
    ("transmit_colls", "Collisions."),
    ("transmit_carrier", "Losses of carrier on sending."),
    ("transmit_compressed", "Compressed packets sent."),
)
_NO_HANDLER: Final = ("node_network_receive_nohandler_total", "Packets received that nobody wanted.")


def collect(tree: Tree, out: Families, *, chosen: re.Pattern[str] | None = None) -> None:
    """Bytes, packets, errors of each interface; of those whose name matches `chosen`, if it is given."""
    for line in tree.net("dev").splitlines()[2:]:
        name, _, values = line.rpartition(":")
        device = name.strip()
        if chosen is not None and not chosen.fullmatch(device):
            continue
        labels = render(device=device)
        for (column, text), value in zip(_COLUMNS, values.split(), strict=False):
            out.counter(f"node_network_{column}_total", text, int(value), labels)
        try:
            unwanted = tree.value(f"sys/class/net/{device}/statistics/rx_nohandler")
        except OSError:
            continue
        out.counter(*_NO_HANDLER, int(unwanted), labels)
