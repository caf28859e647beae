"""Dashboards as ConfigMaps."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from generator.grafana import ALERTMANAGER_UID, PROMETHEUS_UID
from generator.kubernetes import dashboards
from generator.render import render
from watchspec.spec import Spec

Make = Callable[[str], Mapping[str, Any]]
REDIS = "redis: [{name: cache, url: 'redis://r:6379'}]\n"


def test_the_sidecar_finds_every_dashboard_by_its_label(manifests: Make, spec_of: Callable[[str], Spec]) -> None:
    """Each is the one of the files, called by a uid that no other stack has."""
    found = {path: each for path, each in manifests(REDIS).items() if path.startswith("dashboards/")}
    files = render(spec_of(REDIS))
    assert len(found) == sum(path.startswith("grafana/dashboards/") for path in files)
    for path, each in found.items():
        assert each["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert each["metadata"]["annotations"] == {"grafana_folder": "stack"}
        ((name, text),) = each["data"].items()
        dashboard = json.loads(text)
        assert name == f"{dashboard['uid']}.json"
        assert dashboard == json.loads(files[f"grafana/{path.replace('.yml', '.json')}"])


def test_no_dashboard_asks_a_data_source_of_the_compose_stack(manifests: Make) -> None:
    """Another Grafana calls its Prometheus by another uid: the variable finds it."""
    for path, each in manifests(REDIS).items():
        if path.startswith("dashboards/"):
            (text,) = each["data"].values()
            assert PROMETHEUS_UID not in text
            assert ALERTMANAGER_UID not in text
            assert '"uid": "$datasource"' in text or '"uid": "${datasource}"' in text


def test_a_big_dashboard_is_on_one_line(manifests: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that more of it goes into a ConfigMap."""
    monkeypatch.setattr(dashboards, "LARGEST", 2_000)
    (text,) = manifests(REDIS)["dashboards/overview.yml"]["data"].values()
    assert "\n" not in text
    assert json.loads(text)["uid"] == "stack-overview"
