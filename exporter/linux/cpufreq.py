"""Clock rates of the CPUs, from /sys/devices/system/cpu/cpu*/cpufreq.

Source: https://docs.kernel.org/admin-guide/pm/cpufreq.html
"""

import re
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_FOLDER: Final = "sys/devices/system/cpu"
_CPU: Final = re.compile(r"cpu(\d+)")
_FILES: Final = (
    ("cpuinfo_cur_freq", "node_cpu_frequency_hertz", "Clock rate that the hardware reports, in hertz."),
    ("cpuinfo_min_freq", "node_cpu_frequency_min_hertz", "Lowest clock rate of the hardware, in hertz."),
    ("cpuinfo_max_freq", "node_cpu_frequency_max_hertz", "Highest clock rate of the hardware, in hertz."),
    ("scaling_cur_freq", "node_cpu_scaling_frequency_hertz", "Clock rate, in hertz."),
    ("scaling_min_freq", "node_cpu_scaling_frequency_min_hertz", "Lowest clock rate allowed, in hertz."),
    ("scaling_max_freq", "node_cpu_scaling_frequency_max_hertz", "Highest clock rate allowed, in hertz."),
)
_NAMES: Final = ("scaling_governor", "scaling_available_governors", *(file for file, _, _ in _FILES))


def collect(tree: Tree, out: Families) -> None:
    """Clock rates, which the kernel gives in kilohertz, and the governor; a file that cannot be read is left out."""
    if not tree.names(f"{_FOLDER}/cpufreq"):  # one folder for all: no need to look at each CPU
        return
    for name in tree.names(_FOLDER):
        if cpu := _CPU.fullmatch(name):
            _one(tree, cpu[1], out)


def _one(tree: Tree, cpu: str, out: Families) -> None:
    try:  # some files are for root alone, or there only with some drivers
        found = tree.values(f"{_FOLDER}/cpu{cpu}/cpufreq", _NAMES)
    except OSError:  # an offline CPU
        return
    labels = render(cpu=cpu)
    for file, name, text in _FILES:
        if found.get(file, "").isdecimal():  # or <unknown>
            out.gauge(name, text, int(found[file]) * 1000, labels)
    for governor in found.get("scaling_available_governors", "").split():
        labels, used = render(cpu=cpu, governor=governor), int(governor == found.get("scaling_governor"))
        out.gauge("node_cpu_scaling_governor", "Whether it is the governor in use.", used, labels)
