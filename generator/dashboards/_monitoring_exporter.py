"""Panels of the exporters: what they read, what they could not read, what they cost."""

from typing import Final

from generator.dashboards._face import GREEN, RED, Column, Face, Query
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet, targets
from watchspec.spec import Spec

_EACH: Final = "kind, target"
_ERRORS: Final = 'watchspec_scrape_errors_total{job="watchspec"}'
_FAILURES: Final = f"rate({_ERRORS}[$__rate_interval])"
_NOTHING: Final = (
    f'label_replace(label_replace(vector(0) unless on () {_FAILURES}, "target", "nothing", "", ""),'
    ' "reason", "fails", "", "")'
)
"""Zero while no exporter has had anything to count since its start."""
READ: Final = f'min by ({_EACH}) (watchspec_scrape_success{{job="watchspec"}})'
"""1 for each target that was read last time, all its replicas."""


def readings(spec: Spec) -> model.Panel:
    """Every target that the exporters read: whether it worked, and how long it took."""
    failures = f"round(sum by ({_EACH}) (increase({_ERRORS}[$__range]))) or 0 * {READ}"
    took = f'max by ({_EACH}) (watchspec_scrape_duration_seconds{{job="watchspec"}})'
    texts = {0: ("failed", RED), 1: ("whole", GREEN)}
    figures = (
        Figure("Read", READ, units.Short, texts=texts),
        Figure("Took", took, units.Seconds, "TargetScrapeSlow"),
        Figure("Failures", failures, units.Short),
    )
    face = Face(
        title="What the exporters read",
        description="Every target: whether it was read whole last time, how long that took, and how often it failed in "
        "the shown time. Milliseconds and no failures are normal; the reasons stand beside, the details in the "
        "exporter's log.",
        unit=units.Short,
        related="TargetScrapeFailing",
        empty="nothing is watched",
    )
    keys = {"target": targets(spec, "Target", "overview"), "kind": Column("Kind")}
    return sheet(spec, face, keys, figures, sort="Failures", falling=True)


REASONS: Final = Face(
    title="Why targets could not be read",
    description="Failed reads a minute, by reason. None is normal. timeout: no answer in time; busy: the last attempt "
    "still hangs; refused, dns, tls: no connection; auth, denied: credentials or rights; protocol: no sense; internal: "
    "a bug, the exporter's log has it.",
    unit=units.CountsPerMinute,
    queries=(
        Query(
            f"60 * sum by (target, reason) ({_FAILURES}) or {_NOTHING}",
            "{{target}} {{reason}}",
        ),
    ),
    related="TargetScrapeFailing",
)
"""Failures over time."""

_MEMORY: Final = Face(
    title="Memory of the exporters",
    description="Resident memory of each exporter: some 50 MB, more with very many tables or keys. It levels off soon "
    "after a start; a line that goes on climbing is a leak: restart it, and tell its makers.",
    unit=units.BytesIEC,
    queries=(Query('max by (target) (process_resident_memory_bytes{job="watchspec"})', "{{target}}"),),
    alert="ExporterMemory",
)

_CPU: Final = Face(
    title="CPU of the exporters",
    description="Share of one core that each exporter takes. A percent or two is normal; it grows with the number of "
    "targets and with shorter scrape intervals.",
    unit=units.PercentUnit,
    queries=(
        Query('max by (target) (rate(process_cpu_seconds_total{job="watchspec"}[$__rate_interval]))', "{{target}}"),
    ),
)

_SAMPLES: Final = Face(
    title="Samples of the exporters",
    description="Series on each exporter's page. Flat is normal; a jump is a new target, or very many tables, keys or "
    "mounts. Samples left out because their series was there already should be none: two sources say the same.",
    unit=units.Short,
    queries=(
        Query('max by (target) (scrape_samples_scraped{job="watchspec"})', "{{target}}"),
        Query(
            'max by (target) (increase(watchspec_duplicate_samples_total{job="watchspec"}[$__rate_interval]))',
            "{{target}} left out",
        ),
    ),
)

COST: Final = (_MEMORY, _CPU, _SAMPLES)
"""What the exporters take and give."""
