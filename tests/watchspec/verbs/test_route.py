"""`watchspec route`, from the command line."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchspec.cli import main

SPEC = """version: 1
name: stack
redis: [{name: cache, url: 'redis://x:1'}, {name: "a,b", url: 'redis://x:2'}]
services: [{name: shop, url: 'http://x', depends_on: [cache]}]
channels: {ops: {webhook: 'http://h/1'}}
"""
WINDOW = "maintenance: [{name: backups, weekdays: sunday, times: '02:00-04:00', timezone: Europe/Belgrade}]\n"


def _run(folder: Path, *words: str, more: str = "") -> tuple[int, str, str]:
    path = folder / "monitoring.yml"
    path.write_text(SPEC + more, encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    return main(["route", *words, "--spec", str(path)], out, err), out.getvalue(), err.getvalue()


def test_it_prints_who_is_told(tmp_path: Path) -> None:
    """Of an alert that is named by as little as is needed."""
    status, out, err = _run(tmp_path, "alertname=RedisDown", "target=cache")
    assert (status, err) == (0, "")
    assert "from the spec: kind=redis severity=critical" in out
    assert "→ ops after 10s\n├─ ops (webhook)\n" in out


def test_a_time_without_a_zone_is_of_the_windows_zone(tmp_path: Path) -> None:
    """The wall clock of who wrote the window."""
    silent = _run(tmp_path, "target=cache", "--at", "2026-11-22T03:59", more=WINDOW)[1]
    assert "nobody is told now: maintenance backups, until Sun 2026-11-22 04:00 CET" in silent
    assert "nobody is told now" not in _run(tmp_path, "target=cache", "--at", "2026-11-22T04:00", more=WINDOW)[1]
    assert "nobody is told now" in _run(tmp_path, "target=cache", "--at", "2026-11-22T02:59Z", more=WINDOW)[1]


def test_a_time_without_a_zone_is_refused_where_windows_are_in_several(tmp_path: Path) -> None:
    """Nobody guesses at night."""
    two = WINDOW.replace("]", ", {name: x, weekdays: monday, timezone: Asia/Tokyo}]")
    status, _, err = _run(tmp_path, "target=cache", "--at", "2026-11-22T03:59", more=two)
    assert status == 2
    assert "in which time zone? the windows are in Europe/Belgrade and Asia/Tokyo" in err


def test_without_a_time_it_is_now(tmp_path: Path) -> None:
    """A window that began a minute ago mutes."""
    begin, end = (f"{datetime.now(UTC) + timedelta(minutes=m):%Y-%m-%dT%H:%M}" for m in (-1, 60))
    window = f"maintenance: [{{name: works, from: {begin}, to: {end}}}]\n"
    assert "nobody is told now: maintenance works" in _run(tmp_path, "target=cache", more=window)[1]


def test_what_fires_as_well_mutes(tmp_path: Path) -> None:
    """A comma in a name is written with a backslash."""
    shop = ("alertname=ServiceDown", "target=shop", "--firing")
    assert "→ nobody is told: RedisDown of cache fires" in _run(tmp_path, *shop, "alertname=RedisDown,target=cache")[1]
    assert "→ ops after 10s" in _run(tmp_path, *shop, r"alertname=RedisDown,target=a\,b")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["cache"], "cache: no label; write label=value, such as target=cache"),
        (["target=cache", "target=shop"], "target: is given twice; an alert has one value of each label"),
        (["target=cach"], 'target="cach": no such target in this spec; did you mean "cache"?'),
        (["target=cache", "--at", "noon"], "--at noon: is not a moment; write 2026-12-05T22:00"),
        (["target=cache", "--firing", "RedisDown"], "RedisDown: no label; write label=value, such as target=cache"),
    ],
)
def test_wrong_usage_is_one_clear_line(tmp_path: Path, words: list[str], message: str) -> None:
    """And exit status 2."""
    assert _run(tmp_path, *words) == (2, "", f"{message}\n")


def test_the_documentation_shows_what_is_printed(root: Path) -> None:
    """Every command of the page, on the bundled spec."""
    page = (root / "docs/route.md").read_text(encoding="utf-8")
    shown = re.findall(r"```console\n\$ watchspec (.*?)\n(.*?)\n```", page, re.DOTALL)
    assert len(shown) == 2
    for command, text in shown:
        out = io.StringIO()
        assert main([*command.split(), "--spec", str(root / "monitoring.yml")], out, io.StringIO()) == 0
        assert out.getvalue().rstrip() == text


def test_a_spec_among_the_labels_is_told_where_it_belongs(tmp_path: Path) -> None:
    """Other verbs take it there."""
    path = tmp_path / "monitoring.yml"
    path.touch()
    assert f"for another spec, write --spec {path}" in _run(tmp_path, "target=cache", str(path))[2]
