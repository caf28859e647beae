"""Scrape jobs: the exporters, every service with metrics of its own, and the monitoring itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from generator.exporters import Exporter, exporters
from generator.instrumentation import names
from generator.layout import Layout, client
from generator.promql import regex
from watchspec.spec import Service, Spec
from watchspec.spec.base import Tls

Config = Mapping[str, object]

_JOBS: Final = {"node": "node", "redis": "redis", "pg": "postgres", "probe": "blackbox"}
"""Prefix of a metric → the job that community dashboards and mixins ask for."""
_PORTS: Final = {"http": 80, "https": 443}


def configs(spec: Spec, layout: Layout) -> Iterator[Config]:
    """Every scrape job of `spec`."""
    own = client(layout.between(spec))
    yield from _exporters(spec, layout, own)
    for service in spec.services:
        if service.metrics is not None:
            yield _service(service, service.metrics, layout)
    for job, address in (("prometheus", layout.prometheus), ("alertmanager", layout.alertmanager)):
        yield {"job_name": job, **own, "static_configs": [{"targets": [address], "labels": {"target": job}}]}


def _exporters(spec: Spec, layout: Layout, own: Config) -> Iterator[Config]:
    """All of them; if ours is `secure`, those of other machines apart: they must not be shown our password."""
    found = exporters(spec)
    if not own:
        yield _job("watchspec", found, layout)
        return
    yield {**own, **_job("watchspec", [each for each in found if each.address is None], layout)}
    if others := [each for each in found if each.address is not None]:
        yield _job("watchspec-hosts", others, layout, job="watchspec")


def _job(name: str, found: Sequence[Exporter], layout: Layout, **labels: str) -> Config:
    return {
        "job_name": name,
        "honor_labels": True,
        "static_configs": [
            {"targets": [each.at(layout)], "labels": {"target": each.target, **labels}} for each in found
        ],
        "metric_relabel_configs": [*_jobs(), _instances(each.at(layout) for each in found)],
    }


def _jobs() -> Iterator[Config]:
    for prefix, job in _JOBS.items():
        yield {"source_labels": ["__name__"], "regex": f"{prefix}_.*", "target_label": "job", "replacement": job}


def _instances(addresses: Iterable[str]) -> Config:
    """Copy `target` to `instance`, except where the exporter has given an instance: that of a service's replica."""
    return {
        "source_labels": ["instance", "target"],
        "regex": f"(?:{'|'.join(map(regex, dict.fromkeys(addresses)))});(.+)",
        "target_label": "instance",
        "replacement": "$1",
    }


def _service(service: Service, path: str, layout: Layout) -> Config:
    urls = [urlsplit(url) for url in service.url]
    page = urlsplit(path)
    params = parse_qs(page.query, keep_blank_values=True)
    tls = _tls(service.tls, layout) if service.tls else {}
    return {
        "job_name": service.name,
        "metrics_path": page.path if page.path.startswith("/") else f"/{page.path}",
        "scheme": urls[0].scheme,
        **({"params": params} if params else {}),
        **({"tls_config": tls} if tls else {}),
        "static_configs": [*_replicas(urls, service.name)],
        **_hidden(service),
    }


def _hidden(service: Service) -> Config:
    """Leave out what would hide a metric of Prometheus's own: a service says `up` while it cannot be scraped."""
    hides = names(service.instrumentation).hides if service.instrumentation else ()
    rule = {"source_labels": ["__name__"], "regex": "|".join(hides), "action": "drop"}
    return {"metric_relabel_configs": [rule]} if hides else {}


def _replicas(urls: Sequence[SplitResult], name: str) -> Iterator[Config]:
    """One entry a scheme; those of another scheme than the first say so."""
    for scheme in dict.fromkeys(url.scheme for url in urls):
        targets = list(dict.fromkeys(_address(url) for url in urls if url.scheme == scheme))
        other = {} if scheme == urls[0].scheme else {"__scheme__": scheme}
        yield {"targets": targets, "labels": {"target": name, **other}}


def _address(url: SplitResult) -> str:
    host = f"[{url.hostname}]" if ":" in str(url.hostname) else url.hostname
    return f"{host}:{url.port or _PORTS[url.scheme]}"


def _tls(tls: Tls, layout: Layout) -> Config:
    files = {"ca_file": tls.ca, "cert_file": tls.cert, "key_file": tls.key}
    return {
        **{key: layout.file(path) for key, path in files.items() if path},
        **({"server_name": tls.server_name} if tls.server_name else {}),
        **({} if tls.verify else {"insecure_skip_verify": True}),
    }
