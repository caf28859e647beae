"""Temperatures and cooling devices, from /sys/class/thermal.

Source: https://docs.kernel.org/driver-api/thermal/sysfs-api.html
"""

import contextlib
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_FOLDER: Final = "sys/class/thermal"


def collect(tree: Tree, out: Families) -> None:
    """Each zone's temperature in degrees Celsius, each cooling device's state; one that cannot be read is left out."""
    for name in tree.names(_FOLDER):
        with contextlib.suppress(OSError):
            if name.startswith("thermal_zone"):
                _zone(tree, name.removeprefix("thermal_zone"), out)
            elif name.startswith("cooling_device"):
                _cooling(tree, name.removeprefix("cooling_device"), out)


def _zone(tree: Tree, zone: str, out: Families) -> None:
    folder = f"{_FOLDER}/thermal_zone{zone}"
    labels = render(type=tree.value(f"{folder}/type"), zone=zone)
    text = "Temperature of the zone, in degrees Celsius."
    out.gauge("node_thermal_zone_temp", text, int(tree.value(f"{folder}/temp")) / 1000, labels)


def _cooling(tree: Tree, name: str, out: Families) -> None:
    folder = f"{_FOLDER}/cooling_device{name}"
    labels = render(name=name, type=tree.value(f"{folder}/type"))
    current, most = (int(tree.value(f"{folder}/{state}")) for state in ("cur_state", "max_state"))
    out.gauge("node_cooling_device_cur_state", "State of the cooling device.", current, labels)
    out.gauge("node_cooling_device_max_state", "Highest state of the cooling device.", most, labels)
