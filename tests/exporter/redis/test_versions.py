"""INFO of several versions: excerpts of the fields that changed, after the documentation, and what becomes of them."""

from pathlib import Path

import pytest

from exporter.families import Families
from exporter.redis import commands, families
from exporter.redis.info import parse, split
from exporter.text import encode, merged

FOLDER = Path(__file__).parent / "info"


@pytest.mark.parametrize("version", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_what_a_version_says_becomes_its_families(version: str, update_golden: bool) -> None:
    """Whatever a version lacks is left out, and what is unknown does no harm."""
    rest, statistics = split((FOLDER / f"{version}.txt").read_bytes().decode())
    out, info = Families('target="c"'), parse(rest)
    families.fields(out, info)
    families.identity(out, info)
    families.keyspace(out, info, 2)
    families.replication(out, info)
    commands.families(out, statistics)
    page = encode(merged(out)[0])
    golden = FOLDER / f"{version}.metrics"
    if update_golden:
        golden.write_bytes(page)

    assert page.decode() == golden.read_text()
