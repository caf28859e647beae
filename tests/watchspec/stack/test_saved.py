"""Generated files are put back as they were."""

from pathlib import Path

from generator import files
from generator.yamltext import BANNER
from watchspec.stack.saved import Saved


def test_what_was_changed_added_and_removed_is_put_back(tmp_path: Path) -> None:
    """Bytes and manifest alike; somebody else's file is left alone."""
    files.write({"a.yml": f"{BANNER}\na: 1\n", "b/c.json": "{}"}, tmp_path)
    (tmp_path / "theirs.yml").write_text("x: 1")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    saved = Saved.of(tmp_path)
    files.write({"a.yml": f"{BANNER}\na: 2\n", "d.json": "[]"}, tmp_path)
    saved.put_back()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_that_held_nothing_keeps_what_is_new(tmp_path: Path) -> None:
    """The first start has nothing to go back to."""
    saved = Saved.of(tmp_path / "out")
    files.write({"a.yml": f"{BANNER}\n"}, tmp_path / "out")
    saved.put_back()
    assert (tmp_path / "out/a.yml").exists()
