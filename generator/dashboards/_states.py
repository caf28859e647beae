"""Which targets are up, as figures and over time."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._face import GREEN, RED, Face, Link, Query
from generator.dashboards._panels import STATES_PER_PAGE, number, states
from generator.dashboards._sdk import model, units

UP_OR_DOWN: Final = {0: ("down", RED), 1: ("up", GREEN)}
"""Values of states as words."""
_LEAST_HEIGHT: Final = 8


def counts(title: str, description: str, state: Sequence[str]) -> model.Panel:
    """How many targets are down and up; each of `state` gives one series a target, 1 while it is well."""
    every = " or ".join(state)
    return number(
        Face(
            title=title,
            description=description,
            unit=units.Short,
            queries=[
                Query(f"count(({every}) == 0) or vector(0)", "down"),
                Query(f"count(({every}) == 1) or vector(0)", "up"),
            ],
        ),
        colors={"down": RED, "up": GREEN},
    )


def timeline(state: Sequence[str], link: Link) -> model.Panel:
    """Since when each target is in its state."""
    return states(
        Face(
            title="State of every target",
            description="Green while a target answers, or a job is on time, red while it does not. A gap is a time in "
            "which nobody could ask: the exporter or Prometheus was away.",
            unit=units.Short,
            queries=[Query(query, "{{target}}") for query in state],
            links=[link],
        ),
        texts=UP_OR_DOWN,
    )


def height(bars: int) -> int:
    """How high a timeline of so many bars has to be, in Grafana's rows."""
    return max(_LEAST_HEIGHT, 2 + min(bars, STATES_PER_PAGE) * 3 // 4)
