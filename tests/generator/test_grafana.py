"""What Grafana finds on disk: dashboards and their provisioning."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.dashboards.address import uid
from generator.grafana import ALERTMANAGER_UID, FOLDER, PROMETHEUS_UID, emit
from generator.layout import COMPOSE
from watchspec.spec import Spec

SOURCES = "grafana/provisioning/datasources/watchspec.yml"
PROVIDER = "grafana/provisioning/dashboards/watchspec.yml"
OVERVIEW = "grafana/dashboards/overview.json"


def spec(**sections: object) -> Spec:
    """A stack of `sections`."""
    return Spec.model_validate({"version": 1, "name": "shop"} | sections)


def read(chosen: Spec, path: str) -> Any:  # noqa: ANN401  # what YAML holds
    """A provisioning file as Grafana parses it."""
    return yaml.safe_load(emit(chosen, COMPOSE)[path])


def test_a_stack_without_targets_has_the_dashboards_that_need_none() -> None:
    """And what loads them."""
    names = ("overview", "slo", "alerts", "monitoring")
    assert set(emit(spec(), COMPOSE)) == {*(f"grafana/dashboards/{name}.json" for name in names), SOURCES, PROVIDER}


def test_dashboards_are_plain_json_that_diffs_well() -> None:
    """Not wrapped, the keys of its objects sorted, one a line, a newline at the end, Unicode readable."""
    text = emit(spec(name="Магацин"), COMPOSE)[OVERVIEW]
    parsed = json.loads(text)
    assert parsed["title"] == "Магацин: Overview"
    assert text == json.dumps(parsed, indent=2, ensure_ascii=False) + "\n"
    assert all(list(part) == sorted(part) for part in (parsed, *parsed["panels"], *parsed["templating"]["list"]))


def test_prometheus_is_asked_at_the_pace_of_its_scrapes() -> None:
    """`timeInterval` is what `$__rate_interval` counts in; else Grafana assumes 15 s."""
    prometheus, alertmanager = read(spec(prometheus={"scrape_interval": "1m"}), SOURCES)["datasources"]
    assert prometheus["url"] == "http://prometheus:9090"
    assert prometheus["uid"] == PROMETHEUS_UID
    assert prometheus["jsonData"]["timeInterval"] == "60s"
    assert prometheus["jsonData"]["httpMethod"] == "POST"
    assert prometheus["jsonData"]["alertmanagerUid"] == alertmanager["uid"] == ALERTMANAGER_UID
    assert alertmanager["jsonData"]["implementation"] == "prometheus"
    assert alertmanager["url"] == "http://alertmanager:9093"


def test_secure_parts_are_asked_over_tls_with_a_password() -> None:
    """Grafana reads both files when it provisions; the file says their paths only."""
    folder = "/etc/watchspec/secrets/tls"
    for source in read(spec(secure=True), SOURCES)["datasources"]:
        assert source["url"].startswith("https://")
        assert (source["basicAuth"], source["basicAuthUser"]) == (True, "watchspec")
        assert source["jsonData"]["tlsAuthWithCACert"] is True
        assert source["secureJsonData"] == {
            "basicAuthPassword": f"$__file{{{folder}/password}}",
            "tlsCACert": f"$__file{{{folder}/ca.pem}}",
        }
    assert not any("secureJsonData" in source for source in read(spec(), SOURCES)["datasources"])


@pytest.mark.parametrize(
    ("written", "read_as"), [("90s", "90s"), ("1m30s", "90s"), ("1500ms", "1500ms"), ("1h", "3600s")]
)
def test_grafana_reads_the_whole_interval(written: str, read_as: str) -> None:
    """Its page takes the first number and unit that it finds."""
    prometheus = read(spec(prometheus={"scrape_interval": written, "evaluation_interval": "2h"}), SOURCES)[
        "datasources"
    ][0]
    assert prometheus["jsonData"]["timeInterval"] == read_as


@pytest.mark.parametrize(
    ("version", "full"), [("3", "3.0.0"), ("3.5", "3.5.0"), ("2.55.1", "2.55.1"), ("3.10", "3.10.0")]
)
def test_the_version_of_prometheus_has_three_parts(version: str, full: str) -> None:
    """Grafana compares versions by SemVer."""
    prometheus = read(spec(versions={"prometheus": version}), SOURCES)["datasources"][0]
    assert prometheus["jsonData"]["prometheusVersion"] == full


def test_dashboards_cannot_be_changed_where_they_would_be_overwritten() -> None:
    """The spec is the place for changes."""
    provider = read(spec(), PROVIDER)["providers"][0]
    assert provider["disableDeletion"] is True
    assert provider["allowUiUpdates"] is False
    assert provider["options"]["path"] == FOLDER
    assert provider["folderUid"] == uid(spec(), "folder")


def test_the_stack_shows_grafana_what_is_generated(root: Path) -> None:
    """Where the provisioning looks, and where Grafana looks for the provisioning."""
    compose = yaml.safe_load((root / "docker-compose.monitoring.yml").read_text(encoding="utf-8"))
    mounted = compose["services"]["grafana"]["volumes"]
    assert f"./grafana/dashboards:{FOLDER}:ro" in mounted
    assert "./grafana/provisioning:/etc/grafana/provisioning:ro" in mounted


def test_a_dollar_in_the_name_is_not_an_environment_variable() -> None:
    """Grafana expands `$HOME` in provisioning files; two dollars are one."""
    assert read(spec(name="shop $HOME"), PROVIDER)["providers"][0]["folder"] == "shop $$HOME"


def test_titles_fit_into_grafana() -> None:
    """Its tables hold 189 characters."""
    chosen = spec(name="n" * 200)
    assert len(json.loads(emit(chosen, COMPOSE)[OVERVIEW])["title"]) <= 189
    assert len(read(chosen, PROVIDER)["providers"][0]["folder"]) <= 189


@pytest.mark.parametrize("path", [SOURCES, PROVIDER])
def test_provisioning_says_that_it_is_generated(path: str) -> None:
    """In its first line."""
    assert "do not edit" in emit(spec(), COMPOSE)[path].splitlines()[0]


def test_nothing_depends_on_the_run() -> None:
    """The same spec gives the same bytes."""
    assert emit(spec(), COMPOSE) == emit(spec(), COMPOSE)
