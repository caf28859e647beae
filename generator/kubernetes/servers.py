"""Prometheus and Alertmanager of the stack's own, for the operator to run.

Whoever has both already leaves this folder out, and lets them select what is written here: docs/kubernetes.md.
"""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Final

from generator.kubernetes import alertmanager, names, secrets
from generator.kubernetes.layout import OPERATED, selector
from generator.kubernetes.objects import MONITORING, Body, labels, manifest
from generator.kubernetes.scrapes import replicas
from generator.layout import Files
from generator.yamltext import body
from watchspec.spec import Spec
from watchspec.spec.prometheus import RemoteWrite
from watchspec.units import Size

_PROMETHEUS: Final = "watchspec-prometheus"
_SECURITY: Final = {
    "runAsNonRoot": True,
    "runAsUser": 65534,
    "runAsGroup": 65534,
    "fsGroup": 65534,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_DISK: Final = 20
"""GiB for Prometheus, where the spec sets no bound."""
_GIB: Final = 1024**3
_FOUND: Final = ("watchspec-alertmanagers", "alertmanagers.yml")
"""Secret and key: where Prometheus finds every replica of Alertmanager, without asking Kubernetes."""


def emit(spec: Spec) -> Files:
    """The files below `servers/`."""
    group = f"{MONITORING}/v1"
    name, key = _FOUND
    secret = {"type": "Opaque", "stringData": {key: body([{"dns_sd_configs": [replicas(OPERATED.alertmanager)]}])}}
    alone = {"automountServiceAccountToken": False}
    return {
        "servers/prometheus.yml": manifest(spec, group, "Prometheus", "watchspec", {"spec": _prometheus(spec)}),
        "servers/alertmanager.yml": manifest(spec, group, "Alertmanager", "watchspec", {"spec": _alertmanager(spec)}),
        "servers/alertmanagers.yml": manifest(spec, "v1", "Secret", name, secret),
        "servers/account.yml": manifest(spec, "v1", "ServiceAccount", _PROMETHEUS, alone),
    }


def _prometheus(spec: Spec) -> Body:
    settings = spec.prometheus
    every = str(settings.scrape_interval)
    chosen = {"matchLabels": labels(spec)}
    written = [_remote(place, remote) for place, remote in enumerate(settings.remote_write)]
    return {
        "replicas": 1,
        "serviceAccountName": _PROMETHEUS,
        "automountServiceAccountToken": False,
        "securityContext": _SECURITY,
        "scrapeInterval": every,
        "evaluationInterval": str(settings.evaluation_interval or every),
        "externalLabels": {"stack": spec.name, **spec.labels},
        "retention": str(settings.retention),
        **({"retentionSize": str(settings.retention_size)} if settings.retention_size else {}),
        "externalUrl": spec.links.prometheus,
        "ruleSelector": chosen,
        "scrapeConfigSelector": chosen,
        "additionalAlertManagerConfigs": {"name": _FOUND[0], "key": _FOUND[1]},
        **({"remoteWrite": written} if written else {}),
        "storage": _storage(_disk(settings.retention_size)),
        "resources": {"requests": {"cpu": "100m", "memory": "400Mi"}},
    }


def _alertmanager(spec: Spec) -> Body:
    """Without `alertmanagerConfigSelector`, so that the operator hands the configuration on as it is."""
    named = secrets.distinct((spec.smtp, spec.slack, spec.channels))
    return {
        "replicas": 1,
        "automountServiceAccountToken": False,
        "securityContext": _SECURITY,
        # After a start it tells nobody anything until Prometheus has said again all that fires: the operator makes
        # --dispatch.start-delay of this, and Prometheus says it again every minute.
        "minReadySeconds": 60,
        # After a crash, nothing that was told or silenced longer ago is forgotten.
        "additionalArgs": [{"name": "data.maintenance-interval", "value": "2s"}],
        "enableFeatures": ["receiver-name-in-metrics", "utf8-strict-mode"],
        "configSecret": alertmanager.NAME,
        **({"secrets": [names.SECRETS]} if named else {}),
        "externalUrl": spec.links.alertmanager,
        "storage": _storage("1Gi"),
        "resources": {"requests": {"cpu": "10m", "memory": "50Mi"}},
    }


def _disk(most: Size | None) -> str:
    """Room for `most` of samples, and a quarter more: its log and what it compacts are not counted."""
    return f"{_DISK if most is None else ceil(most.bytes * 5 / 4 / _GIB)}Gi"


def _storage(size: str) -> Body:
    return {"volumeClaimTemplate": {"spec": {"resources": {"requests": {"storage": size}}}}}


def _remote(place: int, remote: RemoteWrite) -> Body:
    return {"url": remote.url, **dict(_credentials(place, remote))}


def _credentials(place: int, remote: RemoteWrite) -> Iterator[tuple[str, Mapping[str, object]]]:
    if remote.username or remote.password:
        user = {"username": selector(secrets.USERNAME.format(place))} if remote.username else {}
        password = {"password": selector(OPERATED.secret(remote.password))} if remote.password else {}
        yield "basicAuth", {**user, **password}
    if remote.bearer:
        yield "authorization", {"credentials": selector(OPERATED.secret(remote.bearer))}
