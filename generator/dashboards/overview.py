"""The overview: what is down, what is firing, and the few figures that a team asks for first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from generator.dashboards import host, postgres, redis, service
from generator.dashboards._alerts import firing_count, firing_now
from generator.dashboards._board import SELECTED, board, drill
from generator.dashboards._face import GREEN, RED, Face, Query
from generator.dashboards._grid import Section, Tile
from generator.dashboards._panels import STATES_PER_PAGE, number, states
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import tiles
from watchspec.spec import KINDS, Spec

MONITORING: Final = f'min by (target) (up{{job=~"prometheus|alertmanager|watchspec", {SELECTED}}})'
"""1 where Prometheus reaches Alertmanager, itself and the exporter of each host."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the overview asks of a kind of target."""

    title: str
    state: str | None
    """One series a target, 1 while it is well; hosts are told by their exporters."""
    faces: Callable[[Spec], Sequence[Face]]


_KINDS: Final[Mapping[str, _Kind]] = {
    "service": _Kind("Services", service.STATE, service.overview),
    "postgres": _Kind("PostgreSQL", postgres.STATE, postgres.overview),
    "redis": _Kind("Redis", redis.STATE, redis.overview),
    "host": _Kind("Hosts", None, host.overview),
}
"""In the order of the page: what people notice first comes first."""


def dashboard(spec: Spec) -> model.Dashboard:
    """The overview of `spec`: panels only for the kinds of target that it has."""
    kinds = {name: kind for name, kind in _KINDS.items() if getattr(spec, KINDS[name])}
    sections = [
        Section(kind.title, tiles(spec, kind.faces(spec), links=[drill(spec, name)])) for name, kind in kinds.items()
    ]
    return board(spec, "overview", "Overview", [_status(spec, kinds.values()), *sections])


def _status(spec: Spec, kinds: Iterable[_Kind]) -> Section:
    state = [*(kind.state for kind in kinds if kind.state), MONITORING]
    bars = sum(1 for _ in spec.targets()) + len(("prometheus", "alertmanager"))
    height = max(8, 2 + min(bars, STATES_PER_PAGE) * 3 // 4)
    tiles = [
        Tile(_counts(state), 8, 4),
        Tile(firing_count(spec), 16, 4),
        Tile(_states(spec, state), 12, height),
        Tile(firing_now(spec), 12, height),
    ]
    return Section("", tiles)


def _counts(state: Sequence[str]) -> model.Panel:
    every = " or ".join(state)
    return number(
        Face(
            title="Targets",
            description="How many targets are down now, and how many are up. The timeline below says which, and since "
            "when.",
            unit=units.Short,
            queries=[
                Query(f"count(({every}) == 0) or vector(0)", "down"),
                Query(f"count(({every}) == 1) or vector(0)", "up"),
            ],
        ),
        colors={"down": RED, "up": GREEN},
    )


def _states(spec: Spec, state: Sequence[str]) -> model.Panel:
    return states(
        Face(
            title="State of every target",
            description="Green while a target answers, red while it does not. A gap is a time in which nobody could "
            "ask: the exporter or Prometheus was away.",
            unit=units.Short,
            queries=[Query(query, "{{target}}") for query in state],
            links=[drill(spec, "overview")],
        ),
        texts={0: ("down", RED), 1: ("up", GREEN)},
    )
