"""Faces → tiles: with the thresholds and the links that the spec gives them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from generator.dashboards._face import Face, Link
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._limits import limits
from generator.dashboards._panels import series
from generator.dashboards._sdk import model
from generator.dashboards.address import runbook, silence
from watchspec.spec import Spec

_HEIGHT: Final = 8


def tiles(
    spec: Spec,
    faces: Sequence[Face],
    draw: Callable[[Face], model.Panel] = series,
    *,
    height: int = _HEIGHT,
    links: Sequence[Link] = (),
) -> list[Tile]:
    """`faces` side by side, as wide as the page together; `links` are added to every value."""
    return [
        Tile(draw(settled(spec, replace(face, links=[*face.links, *links]))), width, height)
        for face, width in zip(faces, _widths(len(faces)), strict=True)
    ]


def _widths(tiles: int) -> list[int]:
    """Widths that are alike and fill the page; what is left over goes to the first ones."""
    return [COLUMNS // tiles + (place < COLUMNS % tiles) for place in range(tiles)]


def settled(spec: Spec, face: Face) -> Face:
    """`face` with the thresholds of its alert, unless it has its own, and the links to what the alert is about."""
    about = [*_about(spec, face.alert, "Silence"), *_about(spec, face.related, "New silence of")]
    return replace(face, thresholds=face.thresholds or limits(spec, face.alert), about=[*face.about, *about])


def _about(spec: Spec, alert: str, silencing: str) -> list[Link]:
    if not alert:
        return []
    page = runbook(spec, alert)
    runbooks = [Link(f"Runbook of {alert}", page)] if page else []
    return [*runbooks, Link(f"{silencing} {alert}", silence(spec, alertname=alert))]
