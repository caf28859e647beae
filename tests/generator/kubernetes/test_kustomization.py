"""What `kubectl apply -k` applies."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from generator.kubernetes.render import render
from tests.support.manifests import CHANNELS
from tests.support.need import there_is
from tests.support.published import read
from watchspec.spec import Spec


def test_it_names_all_but_what_is_for_an_alertmanager_of_yours(spec_of: Callable[[str], Spec]) -> None:
    """Which would be told everything twice."""
    files = render(spec_of(CHANNELS), "")
    chosen = read(files["kustomization.yml"])["resources"]
    left = {path for path in files if path.endswith(".yml")} - set(chosen)
    assert left == {"alertmanager/config.yml", "alertmanager/templates.yml", "kustomization.yml"}
    assert chosen == sorted(chosen)


def test_kubectl_builds_it(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """No two objects have one name."""
    if not there_is("kubectl"):
        pytest.skip("kubectl is not on this machine")
    files = render(spec_of(CHANNELS), "")
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["kubectl", "kustomize", str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    built = [each["metadata"]["name"] for each in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader)]
    assert len(built) == len(read(files["kustomization.yml"])["resources"])
