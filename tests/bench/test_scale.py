"""What is stored, of whom, and how much that becomes."""

from pathlib import Path

import pytest

from bench.scale import Stored, labelled, matching, stored, whose
from tests.support.need import program


def test_a_month_is_samples_and_an_index_in_each_block() -> None:
    """172,800 samples a series at 15 s, in ten blocks."""
    assert Stored(sample=1.0, index=100.0).month(2) == 2 * (172_800 + 1_000)


def test_the_page_of_a_service_gets_its_target() -> None:
    """Beside the labels that it has."""
    assert list(labelled(["up 1", 'a{b="c d"} 2'], "shop")) == ['up{target="shop"} 1', 'a{target="shop",b="c d"} 2']


def test_only_whole_names_that_are_read_are_kept() -> None:
    """With labels and without."""
    assert list(matching(["up 1", 'up_x{a="b"} 1', 'a_b{c="d"} 2'], ["up", "a_.*"])) == ["up 1", 'a_b{c="d"} 2']


@pytest.mark.parametrize(
    ("line", "of"),
    [
        ('redis_up{target="cache"} 1', "Redis"),
        ('pg_up{a="target",target="main-db"} 1', "Postgres"),
        ("node_load1 0", "host"),
        ("process_cpu_seconds_total 1", "the exporter itself"),
    ],
)
def test_a_sample_belongs_to_its_target(line: str, of: str) -> None:
    """Or to the machine and the program that it comes from."""
    assert whose(line) == of


def test_what_changes_takes_more_than_what_stays(tmp_path: Path) -> None:
    """In blocks that promtool made."""
    program("promtool")
    still = stored(tmp_path / "still", [["a 1"]] * 240)
    moving = stored(tmp_path / "moving", [[f"a {(place * 7919) % 1013 / 7}"] for place in range(240)])
    assert 0 < still.sample < 1 < moving.sample < 16
    assert still.index > 0
