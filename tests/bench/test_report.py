"""Figures in a page of documentation."""

from pathlib import Path

import pytest

from bench import report
from watchspec.errors import UsageError


def test_new_figures_replace_the_old_ones_and_nothing_else(tmp_path: Path) -> None:
    """Writing twice leaves one set of figures."""
    page = tmp_path / "costs.md"
    page.write_text(f"# Costs\n\n{report.BEGIN}\nold\n{report.END}\n\nend\n")

    for figures in ("first\n", "| second |\n"):
        report.write(page, figures)

    assert page.read_text() == f"# Costs\n\n{report.BEGIN}\n\n| second |\n\n{report.END}\n\nend\n"


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    """The message names the page and what it needs."""
    page = tmp_path / "costs.md"
    page.write_text("# Costs\n")

    with pytest.raises(UsageError, match=r"costs\.md: nowhere to write; it needs the lines"):
        report.write(page, "figures")

    assert page.read_text() == "# Costs\n"


def test_the_page_of_costs_has_the_marks(root: Path) -> None:
    """So that `--write docs/costs.md` works."""
    assert report.replaced((root / "docs/costs.md").read_text(), "x", "costs.md").count(report.BEGIN) == 1
