"""Targets → `prometheus/prometheus.yml`.

https://prometheus.io/docs/prometheus/latest/configuration/configuration/
"""

from collections.abc import Iterator, Mapping
from typing import Final

from generator import scrapes
from generator.layout import Files, Layout, client
from generator.versions import EXPANDED_LABELS, reaches
from generator.yamltext import dump
from watchspec.spec import Spec
from watchspec.spec.prometheus import RemoteWrite
from watchspec.units import Duration

LONGEST_TIMEOUT: Final = Duration(10_000)
"""The scrape timeout where neither the spec nor a shorter interval says otherwise."""


def emit(spec: Spec, layout: Layout) -> Files:
    """The configuration; how much is kept is not in it but in `flags`."""
    return {"prometheus/prometheus.yml": dump(_configuration(spec, layout))}


def flags(spec: Spec) -> list[str]:
    """What Prometheus takes on its command line only: how long samples are kept, and how much of them."""
    found = [f"--storage.tsdb.retention.time={spec.prometheus.retention}"]
    if spec.prometheus.retention_size:
        found.append(f"--storage.tsdb.retention.size={spec.prometheus.retention_size}")
    return found


def scrape_timeout(spec: Spec) -> Duration:
    """How long a scrape may take."""
    return spec.prometheus.scrape_timeout or min(spec.prometheus.scrape_interval, LONGEST_TIMEOUT)


def _configuration(spec: Spec, layout: Layout) -> Mapping[str, object]:
    written = [_remote_write(remote, layout) for remote in spec.prometheus.remote_write]
    alertmanager = {"targets": [layout.alertmanager]}
    return {
        "global": _global(spec),
        "rule_files": [layout.rules],
        "alerting": {"alertmanagers": [{**client(layout.between(spec)), "static_configs": [alertmanager]}]},
        "scrape_configs": list(scrapes.configs(spec, layout)),
        **({"remote_write": written} if written else {}),
    }


def _global(spec: Spec) -> Mapping[str, object]:
    interval = spec.prometheus.scrape_interval
    expanded = reaches(spec.versions.prometheus, EXPANDED_LABELS)
    labels = {"stack": spec.name, **spec.labels}
    return {
        "scrape_interval": str(interval),
        "scrape_timeout": str(scrape_timeout(spec)),
        "evaluation_interval": str(spec.prometheus.evaluation_interval or interval),
        "external_labels": {name: value.replace("$", "$$") if expanded else value for name, value in labels.items()},
    }


def _remote_write(remote: RemoteWrite, layout: Layout) -> Mapping[str, object]:
    return {"url": remote.url, **dict(_credentials(remote, layout))}


def _credentials(remote: RemoteWrite, layout: Layout) -> Iterator[tuple[str, object]]:
    if remote.username or remote.password:
        file = {"password_file": layout.secret(remote.password)} if remote.password else {}
        yield "basic_auth", {**({"username": remote.username} if remote.username else {}), **file}
    if remote.bearer:
        yield "authorization", {"credentials_file": layout.secret(remote.bearer)}
