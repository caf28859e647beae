"""Units, as systemctl lists them."""

from functools import partial
from pathlib import Path

import pytest

from exporter.families import Families
from exporter.linux import systemd
from exporter.linux.tree import Tree

LISTED = """\
● backup.service     loaded    failed   failed  Nightly backup
cron.service         loaded    active   running Regular background program
odd\\x2dname.mount    loaded    inactive dead    /odd-name
● gone.service       not-found inactive dead    gone.service
nginx.service        loaded    failed   failed  A web server
"""


def test_units_are_counted_by_state_and_failed_ones_named() -> None:
    """Under node_exporter's names; a state without units is zero."""
    out = Families()

    systemd.publish(systemd.parse(LISTED), out)

    samples = dict(sample for family in out for sample in family.samples)
    assert samples == {
        'node_systemd_units{state="activating"}': 0,
        'node_systemd_units{state="active"}': 1,
        'node_systemd_units{state="deactivating"}': 0,
        'node_systemd_units{state="failed"}': 2,
        'node_systemd_units{state="inactive"}': 2,
        'node_systemd_unit_state{name="backup.service",state="failed",type=""}': 1,
        'node_systemd_unit_state{name="nginx.service",state="failed",type=""}': 1,
    }


def test_a_host_that_is_mounted_cannot_be_asked(tmp_path: Path) -> None:
    """Absent, not failed."""
    with pytest.raises(FileNotFoundError):
        systemd.Units(lambda: LISTED).collect(Tree(str(tmp_path)), Families())


def program(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a systemctl of ours first."""
    (folder / "systemctl").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_the_program_is_asked_and_its_failure_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it said."""
    program(tmp_path, "echo 'a.service loaded failed failed A'", monkeypatch)
    assert systemd.parse(systemd.ask()) == [("a.service", "failed")]

    program(tmp_path, "echo 'no bus' >&2; exit 1", monkeypatch)
    with pytest.raises(OSError, match="systemctl failed: no bus"):
        systemd.ask()


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the collector fails."""
    program(tmp_path, "exec sleep 30", monkeypatch)
    monkeypatch.setattr(systemd, "_PATIENCE", 0.2)

    with pytest.raises(TimeoutError):
        systemd.ask()


def test_an_answer_is_good_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program is not started for each scrape, whether it answers or not."""
    asked: list[bool] = []
    monkeypatch.setattr(Path, "exists", lambda _: True)

    def ask(*, answers: bool) -> str:
        asked.append(answers)
        if not answers:
            raise TimeoutError("systemctl does not answer")
        return LISTED

    good, bad = systemd.Units(partial(ask, answers=True)), systemd.Units(partial(ask, answers=False))
    for _ in range(3):
        good.collect(Tree(), Families())
        with pytest.raises(TimeoutError):
            bad.collect(Tree(), Families())

    assert asked == [True, False]
