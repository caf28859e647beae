"""Panels of what only some hosts publish: processes by name, systemd's units, files of metrics, temperatures."""

from collections.abc import Callable, Sequence
from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._panels import series
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, listing, sheet, targets
from generator.dashboards._tiles import settled
from watchspec.spec import Host, Spec

_GROUP: Final = "target, groupname"
_SUM: Final = f"sum by ({_GROUP})"


def panels(spec: Spec) -> Sequence[model.Panel]:
    """Those that some host of `spec` is set to publish."""
    return [draw(spec) for applies, draw in _PANELS if any(map(applies, spec.hosts))]


def _processes(spec: Spec) -> model.Panel:
    count, cpu, memory, files, started = (
        f"namedprocess_namegroup_{name}"
        for name in ("num_procs", "cpu_seconds_total", "memory_bytes", "open_filedesc", "oldest_start_time_seconds")
    )
    figures = (
        Figure("Processes", f"{_SUM} ({count}{{{SELECTED}}})", units.Short),
        Figure("CPU", f"{_SUM} (rate({cpu}{{{SELECTED}}}[$__rate_interval]))", units.PercentUnit),
        Figure("Memory", f'{_SUM} ({memory}{{memtype="resident", {SELECTED}}})', units.BytesIEC),
        Figure("Files", f"{_SUM} ({files}{{{SELECTED}}})", units.Short),
        Figure("Oldest", f"time() - (min by ({_GROUP}) ({started}{{{SELECTED}}}) > 0)", units.Seconds, empty="none"),
    )
    face = Face(
        title="Processes by name",
        description="The programs that the spec names, the busiest first. CPU in cores: 100% is one of them. Memory "
        "that processes share counts once for each. Zero processes of a program that should run is an outage that "
        "nothing else may notice.",
        unit=units.Short,
        related="HostProcessMissing",
    )
    keys = {"target": targets(spec, "Host", "host"), "groupname": Column("Program")}
    return sheet(spec, face, keys, figures, sort="CPU", falling=True)


def _units(spec: Spec) -> model.Panel:
    face = Face(
        title="Failed units",
        description="Units that systemd has given up on. Empty is normal; systemctl status UNIT says why, systemctl "
        "restart UNIT tries again.",
        unit=units.Short,
        queries=[Query(f'max by (target, name) (node_systemd_unit_state{{state="failed", {SELECTED}}}) == 1')],
        related="HostUnitFailed",
        empty="none has failed",
    )
    shown = {"target": targets(spec, "Host", "host"), "name": Column("Unit")}
    return listing(settled(spec, face), shown, sort="target", hidden=("Time", "Value"))


def _textfiles(spec: Spec) -> model.Panel:
    face = Face(
        title="Age of files of metrics",
        description="How long ago each *.prom file was written. A saw that falls to zero as often as its job runs is "
        "normal; a line that only climbs is a job that does not run any more, whose figures are old.",
        unit=units.Seconds,
        queries=[
            Query(f"time() - max by (target, file) (node_textfile_mtime_seconds{{{SELECTED}}})", "{{target}} {{file}}")
        ],
        alert="HostTextfileStale",
        empty="no file",
    )
    return series(settled(spec, face))


def _temperatures(spec: Spec) -> model.Panel:
    face = Face(
        title="Temperatures",
        description="What the sensors say. 40 to 80 °C are normal under load; near the limit of its maker a processor "
        "makes itself slow, then stops: look at fans, filters and the room.",
        unit=units.Celsius,
        queries=[
            Query(
                f"max by (target, chip, sensor) (node_hwmon_temp_celsius{{{SELECTED}}})",
                "{{target}} {{chip}} {{sensor}}",
            )
        ],
        empty="no sensor",
    )
    return series(face)


_PANELS: Final[Sequence[tuple[Callable[[Host], object], Callable[[Spec], model.Panel]]]] = (
    (lambda host: host.processes, _processes),
    (lambda host: host.collectors.get("systemd"), _units),
    (lambda host: host.textfiles, _textfiles),
    (lambda host: host.collectors.get("hwmon"), _temperatures),  # virtual machines have none: only where asked for
)
"""What a host must say, and what is shown then."""
