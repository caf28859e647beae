"""Files that other programs leave, and files that they leave half written."""

import os
from collections.abc import Callable
from logging.handlers import BufferingHandler
from pathlib import Path

import pytest

from exporter.collectors.host import HostCollector
from exporter.deadline import Deadline
from exporter.families import Families
from exporter.linux.textfile import Textfiles
from exporter.linux.tree import Tree
from exporter.log import LOGGER
from exporter.place import Place
from exporter.text import merged
from watchspec.spec.host import Host

Values = Callable[[object], dict[str, float]]


def collected(files: Textfiles) -> dict[str, float]:
    """Series and values of one collection."""
    out = Families()
    files.collect(Tree(), out)
    return {series: value for family in [*out, *files.families()] for series, value in family.samples}


def test_a_folder_taken_from_that_of_the_spec_is_read(tmp_path: Path) -> None:
    """The file's label is the path as it can be opened."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "a.prom").write_text("a 1\n")
    os.utime(tmp_path / "metrics" / "a.prom", (1700000000, 1700000000.5))

    assert collected(Textfiles(["metrics"], str(tmp_path))) == {
        "a": 1,
        "node_textfile_scrape_error": 0,
        f'node_textfile_mtime_seconds{{file="{tmp_path}/metrics/a.prom"}}': 1700000000.5,
    }


def test_no_folder_is_no_error() -> None:
    """As in node_exporter."""
    assert collected(Textfiles([])) == {"node_textfile_scrape_error": 0}


def test_a_bad_file_costs_only_itself_and_is_told_once(tmp_path: Path) -> None:
    """Until it is mended."""
    (tmp_path / "bad.prom").write_text("a 1 2\n")
    (tmp_path / "good.prom").write_text("b 1\n")
    files = Textfiles([str(tmp_path)])
    told = BufferingHandler(100)
    LOGGER.addHandler(told)

    first, second = collected(files), collected(files)
    (tmp_path / "bad.prom").write_text("a 77\n")
    third = collected(files)
    LOGGER.removeHandler(told)

    assert first == second
    assert (first["node_textfile_scrape_error"], first["b"]) == (1, 1)
    assert "a" not in first
    assert (third["node_textfile_scrape_error"], third["a"]) == (0, 77)
    assert [record.__dict__["fields"]["reason"] for record in told.buffer] == [
        "line 1: samples must not have a timestamp"
    ]


def test_what_is_no_readable_file_is_an_error_and_holds_nobody_up(tmp_path: Path) -> None:
    """A pipe, a folder, a huge file, bytes that are not text."""
    os.mkfifo(tmp_path / "pipe.prom")
    (tmp_path / "folder.prom").mkdir()
    (tmp_path / "bytes.prom").write_bytes(b"a \xff\n")
    with (tmp_path / "huge.prom").open("wb") as file:
        file.truncate(5 * 1024 * 1024)

    assert collected(Textfiles([str(tmp_path)])) == {"node_textfile_scrape_error": 1}


def test_a_file_that_has_not_changed_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told by time, size and inode."""
    (tmp_path / "a.prom").write_text("a 1\n")
    files = Textfiles([str(tmp_path)])
    first = collected(files)

    monkeypatch.setattr("exporter.linux.textfile.parse", None)

    assert collected(files) == first


def test_what_the_machine_says_itself_wins_over_a_file(tmp_path: Path) -> None:
    """Another type, or the same series: dropped and counted; the page is whole."""
    (tmp_path / "clash.prom").write_text(
        '# TYPE node_load1 counter\nnode_load1 1e9\nnode_uname_info{a="b"} 1\nmine 1\n'
    )
    host = Host.model_validate({"name": "web-1", "textfiles": str(tmp_path)})
    collector = HostCollector(host, Place(tmp_path))

    families, dropped = merged(collector.collect(Deadline.after(5)))

    samples = {series: value for family in families for series, value in family.samples}
    assert dropped == 2
    assert samples["mine"] == 1
    assert samples["node_load1"] < 1e9
    collector.close()
