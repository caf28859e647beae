"""Every part of the stack is broken in turn: all comes back by itself, no alert is lost, none is told twice.

Alert after alert begins while something is broken and ends while the next thing is; one fires all along, one is muted.
`pytest tests/stack/engine/test_chaos.py --update-golden` writes what it saw into docs/reliability.md.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import chaos, reliability
from tests.support.chaos import MUTED, STAYS, TOLD_SECONDS, Run, event
from tests.support.composed import until
from tests.support.reliability import Outcome
from tests.support.strikes import FAULTS, FORGETS, Fault


@pytest.fixture(scope="module")
def run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A stack that is well, with the first alerts told."""
    with chaos.run(root, tmp_path_factory.mktemp("clone"), len(FAULTS) + 1) as found:
        since = time.time()
        chaos.recover(found.stack, since)
        found.current = event(0)
        found.turn(**{found.current: 1})
        until(lambda: found.is_told(STAYS, "firing") and found.is_told(event(0), "firing"), "the first messages", 120)
        yield found


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """What came of the faults so far."""
    return []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_everything_comes_back_and_what_began_and_ended_meanwhile_is_told(
    run: Run, outcomes: list[Outcome], fault: Fault
) -> None:
    """By itself, within a bound, on both channels; but ends that nobody was left to remember."""
    begins, ends = event(FAULTS.index(fault) + 1), run.current
    run.current, struck = begins, time.time()
    with fault.strike(run) as seen:
        run.turn(**{begins: 1, ends: 0})
        time.sleep(fault.lasts)
        over = time.time()
    over = over if fault.instant else time.time()
    took = chaos.recover(run.stack, over)
    until(lambda: run.is_told(begins, "firing"), f"{begins} told", TOLD_SECONDS)
    if not fault.forgets:  # before the next fault: one at a time
        until(lambda: run.is_told(ends, "resolved"), f"the end of {ends}", TOLD_SECONDS)
    told = min(told.at for told in run.told() if told.alert == begins)
    outcomes.append(Outcome(fault, seen, struck, took, told - over, begins, ends))
    print(outcomes[-1], run.doubles(struck), run.others(struck))


def test_nothing_is_told_twice(run: Run, outcomes: list[Outcome]) -> None:
    """Not on either channel; but what Alertmanager had no time to write down."""
    twice = reliability.doubles(run, outcomes)
    twice.pop(FORGETS, None)
    assert {name: found for name, found in twice.items() if found} == {}


def test_what_fires_all_the_time_is_never_said_to_be_over(run: Run) -> None:
    """Whoever was broken."""
    assert {told.status for told in run.told() if told.alert == STAYS} == {"firing"}


def test_what_is_muted_stays_muted(run: Run) -> None:
    """The window is one of UTC, whatever the zone of the clock."""
    assert [told for told in run.told() if told.alert == MUTED] == []
    assert run.stack.query(f'ALERTS{{alertname="{MUTED}", alertstate="firing"}}') != {}


def test_the_page_has_a_line_for_every_fault(
    run: Run, outcomes: list[Outcome], root: Path, update_golden: bool
) -> None:
    """With what was measured when it was written."""
    page = root / "docs/reliability.md"
    table = reliability.table(run, outcomes)
    print(table)
    if update_golden:
        assert len(outcomes) == len(FAULTS), "only a whole run is written down"
        reliability.write(page, table)
    assert reliability.names(page) == [fault.name for fault in FAULTS]
