"""The compiled scrape jobs → ScrapeConfig, one a job.

No Probe is written: it asks a blackbox_exporter with `/probe?target=`, and the exporter here probes by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from generator import scrapes
from generator.kubernetes import names
from generator.kubernetes.layout import OPERATED, selector
from generator.kubernetes.objects import MONITORING, manifest
from generator.layout import Files
from generator.prometheus import scrape_timeout
from watchspec.spec import Spec

Config = Mapping[str, object]

_KEPT: Final = {
    "honor_labels": "honorLabels",
    "metrics_path": "metricsPath",
    "scheme": "scheme",
    "params": "params",
}
_RELABELLED: Final = {
    "source_labels": "sourceLabels",
    "regex": "regex",
    "target_label": "targetLabel",
    "replacement": "replacement",
    "action": "action",
}
_SERVERS: Final = (OPERATED.prometheus, OPERATED.alertmanager)


def emit(spec: Spec, keep: Sequence[str] = ()) -> Files:
    """`scrapes/<name>.yml`; `keep` are regular expressions of the names that are kept, all if it is empty."""
    return dict(_objects(spec, keep))


def _objects(spec: Spec, keep: Sequence[str]) -> Iterator[tuple[str, str]]:
    for config in scrapes.configs(spec, OPERATED, keep):
        name = names.label("scrape", _kind(config), str(config["job_name"]))
        text = manifest(spec, f"{MONITORING}/v1alpha1", "ScrapeConfig", name, {"spec": _spec(spec, config)})
        yield f"scrapes/{name.removeprefix('watchspec-scrape-')}.yml", text


def _kind(config: Config) -> str:
    """What tells a service called `prometheus` from Prometheus."""
    return "service" if "metrics_path" in config else "stack"


def _spec(spec: Spec, config: Config) -> Config:
    """The interval is said here: rules look back by it, whatever Prometheus does with other jobs."""
    relabelled = cast("Sequence[Config]", config.get("metric_relabel_configs", ()))
    return {
        # The operator puts it into a relabelling, where a dollar begins a reference.
        "jobName": str(config["job_name"]).replace("$", "$$"),
        "scrapeInterval": str(spec.prometheus.scrape_interval),
        "scrapeTimeout": str(scrape_timeout(spec)),
        **{name: config[key] for key, name in _KEPT.items() if key in config},
        **({"tlsConfig": _tls(cast("Config", config["tls_config"]))} if "tls_config" in config else {}),
        **_targets(cast("Sequence[Config]", config["static_configs"])),
        **({"metricRelabelings": [_relabelling(rule) for rule in relabelled]} if relabelled else {}),
    }


def _targets(static: Sequence[Config]) -> Config:
    """The addresses; of Prometheus and Alertmanager each replica, which have one name together."""
    (address, *_), found = cast("Sequence[str]", static[0]["targets"]), static[0]["labels"]
    if address not in _SERVERS:
        return {"staticConfigs": list(static)}
    said = [{"targetLabel": name, "replacement": value} for name, value in cast("Mapping[str, str]", found).items()]
    return {"dnsSDConfigs": [replicas(address)], "relabelings": said}


def replicas(address: str) -> Config:
    """How Prometheus finds each of the servers that have the name in `address` together."""
    host, _, port = address.partition(":")
    return {"names": [host], "type": "A", "port": int(port)}


def _relabelling(rule: Config) -> Config:
    return {_RELABELLED[key]: value for key, value in rule.items()}


def _tls(tls: Config) -> Config:
    files = {"ca": "ca_file", "cert": "cert_file"}
    return {
        **{name: {"secret": selector(tls[key])} for name, key in files.items() if key in tls},
        **({"keySecret": selector(tls["key_file"])} if "key_file" in tls else {}),
        **({"serverName": tls["server_name"]} if "server_name" in tls else {}),
        **({"insecureSkipVerify": True} if tls.get("insecure_skip_verify") else {}),
    }
