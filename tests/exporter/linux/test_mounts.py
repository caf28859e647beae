"""Mounts out of mountinfo."""

from hypothesis import given
from hypothesis import strategies as st

from exporter.linux.mounts import Mount, parse

TEXT = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
23 22 0:21 / /proc rw,nosuid - proc proc rw
24 22 8:17 / /data\\040disk ro,noatime shared:2 - xfs /dev/sdb1 rw
25 22 0:40 / /mnt/nas rw - nfs4 nas:/export rw
26 22 0:41 / /var/lib/docker/overlay2/x/merged rw - ext4 /dev/sda1 rw
27 22 0:42 / /mnt/nas rw - nfs4 nas:/export rw
"""


def test_what_holds_files_is_reported_once() -> None:
    """Spaces are written in octal; a mount is read only if its own options say so."""
    assert parse(TEXT, "/") == [
        Mount("/dev/sda1", "/", "ext4", "8", "1", read_only=False),
        Mount("/dev/sdb1", "/data disk", "xfs", "8", "17", read_only=True),
        Mount("nas:/export", "/mnt/nas", "nfs4", "0", "40", read_only=False),
    ]


def test_a_prefix_is_taken_off_where_the_host_is_seen_below_it() -> None:
    """The host's own names are published."""
    text = "1 0 8:1 / /host rw - ext4 /dev/sda1 rw\n2 1 8:2 / /host/data rw - ext4 /dev/sda2 rw\n"

    assert [mount.point for mount in parse(text, "/host")] == ["/", "/data"]


@given(st.text())
def test_no_line_is_too_strange(text: str) -> None:
    """A kernel may add fields; nothing is taken for granted."""
    parse(text, "/")
