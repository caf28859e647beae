"""What every manifest has: its kind, its name, the labels by which the others find it, and a size that etcd takes."""

from collections.abc import Mapping
from typing import Final

from generator.kubernetes import names
from generator.yamltext import dump
from watchspec.errors import EnvironmentFailure
from watchspec.spec import Spec

Body = Mapping[str, object]

MONITORING: Final = "monitoring.coreos.com"
"""The API group of the Prometheus Operator."""
LARGEST: Final = 900_000
"""Bytes of a manifest: etcd takes 1.5 MB and a ConfigMap 1 MiB, with what the API server adds."""


def labels(spec: Spec) -> Mapping[str, str]:
    """What everything of one stack has; Prometheus selects its rules and scrapes by them."""
    return {
        "app.kubernetes.io/name": "watchspec",
        "app.kubernetes.io/instance": names.label(spec.name).removeprefix("watchspec-"),
    }


def manifest(
    spec: Spec,
    api: str,
    kind: str,
    name: str,
    body: Body,
    *,
    marks: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
) -> str:
    """One object; `marks` are more labels, `notes` annotations. Raises `EnvironmentFailure` if it is too big."""
    metadata = {
        "name": name,
        "labels": {**labels(spec), "app.kubernetes.io/managed-by": "watchspec", **(marks or {})},
        **({"annotations": notes} if notes else {}),
    }
    text = dump({"apiVersion": api, "kind": kind, "metadata": metadata, **body})
    if (size := len(text.encode())) > LARGEST:
        raise EnvironmentFailure(
            f"{kind} {name}: has {size} bytes, and Kubernetes takes {LARGEST}; divide the spec into several stacks"
        )
    return text
