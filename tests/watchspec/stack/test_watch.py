"""When a change of files is whole; the whole verb runs in tests/stack."""

import os
from pathlib import Path

from watchspec.stack.watch import Watched, paths


def write(path: Path, text: str, moment: int) -> None:
    """Write it as at a moment."""
    path.write_text(text)
    os.utime(path, (moment, moment))


def test_a_change_counts_once_it_is_the_same_twice(tmp_path: Path) -> None:
    """Half a file, still being written, is nobody's spec."""
    spec = tmp_path / "a.yml"
    write(spec, "a: 1", 1)
    watched = Watched([spec])
    assert not watched.changed()
    write(spec, "a: 2, b", 2)
    assert not watched.changed()
    write(spec, "a: 2, b: 3", 3)
    assert not watched.changed()
    assert watched.changed()
    assert not watched.changed()


def test_a_touch_is_no_change(tmp_path: Path) -> None:
    """The contents are the same."""
    spec = tmp_path / "a.yml"
    write(spec, "a: 1", 1)
    watched = Watched([spec])
    write(spec, "a: 1", 2)
    assert [watched.changed() for _ in range(3)] == [False, False, False]


def test_a_file_that_is_replaced_with_its_old_time_and_size_is_seen(tmp_path: Path) -> None:
    """By its inode."""
    spec, fresh = tmp_path / "a.yml", tmp_path / "b.yml"
    write(spec, "a: 1", 1)
    watched = Watched([spec])
    write(fresh, "a: 2", 1)
    fresh.replace(spec)
    assert [watched.changed() for _ in range(3)] == [False, True, False]


def test_a_file_that_goes_and_comes_back_the_same_is_no_change(tmp_path: Path) -> None:
    """Editors do that; one that stays away is a change."""
    spec = tmp_path / "a.yml"
    write(spec, "a: 1", 1)
    watched = Watched([spec])
    spec.unlink()
    assert not watched.changed()
    write(spec, "a: 1", 2)
    assert [watched.changed() for _ in range(3)] == [False, False, False]
    spec.unlink()
    assert [watched.changed() for _ in range(3)] == [False, True, False]


def test_a_change_while_the_last_one_was_taken_is_not_lost(tmp_path: Path) -> None:
    """The same files are looked at on."""
    spec = tmp_path / "a.yml"
    write(spec, "a: 1", 1)
    watched = Watched([spec])
    write(spec, "a: 2", 2)
    assert [watched.changed(), watched.changed()] == [False, True]
    write(spec, "a: 3", 3)
    watched.follow([spec])
    assert [watched.changed(), watched.changed()] == [False, True]


def test_secrets_that_the_spec_names_are_watched_with_it(tmp_path: Path) -> None:
    """Of a wrong spec only itself: it says nothing reliable."""
    spec = tmp_path / "monitoring.yml"
    spec.write_text(
        "version: 1\nname: a\nredis: [{name: cache, url: 'redis://cache', password: {file: secrets/redis}}]\n"
    )
    assert paths(spec) == [spec, tmp_path / "secrets/redis"]
    spec.write_text("nonsense: 1\n")
    assert paths(spec) == [spec]
