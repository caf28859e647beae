"""The overview: what is down, what is firing, and the few figures that a team asks for first."""

from collections.abc import Iterator, Sequence
from typing import Final

from generator.dashboards import host, job, postgres, redis
from generator.dashboards._alerts import firing_count, firing_now
from generator.dashboards._board import SELECTED, board, drill
from generator.dashboards._face import Face
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._live import live, nearest
from generator.dashboards._panels import number
from generator.dashboards._sdk import model
from generator.dashboards._service_around import CPU, MEMORY, scraped
from generator.dashboards._service_health import PROBES, STATE
from generator.dashboards._service_requests import (
    BUDGET_LEFT,
    LEAST_BUDGET,
    counted,
    duration,
    errors,
    promises,
    rate,
    timed,
)
from generator.dashboards._states import counts, height, timeline
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec

MONITORING: Final = f'min by (target) (up{{job=~"prometheus|alertmanager|watchspec", {SELECTED}}})'
"""1 where Prometheus reaches Alertmanager, itself and the exporter of each host."""
_OWN_PARTS: Final = ("prometheus", "alertmanager")
_FIGURES_HEIGHT: Final = 4
_LINES_HEIGHT: Final = 7
"""Three lines of graphs and the figures above them fill a first screen."""


def dashboard(spec: Spec) -> model.Dashboard:
    """The overview of `spec`: panels only for the kinds of target that it has."""
    first = Section("", [*_figures(spec), *_lines(spec)])
    return board(spec, "overview", "Overview", [first, Section("What is wrong", _status(spec)), *_kinds(spec)])


def _figures(spec: Spec) -> list[Tile]:
    answer = "How many targets are down now, and how many are up. The timeline below says which, and since when."
    state = Tile(counts("Targets", answer, _states(spec)), 6, _FIGURES_HEIGHT)
    budget = tiles(spec, [LEAST_BUDGET] if promises(spec) else [], number)
    left = COLUMNS - state.width
    last = [Tile(tile.panel, left // 3, _FIGURES_HEIGHT) for tile in budget]
    return [state, Tile(firing_count(spec), left - sum(tile.width for tile in last), _FIGURES_HEIGHT), *last]


def _states(spec: Spec) -> Sequence[str]:
    known = (
        (spec.services, STATE),
        (spec.postgres, postgres.STATE),
        (spec.redis, redis.STATE),
        (spec.jobs, job.state(spec)),
    )
    return [*(state for targets, state in known if targets), MONITORING]


def _lines(spec: Spec) -> Iterator[Tile]:
    """What a small team asks for first: what is asked of the services, over which connections, on which machines."""
    yield from _linked(spec, "service", list(_requests(spec)))
    own = list(live(spec))
    yield from _linked(spec, "service" if own else "overview", own or list(nearest(spec)))
    if spec.hosts:
        yield from _linked(spec, "host", host.overview(spec)[:2])
    elif scraped(spec):
        yield from _linked(spec, "service", (CPU, MEMORY))


def _requests(spec: Spec) -> Iterator[Face]:
    if counted(spec):
        yield rate(spec)
    if timed(spec):
        yield duration(spec, "50", "95")
    if counted(spec):
        yield errors(spec)
    if spec.services and not counted(spec) and not timed(spec):
        yield PROBES


def _linked(spec: Spec, kind: str, faces: Sequence[Face]) -> list[Tile]:
    return tiles(spec, faces, height=_LINES_HEIGHT, links=[drill(spec, kind)])


def _status(spec: Spec) -> list[Tile]:
    high = height(sum(1 for _ in spec.targets()) + len(_OWN_PARTS))
    half = COLUMNS // 2
    return [Tile(firing_now(spec), half, high), Tile(timeline(_states(spec), drill(spec, "overview")), half, high)]


def _kinds(spec: Spec) -> Iterator[Section]:
    """More of each kind of target, in closed rows: its dashboard has the rest."""
    services = [*([PROBES] if counted(spec) or timed(spec) else []), *([BUDGET_LEFT] if promises(spec) else [])]
    rows = (
        ("Services", "service", spec.services, services),
        ("PostgreSQL", "postgres", spec.postgres, postgres.overview(spec)),
        ("Redis", "redis", spec.redis, redis.overview(spec)),
        ("Hosts", "host", spec.hosts, host.overview(spec)[2:]),
    )
    for title, kind, targets, faces in rows:
        if targets:
            yield Section(title, tiles(spec, faces, links=[drill(spec, kind)]), collapsed=True)
    if spec.jobs:
        yield Section("Jobs", job.overview(spec), collapsed=True)
