"""What `kubectl apply -k` applies: the stack with servers of its own. Another choice is another kustomization.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from collections.abc import Iterable

from generator.layout import Files
from generator.yamltext import dump

_ELSEWHERE = ("alertmanager/config.yml", "alertmanager/templates.yml")
"""What is for an Alertmanager that is there already."""


def emit(paths: Iterable[str]) -> Files:
    """`kustomization.yml` of the manifests at `paths`."""
    chosen = sorted(path for path in paths if path.endswith(".yml") and path not in _ELSEWHERE)
    text = dump({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": chosen})
    return {"kustomization.yml": text}
