"""Finding the four."""

import re
from pathlib import Path

import pytest

from bench.programs import PROGRAMS, found, version
from watchspec.errors import EnvironmentFailure


def program(folder: Path, name: str, text: str = "") -> None:
    """A program that prints something."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{text}' >&2\n")
    path.chmod(0o755)


def test_what_is_missing_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    """One line: where it was looked for, what was not there, the command that installs it."""
    program(tmp_path, "prometheus-node-exporter")
    missing = "prometheus-redis-exporter, prometheus-postgres-exporter, prometheus-blackbox-exporter"

    with pytest.raises(EnvironmentFailure, match=re.escape(f"not in {tmp_path}: {missing}; ")) as failure:
        found(tmp_path)

    assert f"apt-get install {missing.replace(',', '')}" in str(failure.value)


def test_all_four_are_found_in_a_folder(tmp_path: Path) -> None:
    """Under Debian's names."""
    for one in PROGRAMS:
        program(tmp_path, one.debian)

    assert found(tmp_path) == {one.name: str(tmp_path / one.debian) for one in PROGRAMS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node_exporter, version 1.11.1 (branch: debian/sid)", "1.11.1"),
        ('level=info msg="Redis Metrics Exporter 1.86.0-1    build date: 2026"', "1.86.0-1"),
        ("nothing to say", "unknown"),
    ],
)
def test_a_version_is_found_in_whatever_they_print(tmp_path: Path, text: str, expected: str) -> None:
    """On either stream."""
    program(tmp_path, "some", text)

    assert version(str(tmp_path / "some")) == expected
