"""What the exporter's tests share: a host's files, specs, pages."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from exporter.families import Family
from exporter.linux.tree import Tree
from exporter.place import Place
from exporter.text import encode, merged
from watchspec.spec import Spec

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder for secrets, on this machine."""
    return Place(tmp_path)


@pytest.fixture
def spec() -> Callable[..., Spec]:
    """Make a spec out of its sections."""

    def make(**sections: Any) -> Spec:  # noqa: ANN401  # as YAML gives them
        return Spec.model_validate({"version": 1, "name": "test", **sections})

    return make


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Mapping[str, str]], Tree]:
    """Make a host out of the text of its files, as the process sees one that is mounted in a container."""

    def make(files: Mapping[str, str]) -> Tree:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Tree(str(tmp_path))

    return make


@pytest.fixture
def values() -> Callable[[object], dict[str, float]]:
    """Series → value, of families or of a page that was served."""

    def read(source: object) -> dict[str, float]:
        if isinstance(source, bytes):
            return {
                line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
                for line in source.decode().splitlines()
                if line[0] != "#"
            }
        assert not isinstance(source, str)
        families: list[Family] = list(source)  # type: ignore[call-overload]
        text = encode(merged(families)[0]).decode()
        assert list(text_string_to_metric_families(text)) or not families
        return dict(sample for family in families for sample in family.samples)

    return read
