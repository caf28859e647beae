"""Alertmanager's whole configuration → a Secret for `spec.configSecret`, which the operator hands on as it is.

It does so only for an Alertmanager without `alertmanagerConfigSelector` and `alertmanagerConfiguration`.
https://prometheus-operator.dev/docs/developer/alerting/#using-a-kubernetes-secret
"""

from pathlib import PurePosixPath
from typing import Final

from generator import alertmanager, messages
from generator.kubernetes.layout import OPERATED
from generator.kubernetes.objects import manifest
from generator.layout import Files
from watchspec.spec import Spec

NAME: Final = "watchspec-alertmanager"
TEMPLATES: Final = "watchspec-templates"
"""The ConfigMap that holds the same templates for who uses the AlertmanagerConfig."""


def emit(spec: Spec) -> Files:
    """`servers/configuration.yml`: the configuration, which refers to files and holds no secret, and its templates."""
    written = alertmanager.emit(spec, OPERATED)
    texts = {PurePosixPath(path).name: text.rstrip("\n") for path, text in written.items()}
    texts["alertmanager.yaml"] = texts.pop("alertmanager.yml")
    body = {"type": "Opaque", "stringData": dict(sorted(texts.items()))}
    return {"servers/configuration.yml": manifest(spec, "v1", "Secret", NAME, body)}


def templates(spec: Spec) -> Files:
    """`alertmanager/templates.yml`."""
    written = messages.emit(spec)
    data = {PurePosixPath(path).name: text.rstrip("\n") for path, text in sorted(written.items())}
    return {"alertmanager/templates.yml": manifest(spec, "v1", "ConfigMap", TEMPLATES, {"data": data})}
