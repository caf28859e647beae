"""`watchspec preview`: what is written, what is said, and what is left alone."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.prometheis import prometheus_server
from tests.support.sockets import serving, silent
from watchspec.cli import main
from watchspec.preview import prometheus as asking

SPEC = """
version: 1
name: shop
redis: [{{name: cache, url: "redis://r"}}]
links: {{prometheus: "{prometheus}"}}
"""
REFUSED = "http://127.0.0.1:1"
"""Nobody listens there."""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One that has no data; its address."""
    with prometheus_server(tmp_path_factory.mktemp("prometheus")) as url:
        yield url


def ran(folder: Path, *argv: str, linked: str = REFUSED) -> tuple[int, str, str]:
    """Status and output of a preview of a spec whose links name `linked`."""
    spec = folder / "monitoring.yml"
    spec.write_text(SPEC.format(prometheus=linked))
    stdout, stderr = io.StringIO(), io.StringIO()
    status = main(["preview", str(spec), "-o", str(folder / "out"), *argv], stdout, stderr)
    return status, stdout.getvalue(), stderr.getvalue()


def written(folder: Path) -> set[str]:
    """Names of what lies in the output folder."""
    return {path.name for path in (folder / "out").iterdir()} if (folder / "out").exists() else set()


@pytest.mark.parametrize("way", ["--prometheus", "links"])
def test_every_dashboard_becomes_a_page(tmp_path: Path, prometheus: str, way: str) -> None:
    """Asked of the Prometheus that the option names, or the spec."""
    argv = ["--prometheus", prometheus] if way == "--prometheus" else []
    status, stdout, stderr = ran(tmp_path, *argv, linked=prometheus if way == "links" else REFUSED)

    assert (status, stderr) == (0, "")
    assert {"index.html", "overview.html", ".watchspec-preview"} < written(tmp_path)
    pages = len(written(tmp_path)) - 2
    assert stdout.startswith(f"wrote {pages} dashboards to {tmp_path / 'out'}: ")
    assert " queries have data, " in stdout
    assert " failed" not in stdout


def test_without_a_prometheus_pages_are_drawn_without_data(tmp_path: Path) -> None:
    """And one line says why."""
    status, stdout, stderr = ran(tmp_path)

    assert (status, stderr) == (0, "")
    assert "overview.html" in written(tmp_path)
    assert f"without data: Prometheus at {REFUSED} (links.prometheus of the spec) does not answer" in stdout
    assert stdout.count("\n") == 1


def test_a_prometheus_that_is_named_must_answer(tmp_path: Path, prometheus: str) -> None:
    """Otherwise nothing is written, whatever the spec's own would say."""
    status, stdout, stderr = ran(tmp_path, "--prometheus", REFUSED, linked=prometheus)

    assert (status, stdout) == (1, "")
    assert stderr.startswith(f"Prometheus at {REFUSED} does not answer: connection refused")
    assert stderr.count("\n") == 1
    assert written(tmp_path) == set()


def test_a_prometheus_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.setattr(asking, "PATIENCE", 0.3)
    with serving(silent) as port:
        status, _, stderr = ran(tmp_path, "--prometheus", f"http://127.0.0.1:{port}")

    assert status == 1
    assert "does not answer: no answer within 0.3 s" in stderr


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--prometheus", "http://ana:secret@127.0.0.1:1"], "--prometheus: no login in an address"),
        (["--prometheus", "localhost"], "--prometheus localhost: not an address of Prometheus"),
        (["--username", "ana"], "--username: give --password-file too"),
        (["--range", "soon"], "--range"),
        (["--from", "2126-01-01T00:00"], "--from 2126-01-01T00:00: lies in the future"),
    ],
)
def test_wrong_usage_writes_nothing(tmp_path: Path, argv: list[str], words: str) -> None:
    """One line, and no secret in it."""
    status, _, stderr = ran(tmp_path, *argv)

    assert status == 2
    assert stderr.startswith(words)
    assert stderr.count("\n") == 1
    assert "secret" not in stderr
    assert written(tmp_path) == set()


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    """A page that somebody else wrote under one of our names stops everything."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "overview.html").write_text("mine")

    status, _, stderr = ran(tmp_path)

    assert status == 1
    assert "overview.html: is in the way and was not written by watchspec" in stderr
    assert written(tmp_path) == {"overview.html"}


def test_a_second_preview_takes_the_place_of_the_first_and_of_nothing_else(tmp_path: Path) -> None:
    """Not of what `generate` wrote into the same folder, either."""
    stdout, stderr = io.StringIO(), io.StringIO()
    ran(tmp_path)
    assert main(["generate", str(tmp_path / "monitoring.yml"), "-o", str(tmp_path / "out")], stdout, stderr) == 0
    (tmp_path / "out" / "notes.txt").write_text("mine")
    before = written(tmp_path)

    status, _, _ = ran(tmp_path, "--range", "2h")

    assert status == 0
    assert written(tmp_path) == before
    assert {"rules", "notes.txt", "index.html"} < before
