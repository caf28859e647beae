"""Logs of processes: the end of each, merged by time, and what comes after."""

import io
from pathlib import Path

import pytest

from watchspec.errors import EnvironmentFailure, UsageError
from watchspec.stack.logs import Tail, Wish, logs, merged

FORMS = (
    "ts=2026-11-21T15:00:0{}.1Z level=info",
    "time=2026-11-21T15:00:0{}Z level=info",
    "2026-11-21 15:00:0{}.5 UTC [1]",
)


def test_lines_of_several_parts_are_merged_by_time_whatever_their_form() -> None:
    """Prometheus's, ours and Postgres's."""
    lines = [(name, form.format(second)) for name, form in zip("abc", FORMS, strict=True) for second in (1, 2)]
    assert [name for name, _ in merged(lines)] == ["b", "a", "c", "b", "a", "c"]


def test_a_line_without_a_time_stays_with_the_one_before_it() -> None:
    """A traceback is not torn apart."""
    lines = [("a", FORMS[0].format(1)), ("a", "Traceback"), ("b", FORMS[0].format(2)), ("a", FORMS[0].format(3))]
    assert merged(lines) == lines


@pytest.mark.parametrize("size", [10, 200_000])
def test_the_last_lines_of_a_file_are_whole_however_long_they_are(tmp_path: Path, size: int) -> None:
    """More than one block is read if they need it; a line that is not ended yet is not there yet."""
    path = tmp_path / "a.log"
    path.write_text("".join(f"{number} {'x' * size}\n" for number in range(5)) + "half")
    assert [line[:2] for line in Tail(path).last(2)] == ["3 ", "4 "]
    assert len(Tail(path).last(9)) == 5
    assert Tail(path).last(0) == []


def test_following_gives_each_line_once_and_begins_anew_with_its_program(tmp_path: Path) -> None:
    """A restart makes the file short again."""
    path = tmp_path / "a.log"
    path.write_text("one\ntw")
    tail = Tail(path)
    assert tail.last(5) == ["one"]
    with path.open("a") as file:
        file.write("o\nthree\nfo")
    assert tail.more() == ["two", "three"]
    assert tail.more() == []
    path.write_text("anew\n")
    assert tail.more() == ["anew"]


def test_each_line_has_its_parts_name(tmp_path: Path) -> None:
    """In columns; a part that is not there is an error that names the others."""
    folder = tmp_path / ".watchspec/log"
    folder.mkdir(parents=True)
    (folder / "exporter.log").write_text("serving\n")
    (folder / "redis.log").write_text("ready\n")
    out = io.StringIO()
    logs(tmp_path, Wish(), out, out)
    assert out.getvalue() == "exporter | serving\nredis    | ready\n"
    with pytest.raises(UsageError, match=r"^no part grafana; there are: exporter, redis$"):
        logs(tmp_path, Wish(("grafana",)), out, out)


def test_without_any_log_it_says_how_to_begin(tmp_path: Path) -> None:
    """Nothing was started."""
    with pytest.raises(EnvironmentFailure, match="there is no log yet"):
        logs(tmp_path, Wish(), io.StringIO(), io.StringIO())
