"""One stage for all tests of the contract, and its figures at the end of the run."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import alike, pages, programs
from bench.page import Shape
from bench.pages import Both

FIGURE = "families alike"


@pytest.fixture(scope="session")
def contract() -> dict[str, dict[str, Shape]]:
    """Exporter → family → shape."""
    return alike.contract((Path(__file__).parent / "families.tsv").read_text())


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shape]:
    """What this exporter publishes of real servers."""
    return pages.families([pages.ours(tmp_path_factory.mktemp("contract"))])


@pytest.fixture(scope="session")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The pages of this exporter and of the four, where the four are installed."""
    found = {program.name: shutil.which(program.debian) for program in programs.PROGRAMS}
    binaries = {name: binary for name, binary in found.items() if binary is not None}
    if len(binaries) < len(found):
        pytest.skip(f"not on PATH: {', '.join(found.keys() - binaries.keys())}")
    return pages.both(tmp_path_factory.mktemp("beside"), binaries)


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say a line at the end of the run; a property of the test, for it may run in a process of its own."""
    return lambda line: record_property(FIGURE, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    properties = [pair for report in reports for pair in getattr(report, "user_properties", ()) if pair[0] == FIGURE]
    if lines := list(dict.fromkeys(str(line) for _, line in properties)):
        terminalreporter.section(FIGURE)
        for line in lines:
            terminalreporter.write_line(line)
