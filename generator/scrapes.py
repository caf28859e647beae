"""Scrape jobs: the exporters, every service with metrics of its own, and the monitoring itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast
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
_OURS: Final = (*_JOBS, "alertmanager", "prometheus", "watchspec")
"""Prefixes of what no service of one's own publishes."""


def configs(spec: Spec, layout: Layout, keep: Sequence[str] = ()) -> Iterator[Config]:
    """Every scrape job of `spec`; of their series those whose names `keep` matches, all if it is empty."""
    own = client(layout.between(spec))
    for exporter in _exporters(spec, layout, own):
        yield _relabelled(exporter, keep)
    for service in spec.services:
        if service.metrics is not None:
            yield _relabelled(_service(service, service.metrics, layout), of_services(keep))
    twins = layout.twins if spec.prometheus.replicas == 2 else None
    for job, *addresses in (
        ("prometheus", layout.prometheus, twins and twins.prometheus),
        ("alertmanager", layout.alertmanager, twins and twins.alertmanager),
    ):
        names = zip((job, f"{job}-2"), addresses, strict=True)
        static = [{"targets": [address], "labels": {"target": name}} for name, address in names if address]
        yield _relabelled({"job_name": job, **own, "static_configs": static}, keep)


def _relabelled(config: Config, keep: Sequence[str]) -> Config:
    """`config` that first drops what is not kept; `up` and `scrape_*` are Prometheus's own and pass it by."""
    if not keep:
        return config
    rule = {"source_labels": ["__name__"], "regex": "|".join(keep), "action": "keep"}
    rules = cast("Sequence[Config]", config.get("metric_relabel_configs", ()))
    return {**config, "metric_relabel_configs": [rule, *rules]}


def of_services(keep: Sequence[str]) -> Sequence[str]:
    """Of the names that only exporters publish the prefixes: Prometheus takes 300 kB for the whole list in each job."""
    prefixes = tuple(f"{prefix}_" for prefix in _OURS)
    own = [name for name in keep if not name.startswith(prefixes)]
    return [*own, *(f"{prefix}.*" for prefix in prefixes)] if keep else ()


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
