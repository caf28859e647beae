"""The bundled stack with its demo, started once as a newcomer would."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import composed
from tests.support.composed import Project


@pytest.fixture(scope="session")
def stack(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """On a fresh clone: everything but Grafana, healthy."""
    wanted = (*composed.CORE, *composed.DEMO)
    composed.need(root, *wanted)
    folder = tmp_path_factory.mktemp("clone")
    composed.fresh(root, folder)
    with composed.project(folder) as found:
        found.up(*wanted)
        yield found
