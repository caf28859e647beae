"""A kind of target has one file of the same name in every layer, and the layers keep apart."""

import ast
from pathlib import Path

import pytest

from watchspec.spec import KINDS


@pytest.mark.parametrize(
    ("layer", "pattern", "kinds", "others"),
    [
        (
            "watchspec/spec",
            "*.py",
            set(KINDS),
            {"alerts", "base", "channels", "delivery", "health", "prometheus", "slo"},
        ),
        ("exporter/collectors", "*.py", set(KINDS), set()),
        ("generator/catalogue", "*.yml", set(KINDS), {"monitoring", "slo"}),
        (
            "generator/dashboards",
            "*.py",
            set(KINDS),
            {"overview", "address", "slo", "business", "alerts", "monitoring"},
        ),
    ],
)
def test_each_kind_has_exactly_one_file(
    root: Path, layer: str, pattern: str, kinds: set[str], others: set[str]
) -> None:
    """No layer lacks a kind, no layer has a stray file."""
    found = {path.stem for path in (root / layer).glob(pattern) if not path.name.startswith("_")}

    assert found == kinds | others, f"{layer}: missing {(kinds | others) - found}, stray {found - kinds - others}"


def test_each_kind_has_a_page(root: Path) -> None:
    """What is measured, and the rights it takes."""
    assert {path.stem for path in (root / "docs").glob("*.md")} >= set(KINDS)


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("exporter", {"generator", "watchspec.cli", "watchspec.verbs", "watchspec.stack"}),
        ("generator", {"exporter", "watchspec.cli", "watchspec.verbs", "watchspec.stack"}),
        ("watchspec/spec", {"exporter", "generator", "watchspec.load", "watchspec.source"}),
    ],
)
def test_a_layer_imports_only_what_lies_below_it(root: Path, package: str, forbidden: set[str]) -> None:
    """The engines know the spec; they do not know each other."""
    found = {
        f"{path.relative_to(root)}: {name}"
        for path in (root / package).rglob("*.py")
        if path.name != "__main__.py"  # `python -m exporter` is the command line's other door
        for name in imports(path)
        if any(name == other or name.startswith(f"{other}.") for other in forbidden)
    }

    assert found == set()


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
