"""Tables of dashboards that others have made: they are whole, and the documentation names each."""

from pathlib import Path

import pytest

from tests.support.community import NAMES, board
from tests.support.panels import VARIABLE


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_of_others_is_in_the_documentation(root: Path, name: str) -> None:
    """With its address."""
    assert f"]({board(name).source})" in (root / "docs" / "dashboards.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_its_queries_use_its_own_variables(name: str) -> None:
    """Each variable is there, and somebody asks for it: by it, `job` and `instance` are proven."""
    found = board(name)
    filled = [str(value) for value in found.variables.values()]
    used = {match[1] or match[3] for text in [*filled, *found.queries.values()] for match in VARIABLE.finditer(text)}
    own = {one for one in used if not one.startswith("__")}
    assert own <= found.variables.keys()
    unused = found.variables.keys() - own
    assert all(f"variable: {one}" in found.empty for one in unused)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_enough_queries_and_few_exceptions(name: str) -> None:
    """Else it says little."""
    found = board(name)
    assert len(found.queries) >= 12
    assert len(found.empty) + len(found.machine) <= len(found.queries) / 3
