"""What `kubectl apply -k` applies: a kustomization in every folder, and one of the stack with servers of its own.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

from generator.layout import Files
from generator.yamltext import dump

_YOURS: Final = "alertmanager"
"""The folder of what is for an Alertmanager that is there already: with both, everything would be told twice."""


def emit(paths: Iterable[str]) -> Files:
    """`kustomization.yml`, and `FOLDER/kustomization.yml` of the manifests at `paths`."""
    folders: dict[str, list[str]] = {}
    for path in sorted(paths):
        if path.endswith(".yml"):
            folders.setdefault(PurePosixPath(path).parent.name, []).append(PurePosixPath(path).name)
    whole = [folder for folder in folders if folder != _YOURS]
    return {
        **{f"{folder}/kustomization.yml": _text(files) for folder, files in folders.items()},
        "kustomization.yml": _text(whole),
    }


def _text(resources: Sequence[str]) -> str:
    return dump({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": resources})
