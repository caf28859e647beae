"""Sensors of the hardware, from /sys/class/hwmon: temperatures, voltages, fans, power.

Files: https://docs.kernel.org/hwmon/sysfs-interface.html; names and units as node_exporter derives them.
"""

import os
import re
from collections.abc import Iterator
from typing import Final

from exporter.families import Families, FamilyType, render
from exporter.linux.tree import Tree

_FOLDER: Final = "sys/class/hwmon"
_FILE: Final = re.compile(
    r"(vrm|beep_enable|update_interval|in|cpu|fan|pwm|temp|curr|power|energy|humidity|intrusion|freq)(\d{0,9})(?:_(.+))?"
)
_STRANGE: Final = re.compile("[^a-z0-9:_]")
_SINGLE: Final = {
    "beep_enable": ("beep_enabled", 1), "vrm": ("voltage_regulator_version", 1),
    "update_interval": ("update_interval_seconds", 1e3),
}  # fmt: skip
"""What a chip has one of: family, divisor."""
_UNITS: Final[dict[str, tuple[str, float]]] = {
    "in": ("_volts", 1e3), "cpu": ("_volts", 1e3), "temp": ("_celsius", 1e3), "curr": ("_amps", 1e3),
    "energy": ("_joule_total", 1e6), "power": ("_watt", 1e6), "humidity": ("", 1e6),
}  # fmt: skip
_ELEMENTS: Final[dict[tuple[str, str], tuple[str, float]]] = {
    ("temp", "type"): ("", 1), ("power", "accuracy"): ("", 1e6), ("power", "average_interval"): ("_seconds", 1e3),
    ("power", "average_interval_min"): ("_seconds", 1e3), ("power", "average_interval_max"): ("_seconds", 1e3),
    ("fan", "input"): ("_rpm", 1), ("fan", "min"): ("_rpm", 1), ("fan", "max"): ("_rpm", 1),
    ("fan", "target"): ("_rpm", 1),
}  # fmt: skip
"""Elements that are not in the unit of their sensor."""
_PLAIN: Final = {"fault": "", "alarm": "", "beep": "_enabled"}

_Sensor = dict[str, str]
"""Element → what its file says."""


def collect(tree: Tree, out: Families) -> None:
    """Everything that each chip says; a file that cannot be read is left out."""
    for name in tree.names(_FOLDER):
        folder = f"{_FOLDER}/{name}"
        chip = _chip(tree, folder)
        labels = render(chip=chip, chip_name=_clean(_read(tree, f"{folder}/name")))
        if not labels.endswith('=""'):
            out.gauge("node_hwmon_chip_names", "What the chip calls itself; always 1.", 1, labels)
        for (kind, number), sensor in sorted(_sensors(tree, folder).items()):
            _sensor(kind, f"{kind}{number}", chip, sensor, out)


def _chip(tree: Tree, folder: str) -> str:
    """A name that does not depend on the order in which modules are loaded: the bus and address of its device."""
    path = tree.path(folder)
    device = os.path.realpath(f"{path}/device")
    if os.path.exists(device):  # noqa: PTH110
        parts = [_clean(part) for part in device.split("/")[-2:]]
        if all(parts):
            return "_".join(parts)
    return _clean(_read(tree, f"{folder}/name")) or _clean(os.path.realpath(path).rpartition("/")[2])


def _sensors(tree: Tree, folder: str) -> dict[tuple[str, int], _Sensor]:
    found: dict[tuple[str, int], _Sensor] = {}
    for path, name in _files(tree, folder):
        if (match := _FILE.fullmatch(name)) and (text := _read(tree, path)):
            found.setdefault((match[1], int(match[2] or 0)), {})[match[3] or ""] = text
    return found


def _files(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    for part in (folder, f"{folder}/device"):  # old drivers have them there
        try:
            names = tree.names(part)
        except OSError:
            continue
        yield from ((f"{part}/{name}", name) for name in names)


def _sensor(kind: str, name: str, chip: str, sensor: _Sensor, out: Families) -> None:
    labels = render(chip=chip, sensor=name)
    if "label" in sensor:
        shown = render(chip=chip, label=sensor["label"], sensor=name)
        out.gauge("node_hwmon_sensor_label", "What the chip calls the sensor; always 1.", 1, shown)
    for element, text in sensor.items():
        try:
            value = float(text)
        except ValueError:
            continue
        if kind == "freq" and element == "input":
            shown = render(chip=chip, sensor=_clean(sensor.get("label", "")) or name)
            out.gauge("node_hwmon_freq_freq_mhz", "Clock rate, in megahertz.", value / 1e6, shown)
            continue
        family, type_, divisor = _family(kind, element, has_value="" in sensor)
        help_ = f"Sensor of the hardware: {kind} {element}.".replace(" .", ".")
        out.family(family, type_, help_).add(value / divisor if divisor != 1 else value, labels)


def _family(kind: str, element: str, *, has_value: bool) -> tuple[str, FamilyType, float]:
    """Name, type and divisor of an element; `has_value` if the sensor has a file without an element too."""
    if kind in _SINGLE:
        name, divisor = _SINGLE[kind]
        return f"node_hwmon_{name}", "gauge", divisor
    middle = f"_{_clean(element)}" if element and (element != "input" or has_value) else ""
    if element in _PLAIN:
        return f"node_hwmon_{kind}{middle}{_PLAIN[element]}", "gauge", 1
    unit, divisor = _ELEMENTS.get((kind, element)) or _UNITS.get(kind, ("", 1))
    return f"node_hwmon_{kind}{middle}{unit}", "counter" if kind == "energy" else "gauge", divisor


def _clean(text: str) -> str:
    return _STRANGE.sub("_", text.strip().lower()).strip("_")


def _read(tree: Tree, path: str) -> str:
    try:
        return tree.read(path).strip("\n")
    except OSError:
        return ""
