"""What the exporter says of itself."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from exporter.deadline import Deadline
from exporter.families import Family
from exporter.lane import Outcome
from exporter.own import Own

Values = Callable[[object], dict[str, float]]


@dataclass
class Named:
    """A collector that has only a name."""

    target: str
    labels: str = ""
    kind: str = "service"

    def collect(self, _: Deadline) -> Iterable[Family]:
        """Nothing."""
        return ()

    def down(self) -> Iterable[Family]:
        """Nothing."""
        return ()

    def abort(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def test_each_outcome_is_a_success_a_duration_and_perhaps_an_error(values: Values) -> None:
    """Replicas of a service are told apart."""
    own = Own()
    fine, broken = Outcome((), None, 0.25), Outcome((), "tls", 1.5, "expired")
    outcomes = [(Named("a"), fine), (Named("b", 'instance="h:1"'), broken)]

    values(own.families(outcomes, 0))
    page = values(own.families(outcomes, 3))

    assert page['watchspec_scrape_success{kind="service",target="a"}'] == 1
    assert page['watchspec_scrape_duration_seconds{kind="service",target="a"}'] == 0.25
    assert page['watchspec_scrape_success{kind="service",target="b",instance="h:1"}'] == 0
    assert page['watchspec_scrape_errors_total{kind="service",target="b",instance="h:1",reason="tls"}'] == 2
    assert page["watchspec_duplicate_samples_total"] == 3
    assert not any("expired" in series for series in page)


def test_reloads_are_told(values: Values) -> None:
    """A failed one keeps the time of the last that worked."""
    own, before = Own(), time.time()
    worked, moment = "watchspec_config_last_reload_successful", "watchspec_config_last_reload_success_timestamp_seconds"

    own.reloaded(worked=True)
    first = values(own.families((), 0))
    own.reloaded(worked=False)
    second = values(own.families((), 0))

    assert (first[worked], second[worked]) == (1, 0)
    assert before <= first[moment] == second[moment] <= time.time()


def test_the_process_is_told(values: Values) -> None:
    """Memory, CPU time and files, as every exporter does, without the time at which a counter began."""
    page = values(Own().families((), 0))

    assert page["process_resident_memory_bytes"] > 1e6
    assert page["process_open_fds"] >= 3
    assert "process_cpu_seconds_total" in page
    assert not any(series.partition("{")[0].endswith("_created") for series in page)
