"""The clock: its time, time zone and source."""

import time
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_FOLDER: Final = "sys/devices/system/clocksource"


def collect(tree: Tree, out: Families) -> None:
    """Time in Unix seconds, the time zone's offset, and the clock sources."""
    out.gauge("node_time_seconds", "Time of the machine, in Unix seconds.", time.time())
    zone = time.localtime()
    text = "Offset of the time zone from UTC, in seconds."
    out.gauge("node_time_zone_offset_seconds", text, zone.tm_gmtoff, render(time_zone=zone.tm_zone))
    for name in tree.names(_FOLDER):
        if not name.startswith("clocksource"):
            continue
        device = name.removeprefix("clocksource")
        for source in tree.value(f"{_FOLDER}/{name}/available_clocksource").split():
            labels = render(clocksource=source, device=device)
            out.gauge("node_time_clocksource_available_info", "Clock sources that there are; always 1.", 1, labels)
        labels = render(clocksource=tree.value(f"{_FOLDER}/{name}/current_clocksource"), device=device)
        out.gauge("node_time_clocksource_current_info", "The clock source in use; always 1.", 1, labels)
