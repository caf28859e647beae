"""What the tests of manifests share: a spec of text, rendered and read back."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.kubernetes.render import render
from tests.support.manifests import is_object, read
from watchspec.load import load

HEAD = "version: 1\nname: stack\n"


@pytest.fixture
def manifests(tmp_path: Path) -> Callable[[str], Mapping[str, Any]]:
    """Render YAML text that follows version and name; path → the object that Kubernetes reads."""

    def make(text: str) -> Mapping[str, Any]:
        path = tmp_path / "monitoring.yml"
        path.write_text(HEAD + text, encoding="utf-8")
        files = render(load(path).spec, HEAD + text)
        return {name: read(body) for name, body in files.items() if is_object(name)}

    return make
