"""A machine that an exporter runs on."""

from watchspec.spec._target import Target
from watchspec.spec.base import Address, Patterns


class Host(Target):
    """One machine; its exporter reads it from inside."""

    exporter: Address | None = None
    """Where Prometheus finds this machine's exporter; the stack's own by default."""
    filesystems: Patterns = Patterns()
    """Mount points to report."""
    disks: Patterns = Patterns()
    """Block devices to report, such as `sda`."""
    networks: Patterns = Patterns()
    """Network interfaces to report, such as `eth0`."""
    textfiles: str | None = None
    """A folder of `*.prom` files, as node_exporter's textfile collector reads them."""
