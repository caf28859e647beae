"""The tables of queries, and which of them a version gets."""

import re
from pathlib import Path

import pytest

from exporter.postgres.queries import OFF, QUERIES, SLOW, chosen
from exporter.postgres.query import Query, gauge
from watchspec.spec.postgres import COLLECTORS


def columns(version: int) -> set[str]:
    """The families that a server of the version may give."""
    return {column.name for query in chosen(version, {}) for column in query.columns}


@pytest.mark.parametrize("version", [130_000, 140_020, 150_018, 160_001])
def test_before_17_there_is_no_checkpointer(version: int) -> None:
    """Its figures are the background writer's."""
    assert not [name for name in columns(version) if "checkpointer" in name]
    assert "pg_stat_bgwriter_checkpoints_timed_total" in columns(version)


@pytest.mark.parametrize("version", [170_000, 180_006])
def test_since_17_there_is(version: int) -> None:
    """With the timed and the requested ones."""
    assert {
        "pg_stat_checkpointer_num_timed_total",
        "pg_stat_checkpointer_num_requested_total",
        "pg_stat_bgwriter_buffers_clean_total",
    } <= columns(version)


def test_a_query_has_its_first_and_its_last_version() -> None:
    """Both ends count as they say."""
    query = Query("x", "SELECT 1", (gauge("a", "a", "A."),), since=14, until=16)
    taken = [major for major in range(13, 19) if list(chosen(major * 10_000 + 5, {}, [query]))]

    assert taken == [14, 15]


def test_collectors_can_be_switched() -> None:
    """Off and on."""
    on = {query.collector for query in chosen(150_000, {})}
    switched = {query.collector for query in chosen(150_000, {"wal": False, "bloat": True})}

    assert on - switched == {"wal"}
    assert switched - on == {"bloat"}


def test_the_spec_knows_the_collectors() -> None:
    """All of them, and no others."""
    assert {query.collector for query in QUERIES} | {"settings"} == set(COLLECTORS)
    assert set(COLLECTORS) >= OFF >= SLOW


def test_the_page_names_every_collector(root: Path) -> None:
    """So that whoever switches one finds it."""
    page = (root / "docs" / "postgres.md").read_text(encoding="utf-8")

    assert [name for name in COLLECTORS if f"`{name}`" not in page] == []


def test_names_and_help_are_well_formed() -> None:
    """Help is a sentence; a family has one type and one help, and no label twice."""
    found: dict[str, tuple[str, str]] = {}
    for query in QUERIES:
        assert len(set(query.labels)) == len(query.labels)
        for column in query.columns:
            assert re.fullmatch(r"(pg|watchspec_postgres)_[a-z_]+", column.name)
            assert column.help.endswith(".")
            assert found.setdefault(column.name, (column.type, column.help)) == (column.type, column.help)
