"""The first line of a page of servers: are they up, what matters most of each, and who they are."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from generator.dashboards._face import GREEN, RED, Face
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._panels import number
from generator.dashboards._sdk import model
from generator.dashboards._tables import Figure, figure
from generator.dashboards._tiles import settled
from watchspec.spec import Spec

_FEW: Final = 4
"""So many servers have large figures beside the table; more would be too small, and have a row each in it."""
_WIDTH: Final = 3
_LOW: Final = 6
_HIGH: Final = 8
_STATES: Final = {0: ("down", RED), 1: ("up", GREEN)}

Servers = Callable[[Spec, Sequence[Figure]], model.Panel]
"""A table of servers, with some figures before its own."""


def glance(spec: Spec, count: int, up: Face, faces: Sequence[Face], servers: Servers) -> Iterator[Tile]:
    """The line of `count` servers: their state `up`, the first query of each of `faces`, and the table."""
    if count > _FEW:
        yield Tile(servers(spec, [figure(up, _STATES), *map(figure, faces)]), COLUMNS, _HIGH)
        return
    yield Tile(number(settled(spec, up), texts=_STATES), _WIDTH, _LOW)
    yield from (Tile(number(settled(spec, face)), _WIDTH, _LOW) for face in faces)
    yield Tile(servers(spec, ()), COLUMNS - _WIDTH * (1 + len(faces)), _LOW)
