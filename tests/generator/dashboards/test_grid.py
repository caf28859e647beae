"""Places on Grafana's grid."""

from generator.dashboards._grid import Section, Tile, arrange
from generator.dashboards._sdk import model


def tile(width: int, height: int) -> Tile:
    """A panel of a size."""
    return Tile(model.Panel(), width, height)


def places(*sections: Section) -> list[tuple[int, int]]:
    """Left and top of every panel, in order."""
    found = [panel.grid_pos for panel in arrange(sections)]
    return [(place.x, place.y) for place in found if place]


def test_tiles_go_from_left_to_right_and_wrap() -> None:
    """A new line begins below the highest tile of the last one."""
    assert places(Section("", [tile(12, 4), tile(12, 9), tile(8, 5)])) == [(0, 0), (12, 0), (0, 9)]


def test_a_section_begins_with_its_heading_below_the_last_one() -> None:
    """The heading takes a row of its own."""
    assert places(Section("", [tile(24, 4)]), Section("Hosts", [tile(6, 8)])) == [(0, 0), (0, 4), (0, 5)]


def test_a_section_without_tiles_has_no_heading() -> None:
    """Nothing to see, nothing to say."""
    assert places(Section("Redis", []), Section("Hosts", [tile(6, 8)])) == [(0, 0), (0, 1)]


def test_ids_count_from_one_in_the_order_of_the_page() -> None:
    """Headings too; Grafana takes 0 for none."""
    assert [panel.id_val for panel in arrange([Section("Hosts", [tile(6, 8), tile(6, 8)])])] == [1, 2, 3]
