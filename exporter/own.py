"""What the exporter says of itself: how the scrape of each target went, and its own process."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.registry import CollectorRegistry

from exporter.families import Families, Family, FamilyType, render
from exporter.lane import Collector, Outcome
from watchspec import __version__

_TYPES: Final[dict[str, FamilyType]] = {"counter": "counter", "gauge": "gauge"}


class Own:
    """Counters that outlive a scrape, and the process's own figures."""

    def __init__(self) -> None:
        self._errors: Counter[str] = Counter()
        self._duplicates = 0
        self._reload_worked, self._reloaded = True, time.time()
        self._lock = threading.Lock()
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def reloaded(self, *, worked: bool) -> None:
        """Remember how the last reload of the spec ended."""
        self._reload_worked = worked
        if worked:
            self._reloaded = time.time()

    def families(self, outcomes: Iterable[tuple[Collector, Outcome]], dropped: int) -> Iterator[Family]:
        """The exporter's families after one scrape in which `dropped` samples were duplicates."""
        out = Families()
        out.gauge("watchspec_build_info", "Version of the exporter; always 1.", 1, render(version=__version__))
        for collector, outcome in outcomes:
            self._outcome(out, collector, outcome)
        with self._lock:
            self._duplicates += dropped
            for labels, count in sorted(self._errors.items()):
                out.counter(
                    "watchspec_scrape_errors_total", "Scrapes of a target that failed, by reason.", count, labels
                )
            text = "Samples left out because the page had the same series already."
            out.counter("watchspec_duplicate_samples_total", text, self._duplicates)
        text = "Whether the last reload of the spec worked (1) or left the old one running (0)."
        out.gauge("watchspec_config_last_reload_successful", text, int(self._reload_worked))
        text = "When a spec was last taken, in Unix seconds."
        out.gauge("watchspec_config_last_reload_success_timestamp_seconds", text, self._reloaded)
        yield from out
        yield from _process(self._registry)

    def _outcome(self, out: Families, collector: Collector, outcome: Outcome) -> None:
        labels = scrape_labels(collector)
        text = "Whether the target was read (1) or not (0)."
        out.gauge("watchspec_scrape_success", text, int(outcome.reason is None), labels)
        out.gauge(
            "watchspec_scrape_duration_seconds",
            "How long the target took to read, in seconds.",
            outcome.seconds,
            labels,
        )
        if outcome.reason is not None:
            with self._lock:
                self._errors[f"{labels},{render(reason=outcome.reason)}"] += 1


def scrape_labels(collector: Collector) -> str:
    """Kind and target, and what tells one replica of a target from another."""
    labels = render(kind=collector.kind, target=collector.target)
    return f"{labels},{collector.labels}" if collector.labels else labels


def _process(registry: CollectorRegistry) -> Iterator[Family]:
    for metric in registry.collect():
        for sample in metric.samples:
            if sample.name.endswith("_created"):
                continue
            family = Family(sample.name, _TYPES.get(metric.type, "gauge"), metric.documentation)
            family.add(sample.value, render(**sample.labels))
            yield family
