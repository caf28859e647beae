"""What is said of the targets' state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.families import Families, Family, render
from exporter.lane import Outcome
from exporter.reasons import Reason
from exporter.status import Board, Key, State, Status, health_score, judged, overall

_STATES = st.sampled_from(["up", "degraded", "down", "unknown"])


def _families(**samples: float) -> tuple[Family, ...]:
    out = Families(render(target="t"))
    for name, value in samples.items():
        out.gauge(name, "A figure.", value)
    return tuple(out)


def _statuses(*states: State) -> list[Status]:
    return [Status(Key("redis", str(number)), state) for number, state in enumerate(states)]


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Outcome(_families(redis_up=1), None, 0.01), "up", ""),
        (Outcome(_families(redis_up=1), None, 2.5), "degraded", "slow"),
        (Outcome(_families(pg_up=1, pg_scrape_collector_success=0), None, 0.1), "degraded", "part"),
        (Outcome(_families(probe_success=1, watchspec_health_component_up=0), None, 0.1), "degraded", "part"),
        (Outcome(_families(redis_up=1), "denied", 0.1, "CONFIG"), "degraded", "denied"),
        (Outcome(_families(redis_up=0), "refused", 0.1), "down", "refused"),
        (Outcome((), "timeout", 0.0), "down", "timeout"),
    ],
)
def test_an_outcome_is_judged(outcome: Outcome, state: State, reason: Reason) -> None:
    """A target that answers but lacks a part is neither up nor down."""
    assert judged(outcome)[:2] == (state, reason)


def test_the_parts_that_failed_are_named() -> None:
    """The first ones of many."""
    out = Families()
    for number in range(8):
        out.gauge("node_scrape_collector_success", "Success.", 0, render(collector=f"c{number}"))

    assert judged(Outcome(tuple(out), None, 0.1))[2] == "c0, c1, c2, c3, c4 and 3 more failed"


def test_since_is_the_last_change_of_state() -> None:
    """Not the last look, and not a change of the reason."""
    clock = [0.0]
    board = Board(lambda: clock[0])
    seen: list[Status] = []
    outcomes: list[tuple[Reason | None, float]] = [(None, 100), (None, 110), ("refused", 120), ("timeout", 130)]
    for reason, clock[0] in outcomes:
        board.observe("redis", "cache", "", Outcome((), reason, 0.5, "of bob@example.com"))
        seen += board._seen.values()

    assert [(one.state, one.since, one.seen) for one in seen] == [
        ("up", 100, 100), ("up", 100, 110), ("down", 120, 120), ("down", 120, 130),
    ]  # fmt: skip
    assert seen[-1].error == "timeout: of ***@***"


@pytest.mark.parametrize(
    ("states", "score"),
    [
        ([], 100),
        (["unknown"], 100),
        (["up", "up"], 100),
        (["up", "degraded"], 75),
        (["up", "up", "down"], 66),
        (["down", "unknown"], 0),
    ],
)
def test_the_health_score_is_the_share_of_targets_that_are_up(states: list[State], score: int) -> None:
    """A degraded one counts half."""
    assert health_score(_statuses(*states)) == score


def test_replicas_share_the_weight_of_their_target() -> None:
    """A service of ten replicas does not drown the database."""
    replicas = [Status(Key("service", "api", str(number)), "up") for number in range(9)]
    down = [Status(Key("service", "api", "9"), "down"), Status(Key("postgres", "main"), "down")]

    assert health_score([*replicas, *down]) == 45


@given(st.lists(_STATES, min_size=1))
def test_the_health_score_is_full_only_if_all_is_well(states: list[State]) -> None:
    """And nothing only if nothing is."""
    statuses = _statuses(*states)
    known = [state for state in states if state != "unknown"]

    assert 0 <= health_score(statuses) <= 100
    assert (health_score(statuses) == 100) is all(state == "up" for state in known)
    assert (overall(statuses) == "ok") is all(state == "up" for state in known)
    assert (overall(statuses) == "down") is (bool(known) and all(state == "down" for state in known))


@given(st.lists(_STATES, min_size=1), st.integers(0))
def test_a_target_that_comes_up_never_lowers_the_score(states: list[State], at: int) -> None:
    """However the others are."""
    better = list(states)
    better[at % len(states)] = "up"

    before, after = _statuses(*states), _statuses(*better)
    if "unknown" not in states:
        assert health_score(after) >= health_score(before)
