"""One stage for all tests of the contract, and its figures at the end of the run."""

import shutil
from pathlib import Path

import pytest

from bench import alike, pages, programs
from bench.page import Shape
from bench.pages import Both

FIGURES = pytest.StashKey[list[str]]()


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


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Lines to print at the end of the run."""
    return request.config.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures."""
    if lines := config.stash.get(FIGURES, []):
        terminalreporter.section("families alike")
        for line in lines:
            terminalreporter.write_line(line)
