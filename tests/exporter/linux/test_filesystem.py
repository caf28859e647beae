"""A file system that does not answer costs only itself."""

import os
import threading
import time

import pytest

from exporter.deadline import Deadline
from exporter.families import Families
from exporter.linux.filesystem import Prober, collect
from exporter.linux.mounts import Mount


class Slow:
    """statvfs, with a path that hangs until it is let go."""

    def __init__(self) -> None:
        self.loose = threading.Event()
        self.asked: list[str] = []

    def __call__(self, path: str) -> os.statvfs_result:
        """Ask the system, later for the path that hangs."""
        self.asked.append(path)
        if path == "/hung":
            self.loose.wait(30)
        return os.statvfs("/")


def mount(point: str) -> Mount:
    """A mount at a point."""
    return Mount("/dev/x", point, "ext4", "8", "1", read_only=False)


def test_a_hung_mount_is_skipped_from_the_first_scrape_on() -> None:
    """No second call hangs on it, and once it answers it is reported again."""
    slow = Slow()
    prober = Prober(slow)
    paths = ["/a", "/hung", "/b"]

    started = time.monotonic()
    first = prober.ask([paths], Deadline.after(0.4))
    second = prober.ask([paths], Deadline.after(0.4))

    assert time.monotonic() - started < 1
    assert [path for path in paths if first[path] is None] == ["/hung"]
    assert [path for path in paths if second[path] is None] == ["/hung"]
    assert slow.asked.count("/hung") == 1

    slow.loose.set()
    deadline = time.monotonic() + 5
    while prober.ask([paths], Deadline.after(0.4))["/hung"] is None:
        assert time.monotonic() < deadline
    prober.close()


def test_a_mount_that_cannot_be_asked_says_why() -> None:
    """In the label, with the other mounts whole."""
    out = Families()

    collect([mount("/"), mount("/no/such/folder")], "/", Prober(), Deadline.after(5), out)

    samples = dict(sample for family in out for sample in family.samples)
    labels = 'device="/dev/x",device_error="no such file or directory",fstype="ext4",mountpoint="/no/such/folder"'
    assert samples[f"node_filesystem_device_error{{{labels}}}"] == 1
    assert samples['node_filesystem_size_bytes{device="/dev/x",device_error="",fstype="ext4",mountpoint="/"}'] > 0


def test_a_timeout_is_reported_as_a_device_error() -> None:
    """Under node_exporter's word for it."""
    slow, out = Slow(), Families()

    collect([mount("/hung")], "/", Prober(slow), Deadline.after(0.2), out)
    slow.loose.set()

    samples = dict(sample for family in out for sample in family.samples)
    labels = 'device="/dev/x",device_error="mountpoint timeout",fstype="ext4",mountpoint="/hung"'
    assert samples[f"node_filesystem_device_error{{{labels}}}"] == 1
    assert not [series for series in samples if series.startswith("node_filesystem_size")]


def test_a_hung_network_mount_holds_up_no_local_one() -> None:
    """Each has a thread of its own, so that the local answer does not wait for the other's patience."""
    slow = Slow()
    prober = Prober(slow)
    answers = prober.ask([["/a", "/b"], ["/hung", "/c"]], Deadline.after(0.4))
    slow.loose.set()

    assert [path for path in ("/a", "/b", "/hung", "/c") if answers[path] is None] == ["/hung"]
    assert slow.asked.index("/a") < 2
    prober.close()


@pytest.mark.parametrize(("type_", "remote"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False)])
def test_network_file_systems_are_told_by_their_type(type_: str, *, remote: bool) -> None:
    """FUSE may be anything."""
    assert Mount("x", "/x", type_, "0", "1", read_only=False).is_remote == remote
