"""The scrape jobs as ScrapeConfig."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from generator.render import render
from watchspec.spec import Spec

PROMETHEUS: Final = "prometheus/prometheus.yml"
OURS: Final = "watchspec"
Make = Callable[[str], Mapping[str, Any]]


def test_the_exporter_is_found_by_its_service_and_relabelled_as_elsewhere(manifests: Make) -> None:
    """Its own labels win."""
    found = manifests("redis: [{name: cache, url: 'redis://r:6379'}]\n")
    spec = found["scrapes/stack-watchspec.yml"]["spec"]
    assert spec["staticConfigs"] == [{"targets": ["watchspec-exporter:9877"], "labels": {"target": "stack"}}]
    assert found["exporter/service.yml"]["metadata"]["name"] == "watchspec-exporter"
    assert spec["honorLabels"] is True
    assert {"sourceLabels": ["__name__"], "regex": "redis_.*", "targetLabel": "job", "replacement": "redis"} in spec[
        "metricRelabelings"
    ]
    assert spec["metricRelabelings"][-1]["regex"] == "(?:watchspec-exporter:9877);(.+)"


def test_a_service_is_scraped_as_the_spec_says(manifests: Make) -> None:
    """A dollar in its name would be a reference; files of TLS are keys of the Secret; the interval is said."""
    text = """
services:
  - name: $shop
    url: ["https://a", "http://b:1"]
    metrics: m?x=1&y=
    tls: {ca: tls/ca, cert: tls/c, key: tls/k, verify: false}
prometheus: {scrape_interval: 20s, scrape_timeout: 7s}
"""
    (spec,) = (each["spec"] for path, each in manifests(text).items() if path.startswith("scrapes/service-"))
    assert spec == {
        "jobName": "$$shop",
        "scrapeInterval": "20s",
        "scrapeTimeout": "7s",
        "metricsPath": "/m",
        "scheme": "https",
        "params": {"x": ["1"], "y": [""]},
        "tlsConfig": {
            "ca": {"secret": {"name": "watchspec-secrets", "key": "tls.ca"}},
            "cert": {"secret": {"name": "watchspec-secrets", "key": "tls.c"}},
            "keySecret": {"name": "watchspec-secrets", "key": "tls.k"},
            "insecureSkipVerify": True,
        },
        "staticConfigs": [
            {"targets": ["a:443"], "labels": {"target": "$shop"}},
            {"targets": ["b:1"], "labels": {"target": "$shop", "__scheme__": "http"}},
        ],
    }


def test_every_replica_of_prometheus_and_alertmanager_is_scraped(manifests: Make) -> None:
    """They have one name together: by it alone, each scrape would meet another one."""
    found = manifests("")
    for name, port in (("prometheus", 9090), ("alertmanager", 9093)):
        spec = found[f"scrapes/stack-{name}.yml"]["spec"]
        assert spec["dnsSDConfigs"] == [{"names": [f"{name}-operated"], "type": "A", "port": port}]
        assert spec["relabelings"] == [{"targetLabel": "target", "replacement": name}]
        assert "staticConfigs" not in spec


def test_a_service_may_be_called_like_a_part_of_the_stack(manifests: Make) -> None:
    """Its object is another one."""
    found = manifests("services: [{name: prometheus, url: 'http://p', metrics: /m}]\n")
    names = [each["metadata"]["name"] for path, each in found.items() if path.startswith("scrapes/")]
    assert len(set(names)) == len(names) == 4


def test_no_probe_is_written(manifests: Make) -> None:
    """The exporter here has no `/probe?target=`: it probes by itself, what the spec says."""
    found = manifests("services: [{name: web, url: 'http://p', health: /h}]\n")
    assert "Probe" not in {each["kind"] for each in found.values()}


def test_keep_used_drops_the_same_series_as_outside_of_kubernetes(manifests: Make) -> None:
    """First of all, before names of jobs are changed."""
    text = "redis: [{name: cache, url: 'redis://r:6379'}]\nprometheus: {keep: used}\n"
    spec = Spec.model_validate(yaml.safe_load(f"version: 1\nname: stack\n{text}"))
    (ours,) = (job for job in yaml.safe_load(render(spec)[PROMETHEUS])["scrape_configs"] if job["job_name"] == OURS)
    (first, *_) = manifests(text)["scrapes/stack-watchspec.yml"]["spec"]["metricRelabelings"]
    assert first == {
        "sourceLabels": ["__name__"],
        "action": "keep",
        "regex": ours["metric_relabel_configs"][0]["regex"],
    }
    assert "metricRelabelings" not in manifests(text.splitlines()[0])["scrapes/stack-prometheus.yml"]["spec"]
