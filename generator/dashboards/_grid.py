"""Panels → places on Grafana's grid of 24 columns, with ids."""

from collections.abc import Iterator, Sequence
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
    collapsed: bool = False
    """Whether the tiles are shown, and their queries asked, only when somebody opens the heading."""


def arrange(sections: Sequence[Section]) -> list[model.Panel | model.RowPanel]:
    """The panels of `sections` from left to right and top to bottom, each with an id and a place of its own."""
    panels: list[model.Panel | model.RowPanel] = []
    top = 0
    for section in sections:
        shown = [tile.panel for tile in section.tiles]
        if section.title and shown:
            row = _row(section, top)
            panels.append(row)
            top += _ROW_HEIGHT
            if section.collapsed:
                row.panels = shown
        bottom = _place(section.tiles, top)
        if not (section.title and section.collapsed):
            panels += shown
            top = bottom
    for number, panel in enumerate(_unfolded(panels), start=1):
        panel.id_val = number
    return panels


def _row(section: Section, top: int) -> model.RowPanel:
    place = model.GridPos(h=_ROW_HEIGHT, w=COLUMNS, x=0, y=top)
    return model.RowPanel(title=section.title, collapsed=section.collapsed, grid_pos=place)


def _unfolded(panels: Sequence[model.Panel | model.RowPanel]) -> Iterator[model.Panel | model.RowPanel]:
    for panel in panels:
        yield panel
        if isinstance(panel, model.RowPanel):
            yield from panel.panels


def _place(tiles: Sequence[Tile], top: int) -> int:
    """Lay `tiles` out in lines from `top` on, each line as high as its highest tile; return where the last one ends."""
    left, bottom = 0, top
    for tile in tiles:
        if left + tile.width > COLUMNS:
            left, top = 0, bottom
        tile.panel.grid_pos = model.GridPos(h=tile.height, w=tile.width, x=left, y=top)
        left, bottom = left + tile.width, max(bottom, top + tile.height)
    return bottom
