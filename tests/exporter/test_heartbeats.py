"""Heartbeats: who may send one, and what stays of it."""

import json
import threading
import time
from pathlib import Path

import pytest

from exporter.heartbeats import FILE, Heartbeats

TOKENS = {"backup": lambda: "right", "report": lambda: "other", "open": lambda: ""}


def test_a_heartbeat_counts_with_the_right_token_only() -> None:
    """Not with another job's, not without one, not for a job that nobody knows."""
    ours = Heartbeats(TOKENS)

    refused = [
        ("backup", "other"),
        ("backup", ""),
        ("nobody", ""),
        ("nobody", "right"),
        ("open", ""),
        ("backup", "Ä\udcff"),
    ]
    assert [ours.beat(job, token) for job, token in refused] == [False] * len(refused)
    assert ours.last("backup") is None

    assert ours.beat("backup", "right")
    assert ours.last("backup") == pytest.approx(time.time(), abs=5)
    assert ours.last("report") is None


def test_a_heartbeat_survives_a_restart(tmp_path: Path) -> None:
    """Where there is a folder for it."""
    folder = tmp_path / "made" / "by us"
    before = Heartbeats(TOKENS, folder)
    before.beat("backup", "right")
    before.beat("report", "other")

    after = Heartbeats(TOKENS, folder)

    assert (after.last("backup"), after.last("report")) == (before.last("backup"), before.last("report"))
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_a_changed_spec_keeps_what_is_known(tmp_path: Path) -> None:
    """Of the jobs that stay; another is forgotten on disk with the next heartbeat."""
    ours = Heartbeats(TOKENS, tmp_path)
    ours.beat("backup", "right")
    ours.beat("report", "other")

    ours.take({"backup": lambda: "new"})

    assert not ours.beat("backup", "right")
    assert ours.last("backup") is not None
    assert ours.beat("backup", "new")
    assert list(json.loads((tmp_path / FILE).read_text())) == ["backup"]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"backup": "yesterday"}', '{"backup": null}', "\xff"])
def test_a_broken_file_counts_as_none(tmp_path: Path, text: str) -> None:
    """It must not keep the exporter from starting; the next heartbeat mends it."""
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))

    ours = Heartbeats(TOKENS, tmp_path)

    assert ours.last("backup") is None
    assert ours.beat("backup", "right")
    assert Heartbeats(TOKENS, tmp_path).last("backup") == ours.last("backup")


def test_a_heartbeat_that_cannot_be_written_down_is_said_to_be_lost(tmp_path: Path) -> None:
    """The job can try again."""
    (tmp_path / "plain").write_text("")
    ours = Heartbeats(TOKENS, tmp_path / "plain" / "folder")

    with pytest.raises(NotADirectoryError):
        ours.beat("backup", "right")


def test_many_heartbeats_at_once_are_all_kept(tmp_path: Path) -> None:
    """One file, many threads."""
    names = [f"job-{number}" for number in range(20)]
    ours = Heartbeats({name: lambda: "t" for name in names}, tmp_path)
    threads = [threading.Thread(target=ours.beat, args=(name, "t")) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(json.loads((tmp_path / FILE).read_text())) == set(names)
