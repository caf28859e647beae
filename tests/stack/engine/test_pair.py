"""`replicas: 2` in containers: each of the four is killed in turn and stays away, and everything is told once."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support import chaos
from tests.support.chaos import MUTED, STAYS, TOLD_SECONDS, TWINS, Run, event
from tests.support.composed import until

FOUR: Final = ("prometheus", "alertmanager", *TWINS)
PEER_TIMEOUT_SECONDS: Final = 15
"""How long the second Alertmanager waits for the first to tell, by default."""


@pytest.fixture(scope="module")
def run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A pair that is whole, with the first alerts told."""
    with chaos.run(root, tmp_path_factory.mktemp("clone"), len(FOUR) + 1, replicas=2) as found:
        until(lambda: whole(found), "all four to know each other")
        found.turn(**{event(0): 1})
        until(lambda: found.is_told(STAYS, "firing") and found.is_told(event(0), "firing"), "the first messages", 120)
        yield found


def whole(run: Run) -> bool:
    """Whether each Alertmanager knows the other, and each Prometheus both."""
    peers = [json.loads(run.stack.get(name, "/api/v2/status"))["cluster"]["peers"] for name in FOUR if "alert" in name]
    told = [
        json.loads(run.stack.get(name, "/api/v1/alertmanagers"))["data"]["activeAlertmanagers"]
        for name in FOUR
        if "prometheus" in name
    ]
    return {len(each) for each in (*peers, *told)} == {2}


def test_both_scrape_every_target(run: Run) -> None:
    """Each other, too."""
    for name in ("prometheus", "prometheus-2"):
        found = json.loads(run.stack.get(name, "/api/v1/targets?state=active"))["data"]["activeTargets"]
        assert {target["labels"]["target"]: target["health"] for target in found} == dict.fromkeys(
            (*FOUR, "local", "shop", "source"), "up"
        )


def test_what_begins_and_ends_while_one_is_away_is_told(run: Run) -> None:
    """On both channels, whoever it is, and it finds the others again."""
    for number, part in enumerate(FOUR, 1):
        run.stack.compose("kill", part)  # somebody's wish: the engine does not start it again
        run.turn(**{event(number): 1, event(number - 1): 0})
        struck = time.time()
        until(lambda: run.is_told(event(number), "firing"), f"{event(number)} without {part}", TOLD_SECONDS)  # noqa: B023
        until(lambda: run.is_told(event(number - 1), "resolved"), f"an end without {part}", TOLD_SECONDS)  # noqa: B023
        print(f"without {part}: told after {time.time() - struck:.0f} s")
        run.stack.compose("start", part)
        until(lambda: whole(run), f"{part} to be back")


def test_nothing_is_told_twice_nor_is_said_to_be_over(run: Run) -> None:
    """The second of the pair says nothing that the first has said; a window mutes both."""
    end = time.time() + PEER_TIMEOUT_SECONDS
    until(lambda: time.time() > end, "a message that the second of the pair would send", 2 * PEER_TIMEOUT_SECONDS)
    assert run.doubles(0) == []
    assert {told.status for told in run.told() if told.alert == STAYS} == {"firing"}
    assert [told for told in run.told() if told.alert == MUTED] == []
