"""Panels → places on Grafana's grid of 24 columns, with ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from generator.dashboards._sdk import model

COLUMNS: Final = 24
_ROW_HEIGHT: Final = 1


@dataclass(frozen=True, slots=True)
class Tile:
    """A panel and its size, in columns and in Grafana's rows of 30 pixels."""

    panel: model.Panel
    width: int
    height: int = 8


@dataclass(frozen=True, slots=True)
class Section:
    """Tiles below a heading; without a title, below none."""

    title: str
    tiles: Sequence[Tile]


def arrange(sections: Sequence[Section]) -> list[model.Panel | model.RowPanel]:
    """The panels of `sections` from left to right and top to bottom, each with an id and a place of its own."""
    panels: list[model.Panel | model.RowPanel] = []
    top = 0
    for section in sections:
        if section.title and section.tiles:
            panels.append(
                model.RowPanel(title=section.title, grid_pos=model.GridPos(h=_ROW_HEIGHT, w=COLUMNS, x=0, y=top))
            )
            top += _ROW_HEIGHT
        top = _place(section.tiles, top)
        panels += [tile.panel for tile in section.tiles]
    for number, panel in enumerate(panels, start=1):
        panel.id_val = number
    return panels


def _place(tiles: Sequence[Tile], top: int) -> int:
    """Lay `tiles` out in lines from `top` on, each line as high as its highest tile; return where the last one ends."""
    left, bottom = 0, top
    for tile in tiles:
        if left + tile.width > COLUMNS:
            left, top = 0, bottom
        tile.panel.grid_pos = model.GridPos(h=tile.height, w=tile.width, x=left, y=top)
        left, bottom = left + tile.width, max(bottom, top + tile.height)
    return bottom
