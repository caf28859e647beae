"""What `kubectl apply -k` applies."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from generator.kubernetes.render import render
from tests.support.manifests import CHANNELS, is_object, read
from tests.support.need import there_is
from watchspec.spec import Spec


def _written(spec: Spec, folder: Path) -> list[str]:
    """Paths of the manifests, after they were written to `folder`."""
    files = render(spec, "")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [path for path in files if is_object(path)]


def test_every_manifest_is_named_by_its_folder(spec_of: Callable[[str], Spec]) -> None:
    """And every folder by the whole, but for what is for an Alertmanager of yours."""
    files = render(spec_of(CHANNELS), "")
    named = {
        f"{PurePosixPath(path).parent}/{name}"
        for path, text in files.items()
        if path.endswith("/kustomization.yml")
        for name in read(text)["resources"]
    }
    assert named == {path for path in files if is_object(path)}
    folders = {path.partition("/")[0] for path in named}
    assert read(files["kustomization.yml"])["resources"] == sorted(folders - {"alertmanager"})


@pytest.mark.parametrize("yours", [False, True], ids=["whole", "beside-servers-of-yours"])
def test_kubectl_builds_it(spec_of: Callable[[str], Spec], tmp_path: Path, yours: bool) -> None:
    """The whole, or all but the servers; no two objects have one name."""
    if not there_is("kubectl"):
        pytest.skip("kubectl is not on this machine")
    left = "servers/" if yours else "alertmanager/"
    expected = [path for path in _written(spec_of(CHANNELS), tmp_path / "kubernetes") if not path.startswith(left)]
    folders = sorted({path.partition("/")[0] for path in expected})
    resources = [f"kubernetes/{folder}" for folder in folders] if yours else ["kubernetes"]
    (tmp_path / "kustomization.yml").write_text(f"resources: {resources}\n", encoding="utf-8")
    done = subprocess.run(
        ["kubectl", "kustomize", str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^kind: ", done.stdout, re.MULTILINE)) == len(expected)
