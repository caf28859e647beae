"""What takes long to read is read once, and never when it could be wrong."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from jinja2 import Environment, FunctionLoader

from generator.kept import Templates, made, values
from watchspec.source import Number


@pytest.fixture(autouse=True)
def _modules_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def _file(folder: Path, text: str) -> Path:
    path = folder / "catalogue.yml"
    path.write_text(text, encoding="utf-8")
    return path


def _read_twice(folder: Path, path: Path) -> Sequence[object]:
    first = values([path], "catalogue", folder)
    second = values([path], "catalogue", folder)
    assert first == second
    return second


def _kept(folder: Path) -> list[Path]:
    return list(folder.glob("*.kept"))


def test_the_second_run_reads_what_the_first_kept(tmp_path: Path) -> None:
    """A source that claims to be unchanged is not looked at."""
    path = _file(tmp_path, "a: 1\n")
    assert values([path], "catalogue", tmp_path) == ({"a": 1},)
    before = path.stat()
    path.write_text("a: 2\n", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as if it had not changed
    assert values([path], "catalogue", tmp_path) == ({"a": 1},)


def test_a_changed_source_is_read_anew(tmp_path: Path) -> None:
    """One tick of the clock is change enough."""
    path = _file(tmp_path, "a: 1\n")
    values([path], "catalogue", tmp_path)
    before = path.stat()
    path.write_text("a: 2\n", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert _read_twice(tmp_path, path) == ({"a": 2},)
    assert len(_kept(tmp_path)) == 1


def test_one_more_source_is_read_too(tmp_path: Path) -> None:
    """What is kept is for these sources and no others."""
    path = _file(tmp_path, "a: 1\n")
    values([path], "catalogue", tmp_path)
    assert values([path, path], "catalogue", tmp_path) == ({"a": 1}, {"a": 1})


@pytest.mark.parametrize("broken", [b"", b"\x80\x05", b"no pickle", b"\x80\x05]."])
def test_a_broken_file_is_written_anew(tmp_path: Path, broken: bytes) -> None:
    """Cut off, empty, or something else altogether."""
    path = _file(tmp_path, "a: 1\n")
    values([path], "catalogue", tmp_path)
    (kept,) = _kept(tmp_path)
    whole = kept.read_bytes()
    kept.write_bytes(broken)
    assert values([path], "catalogue", tmp_path) == ({"a": 1},)
    assert kept.read_bytes() == whole


def test_a_number_keeps_its_text(tmp_path: Path) -> None:
    """Version 3.10 is not 3.1, read from YAML or from what is kept."""
    (found,) = _read_twice(tmp_path, _file(tmp_path, "3.10\n"))
    assert isinstance(found, Number)
    assert found.text == "3.10"


def test_where_nothing_can_be_written_nothing_is_kept_and_all_is_read(tmp_path: Path) -> None:
    """As in a container whose root is read-only."""
    path = _file(tmp_path, "a: 1\n")
    assert values([path], "catalogue", path / "no folder") == ({"a": 1},)


def test_what_keeps_modules_from_being_written_keeps_this_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PYTHONDONTWRITEBYTECODE, or `python -B`."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = _file(tmp_path, "a: 1\n")
    assert _read_twice(tmp_path, path) == ({"a": 1},)
    assert _environment(tmp_path).get_template("{{ a }}").render(a=1) == "1"
    assert _kept(tmp_path) == []


def _environment(folder: Path) -> Environment:
    return Environment(loader=FunctionLoader(str), bytecode_cache=Templates("text", folder))  # noqa: S701  # no HTML


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second environment could not compile at all."""
    assert _environment(tmp_path).get_template("{{ a }}").render(a=1) == "1"
    monkeypatch.delattr(Environment, "compile")
    assert _environment(tmp_path).get_template("{{ a }}").render(a=2) == "2"


def test_a_broken_template_is_compiled_anew(tmp_path: Path) -> None:
    """Cut off at several places."""
    _environment(tmp_path).get_template("{{ a }}")
    (kept,) = _kept(tmp_path)
    for broken in (b"", kept.read_bytes()[:-20], kept.read_bytes()[:30]):
        kept.write_bytes(broken)
        assert _environment(tmp_path).get_template("{{ a }}").render(a=1) == "1"


def test_templates_are_compiled_where_nothing_can_be_written(tmp_path: Path) -> None:
    """Only the next run is slower."""
    assert _environment(tmp_path / "no folder").get_template("{{ a }}").render(a=1) == "1"


def test_a_changed_maker_makes_it_anew(tmp_path: Path) -> None:
    """What is kept was made by code that may mean something else now."""
    path, code = _file(tmp_path, "1\n"), tmp_path / "code.py"
    code.touch()
    assert made(lambda found: [str(one) for one in found], [path], "made", [code], tmp_path) == ["1"]
    assert made(lambda _found: ["unused"], [path], "made", [code], tmp_path) == ["1"]
    os.utime(code, ns=(0, 0))
    assert made(lambda _found: ["anew"], [path], "made", [code], tmp_path) == ["anew"]
