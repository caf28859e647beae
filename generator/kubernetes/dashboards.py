"""Dashboards → ConfigMaps that the sidecar of Grafana's chart finds and loads.

They name no data source by its uid but the variable `$datasource`, so that any Prometheus of that Grafana will do.
https://github.com/grafana/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards
"""

import json
from typing import Final

from generator.dashboards._board import short
from generator.dashboards.address import present, uid
from generator.grafana import DASHBOARDS, encode
from generator.kubernetes import names
from generator.kubernetes.objects import LARGEST, manifest
from generator.layout import Files
from watchspec.spec import Spec

_FOUND: Final = {"grafana_dashboard": "1"}


def texts(spec: Spec) -> Files:
    """Name → JSON of every dashboard of `spec`."""
    return {name: encode(DASHBOARDS[name](spec)) for name in present(spec)}


def emit(spec: Spec, dashboards: Files) -> Files:
    """`dashboards/<name>.yml`. The sidecar puts all stacks into one folder, so files are called by the uid."""
    return {
        f"dashboards/{name}.yml": manifest(
            spec,
            "v1",
            "ConfigMap",
            names.label("dashboard", name),
            {"data": {f"{uid(spec, name)}.json": _fitting(text)}},
            marks=_FOUND,
            notes={"grafana_folder": short(spec)},
        )
        for name, text in dashboards.items()
    }


def _fitting(text: str) -> str:
    """Without its last newline, which a block of YAML need not have; on one line where it is too big to be read."""
    if len(text) > LARGEST // 2:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return text.rstrip("\n")
