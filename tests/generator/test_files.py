"""Writing: whole sets of files or nothing, and only what is ours."""

import json
from pathlib import Path

import pytest

from generator.files import MANIFEST, Written, drift, write
from generator.yamltext import dump
from watchspec.errors import EnvironmentFailure

FILES = {"rules/a.yml": dump({"a": 1}), "grafana/b.json": "{}\n"}


def _tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_first_run_writes_everything_and_a_second_nothing(tmp_path: Path) -> None:
    """Unchanged files keep their time stamps."""
    assert write(FILES, tmp_path / "new") == Written(2, 0, 0)
    before = (tmp_path / "new/rules/a.yml").stat().st_mtime_ns
    assert write(FILES, tmp_path / "new") == Written(0, 2, 0)
    assert (tmp_path / "new/rules/a.yml").stat().st_mtime_ns == before
    assert set(_tree(tmp_path / "new")) == {*FILES, MANIFEST}


def test_what_is_no_longer_rendered_is_removed_with_its_empty_folder(tmp_path: Path) -> None:
    """Whether known by its banner or by the manifest alone."""
    write({**FILES, "other/c.yml": dump({}), "other/d.json": "[]\n"}, tmp_path)
    assert write(FILES, tmp_path) == Written(0, 2, 2)
    assert not (tmp_path / "other").exists()


def test_two_sets_of_files_share_a_folder(tmp_path: Path) -> None:
    """Each has a manifest of its own and removes only what stands in it."""
    write(FILES, tmp_path)
    assert write({"a.html": "a", "b.html": "b"}, tmp_path, ".pages") == Written(2, 0, 0)
    assert write({"a.html": "a"}, tmp_path, ".pages") == Written(0, 1, 1)
    assert write(FILES, tmp_path) == Written(0, 2, 0)
    assert set(_tree(tmp_path)) == {*FILES, MANIFEST, "a.html", ".pages"}


def test_a_neighbour_is_never_touched(tmp_path: Path) -> None:
    """Neither a file beside ours, nor one of ours that somebody has made their own."""
    write({**FILES, "grafana/own.json": "{}\n"}, tmp_path)
    (tmp_path / "rules/mine.yml").write_text("groups: []\n")
    (tmp_path / "grafana/own.json").write_text('{"edited": true}\n')
    write(FILES, tmp_path)
    assert (tmp_path / "rules/mine.yml").read_text() == "groups: []\n"
    assert json.loads((tmp_path / "grafana/own.json").read_text()) == {"edited": True}


def test_a_foreign_file_in_the_way_stops_everything(tmp_path: Path) -> None:
    """Nothing is written, not even the files that are free."""
    (tmp_path / "grafana").mkdir()
    (tmp_path / "grafana/b.json").write_text("mine\n")
    with pytest.raises(EnvironmentFailure, match=r"b\.json: is in the way and was not written by watchspec"):
        write(FILES, tmp_path)
    assert _tree(tmp_path) == {"grafana/b.json": "mine\n"}


def test_a_failure_leaves_the_old_files_whole(tmp_path: Path) -> None:
    """Text that cannot be encoded fails in the temporary folder."""
    write(FILES, tmp_path)
    before = _tree(tmp_path)
    with pytest.raises(UnicodeEncodeError):
        write({**FILES, "rules/a.yml": dump({"a": 2}), "rules/z.yml": "\ud800"}, tmp_path)
    assert _tree(tmp_path) == before


def test_nothing_to_write_is_refused(tmp_path: Path) -> None:
    """An empty result would remove everything."""
    write(FILES, tmp_path)
    with pytest.raises(EnvironmentFailure, match="nothing to write"):
        write({}, tmp_path)
    assert set(_tree(tmp_path)) == {*FILES, MANIFEST}


@pytest.mark.parametrize("link", ["rules", "rules/a.yml"])
def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path, link: str) -> None:
    """What lies behind it stays as it is."""
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    (outside / "a.yml").write_text(FILES["rules/a.yml"])
    (folder / link).parent.mkdir(parents=True)
    (folder / link).symlink_to(outside if link == "rules" else outside / "a.yml")
    with pytest.raises(EnvironmentFailure, match="leads out of"):
        write({**FILES, "rules/a.yml": dump({"a": 2})}, folder)
    assert (outside / "a.yml").read_text() == FILES["rules/a.yml"]


def test_a_manifest_cannot_name_files_outside(tmp_path: Path) -> None:
    """It may have been edited."""
    (tmp_path / "victim").write_text("x")
    folder = tmp_path / "folder"
    write(FILES, folder)
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  ../victim\n")
    with pytest.raises(EnvironmentFailure, match="leads out of"):
        write(FILES, folder)
    assert (tmp_path / "victim").read_text() == "x"


def test_drift_shows_changed_missing_and_stale_files_and_writes_nothing(tmp_path: Path) -> None:
    """As a unified diff from the disk to what is rendered."""
    write({**FILES, "rules/old.yml": dump({"old": 1})}, tmp_path)
    (tmp_path / "rules/a.yml").unlink()
    before = _tree(tmp_path)
    lines = drift(FILES, tmp_path)
    assert "+a: 1" in lines
    assert "-old: 1" in lines
    assert _tree(tmp_path) == before


def test_no_drift_after_writing(tmp_path: Path) -> None:
    """What was written is what is rendered."""
    write(FILES, tmp_path)
    assert drift(FILES, tmp_path) == []


def test_a_file_where_a_folder_belongs_is_one_clear_line(tmp_path: Path) -> None:
    """Nothing is written beside it."""
    (tmp_path / "rules").write_text("x")
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        write(FILES, tmp_path)
    assert _tree(tmp_path) == {"rules": "x"}
