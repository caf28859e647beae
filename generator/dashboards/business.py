"""Figures of the business: what the spec's own queries count."""

from collections.abc import Iterator

from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Section
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec


def dashboard(spec: Spec) -> model.Dashboard:
    """One panel for each of the spec's queries."""
    return board(spec, "business", "Business", [Section("", tiles(spec, list(_faces(spec))))])


def _faces(spec: Spec) -> Iterator[Face]:
    for query in (query for server in spec.postgres for query in server.queries):
        yield Face(
            title=query.name,
            description=query.help,
            unit=units.Short,
            queries=[Query(f"{query.name}{{{SELECTED}}}", "{{target}}")],
        )
