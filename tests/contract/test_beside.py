"""This exporter and the four on the same servers; where the four are installed."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

import pytest

from bench import alike, pages
from bench.families import other_values
from bench.page import Shape
from bench.pages import Both
from tests.contract.test_families import EXCUSES, SHARE

Contract = Mapping[str, Mapping[str, Shape]]
EXPORTERS: Final = list(pages.TARGETS)
OTHER_VALUES: Final = {
    "process_*": "each exporter's own process",
    "node_procs_*": "of the moment",
    "node_sockstat_*": "of the moment",
    "redis_commands_*": "of the commands that the exporters themselves send",
    "redis_connected_slave_lag_seconds": "of the moment",
    "redis_latency_percentiles_usec": "of the commands that the exporters themselves send",
    "node_scrape_collector_*": "each exporter's own collectors",
    "pg_settings_extra_float_digits": "set by the driver of postgres_exporter for its own session",
}
"""Series that may differ, and why."""


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_nearly_all_that_they_publish_is_published_here(exporter: str, beside: Both, contract: Contract) -> None:
    """Of the families of the contract; other versions may have others."""
    theirs = {name: shape for name, shape in beside.theirs()[exporter].items() if name in contract[exporter]}
    about_itself = [excuse.pattern for excuse in EXCUSES if excuse.reason.startswith("describes the other program")]
    of_targets = {
        name: shape for name, shape in theirs.items() if not any(fnmatchcase(name, pattern) for pattern in about_itself)
    }

    found = alike.compare(of_targets, pages.families([beside.ours]))

    assert found.share() >= SHARE, (*found.missing, *found.different)


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_what_is_excused_for_want_of_something_is_not_published_by_them_either(exporter: str, beside: Both) -> None:
    """An excuse is proven by the exporter that would publish the family if it could."""
    excuses = [one for one in EXCUSES if one.holds() and not one.reason.startswith("describes the other program")]

    excused = [name for name in beside.theirs()[exporter] if any(fnmatchcase(name, one.pattern) for one in excuses)]

    assert excused == []


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_what_stands_still_has_the_same_value_here(exporter: str, beside: Both) -> None:
    """Series whose value stayed the same in two scrapes of each."""
    found = [
        line
        for line in other_values(beside, exporter)
        if not any(fnmatchcase(line.partition("{")[0], pattern) for pattern in OTHER_VALUES)
    ]

    assert found == []
