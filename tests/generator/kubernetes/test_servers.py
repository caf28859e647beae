"""Prometheus and Alertmanager of the stack's own."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.manifests import CHANNELS, read

Make = Callable[[str], Mapping[str, Any]]


def test_prometheus_selects_all_rules_and_scrapes_of_the_stack_and_no_other(manifests: Make) -> None:
    """By labels that each of them has."""
    found = manifests("redis: [{name: cache, url: 'redis://r'}]\n")
    spec = found["servers/prometheus.yml"]["spec"]
    for kind, key in (("PrometheusRule", "ruleSelector"), ("ScrapeConfig", "scrapeConfigSelector")):
        wanted = spec[key]["matchLabels"]
        assert wanted["app.kubernetes.io/instance"] == "stack"
        chosen = [each for each in found.values() if each["kind"] == kind]
        assert chosen
        assert all(wanted.items() <= each["metadata"]["labels"].items() for each in chosen)


def test_prometheus_does_what_the_spec_says(manifests: Make) -> None:
    """And finds every replica of Alertmanager by its name."""
    found = manifests("""
labels: {environment: test}
prometheus: {scrape_interval: 20s, evaluation_interval: 30s, retention: 30d, retention_size: 10GB}
""")
    spec = found["servers/prometheus.yml"]["spec"]
    assert spec["scrapeInterval"] == "20s"
    assert spec["evaluationInterval"] == "30s"
    assert spec["retention"] == "30d"
    assert spec["retentionSize"] == "10GB"
    assert spec["storage"]["volumeClaimTemplate"]["spec"]["resources"]["requests"] == {"storage": "13Gi"}
    assert spec["externalLabels"] == {"stack": "stack", "environment": "test"}
    place = spec["additionalAlertManagerConfigs"]
    secret = found["servers/alertmanagers.yml"]
    assert secret["metadata"]["name"] == place["name"]
    assert read(secret["stringData"][place["key"]]) == [
        {"dns_sd_configs": [{"names": ["alertmanager-operated"], "type": "A", "port": 9093}]}
    ]


def test_credentials_of_remote_write_are_keys_of_the_secret(manifests: Make) -> None:
    """The user's name too: the operator takes it from nowhere else."""
    found = manifests("""
prometheus:
  remote_write:
    - {url: "https://a/push", username: tenant, password: {file: secrets/mimir}}
    - {url: "https://b/push", bearer: {env: TOKEN}}
""")
    assert found["servers/prometheus.yml"]["spec"]["remoteWrite"] == [
        {
            "url": "https://a/push",
            "basicAuth": {
                "username": {"name": "watchspec-secrets", "key": "remote-write-0-username"},
                "password": {"name": "watchspec-secrets", "key": "secrets.mimir"},
            },
        },
        {
            "url": "https://b/push",
            "authorization": {"credentials": {"name": "watchspec-secrets", "key": "TOKEN"}},
        },
    ]


def test_alertmanager_takes_its_configuration_as_it_is(manifests: Make) -> None:
    """With a selector the operator would read it, and leave out what it does not know."""
    found = manifests(CHANNELS)
    spec = found["servers/alertmanager.yml"]["spec"]
    assert spec["configSecret"] == found["servers/configuration.yml"]["metadata"]["name"]
    assert not {"alertmanagerConfigSelector", "alertmanagerConfiguration"} & spec.keys()
    assert "secrets" not in manifests("")["servers/alertmanager.yml"]["spec"]


def test_neither_is_root_nor_asks_kubernetes_anything(manifests: Make) -> None:
    """No role is written for them."""
    found = manifests(CHANNELS)
    for name in ("prometheus", "alertmanager"):
        spec = found[f"servers/{name}.yml"]["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["automountServiceAccountToken"] is False
    assert not {each["kind"] for each in found.values()} & {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
