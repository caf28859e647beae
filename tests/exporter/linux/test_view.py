"""Whether the machine is seen, or only a container."""

from pathlib import Path

import pytest

from exporter.families import Families
from exporter.linux.view import View, host_view, of_files

FIRST, OTHER = "pid:[4026531836]", "pid:[4026532777]"
DISK = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
LAYERS = "500 400 0:52 / / rw,relatime - overlay overlay rw\n"


def machine(folder: Path, *, pids: str = FIRST, own: str = DISK, first: str = DISK, cgroup: str = "0::/\n") -> Path:
    """Files of /proc as a process sees them."""
    for name, mounts in (("self", own), ("1", first)):
        (folder / "proc" / name).mkdir(parents=True)
        (folder / "proc" / name / "mountinfo").write_text(mounts)
        (folder / "proc" / name / "cgroup").write_text(cgroup)
    (folder / "proc/self/ns").mkdir()
    (folder / "proc/self/ns/pid").symlink_to(pids)
    (folder / "sys/class/net/eth0").mkdir(parents=True)
    return folder


def test_a_machine_is_seen_whole(tmp_path: Path) -> None:
    """Even if its image was made from a container's."""
    (machine(tmp_path) / ".dockerenv").touch()

    view = of_files(tmp_path)

    assert view.whole
    assert view.warning == ""


def test_a_container_sees_only_itself(tmp_path: Path) -> None:
    """The warning says how to show it the machine."""
    (machine(tmp_path, pids=OTHER, own=LAYERS, first=LAYERS) / ".dockerenv").touch()

    view = of_files(tmp_path)

    assert view.parts == {"filesystems": False, "network": False, "processes": False}
    assert view.warning == (
        "only the container is seen (filesystems, network, processes): /.dockerenv is there, process numbers are a "
        "container's, the root file system is made of layers; mount the host's root file system, /:/host:ro,rslave, "
        "and say --root /host"
    )


def test_a_container_that_shares_network_and_processes_lacks_the_file_systems(tmp_path: Path) -> None:
    """Its root is not that of process 1; its network has a device."""
    folder = machine(tmp_path, own=LAYERS)
    (folder / "sys/class/net/eth0/device").mkdir()

    assert of_files(folder).parts == {"filesystems": False, "network": True, "processes": True}


@pytest.mark.parametrize("cgroup", ["0::/kubepods/besteffort/pod1\n", "12:cpu:/docker/0123\n"])
def test_a_control_group_tells_a_container(tmp_path: Path, cgroup: str) -> None:
    """Where nothing else does."""
    assert of_files(machine(tmp_path, pids=OTHER, cgroup=cgroup)).signs[0] == "the control group is a container's"


def test_a_root_that_shows_a_host_is_whole_and_one_that_does_not_says_so(tmp_path: Path) -> None:
    """An empty mount is the usual mistake."""
    (tmp_path / "empty").mkdir()

    assert host_view(machine(tmp_path / "host")).whole
    assert "/empty shows no host; mount the host's root" in host_view(tmp_path / "empty").warning


def test_nothing_is_said_of_what_cannot_be_read(tmp_path: Path) -> None:
    """No file, no sign."""
    assert of_files(tmp_path).whole


def test_each_part_is_a_series() -> None:
    """One if it is seen."""
    out = Families()

    View("/", {"filesystems": False, "network": True}).publish(out)

    assert [family.samples for family in out] == [
        [('watchspec_host_view{part="filesystems"}', 0), ('watchspec_host_view{part="network"}', 1)]
    ]
