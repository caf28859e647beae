"""What every manifest has."""

import pytest

from generator.kubernetes import objects
from generator.yamltext import BANNER
from tests.support.manifests import read
from watchspec.errors import EnvironmentFailure
from watchspec.spec import Spec

SPEC = Spec.model_validate({"version": 1, "name": "My Stack"})


def test_a_manifest_says_whose_it_is() -> None:
    """In the first line for people, in labels for selectors."""
    text = objects.manifest(SPEC, "v1", "ConfigMap", "x", {"data": {}}, marks={"more": "1"}, notes={"a": "b"})
    assert text.startswith(f"# {BANNER}\n")
    labels = read(text)["metadata"]["labels"]
    assert labels == {**objects.labels(SPEC), "app.kubernetes.io/managed-by": "watchspec", "more": "1"}
    assert labels["app.kubernetes.io/instance"].startswith("my-stack-")
    assert read(text)["metadata"]["annotations"] == {"a": "b"}


def test_what_kubernetes_would_refuse_for_its_size_is_an_error() -> None:
    """Which names the object."""
    with pytest.raises(EnvironmentFailure, match=r"ConfigMap x: has 9\d+ bytes"):
        objects.manifest(SPEC, "v1", "ConfigMap", "x", {"data": {"a": "b" * objects.LARGEST}})
