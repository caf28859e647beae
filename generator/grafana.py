"""Grafana's dashboards, and the provisioning that loads them and the data sources they ask.

Formats: https://grafana.com/docs/grafana/latest/administration/provisioning/ and the classic dashboard JSON, schema 42.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol, cast

from pydantic_core import to_json

from generator.dashboards import alerts, business, host, monitoring, overview, postgres, redis, service, slo
from generator.dashboards._board import short
from generator.dashboards._sdk import model
from generator.dashboards.address import present, uid
from generator.layout import Access, Files, Layout
from generator.yamltext import dump
from watchspec.spec import Spec
from watchspec.units import Duration

DASHBOARDS: Final[Mapping[str, Callable[[Spec], model.Dashboard]]] = {
    "overview": overview.dashboard,
    "service": service.dashboard,
    "postgres": postgres.dashboard,
    "redis": redis.dashboard,
    "host": host.dashboard,
    "slo": slo.dashboard,
    "business": business.dashboard,
    "alerts": alerts.dashboard,
    "monitoring": monitoring.dashboard,
}
"""Every dashboard, by its file's name; `address.NAMES` says which a spec has."""

PROMETHEUS_UID: Final = "watchspec-prometheus"
ALERTMANAGER_UID: Final = "watchspec-alertmanager"
FOLDER: Final = "/etc/grafana/dashboards"
"""Where Grafana sees the dashboards."""


def emit(spec: Spec, layout: Layout) -> Files:
    """The files below `grafana/`."""
    return {
        **{f"grafana/dashboards/{name}.json": encode(DASHBOARDS[name](spec)) for name in present(spec)},
        "grafana/provisioning/datasources/watchspec.yml": dump(_datasources(spec, layout)),
        "grafana/provisioning/dashboards/watchspec.yml": dump(_provider(spec)),
    }


def encode(dashboard: model.Dashboard) -> str:
    """`dashboard` as JSON, two spaces to a level, a newline at the end; Pydantic's encoder indents without Python."""
    return to_json(dashboard, indent=2, fallback=_sorted).decode() + "\n"


def _sorted(value: object) -> Mapping[str, object]:
    """An object of the SDK by its keys in their order, which is not left to the SDK's next version."""
    return dict(sorted(cast("_Encoded", value).to_json().items()))


class _Encoded(Protocol):
    """What every class of the SDK's models can do."""

    def to_json(self) -> dict[str, object]: ...


def _datasources(spec: Spec, layout: Layout) -> dict[str, object]:
    return {"apiVersion": 1, "prune": True, "datasources": [_prometheus(spec, layout), _alertmanager(spec, layout)]}


def _prometheus(spec: Spec, layout: Layout) -> dict[str, object]:
    access = layout.between(spec)
    return {
        "name": "Prometheus",
        "uid": PROMETHEUS_UID,
        "type": "prometheus",
        "access": "proxy",
        **_reached(layout.prometheus, access),
        "isDefault": True,
        "editable": False,
        "jsonData": {
            "httpMethod": "POST",
            "prometheusType": "Prometheus",
            "prometheusVersion": _full(spec.versions.prometheus),
            # $__rate_interval is four of these at the least.
            "timeInterval": _one_unit(spec.prometheus.scrape_interval),
            "alertmanagerUid": ALERTMANAGER_UID,
            **_trust(access),
        },
    }


def _alertmanager(spec: Spec, layout: Layout) -> dict[str, object]:
    access = layout.between(spec)
    return {
        "name": "Alertmanager",
        "uid": ALERTMANAGER_UID,
        "type": "alertmanager",
        "access": "proxy",
        **_reached(layout.alertmanager, access),
        "editable": False,
        "jsonData": {"implementation": "prometheus", "handleGrafanaManagedAlerts": False, **_trust(access)},
    }


def _reached(address: str, access: Access | None) -> dict[str, object]:
    """How Grafana's server reaches a part; it reads the files itself when it provisions: `$__file{PATH}`."""
    if access is None:
        return {"url": f"http://{address}"}
    secure = {"basicAuthPassword": f"$__file{{{access.password}}}", "tlsCACert": f"$__file{{{access.ca}}}"}
    return {
        "url": f"https://{address}",
        "basicAuth": True,
        "basicAuthUser": access.user,
        "secureJsonData": secure,
    }


def _trust(access: Access | None) -> dict[str, object]:
    return {"tlsAuthWithCACert": True} if access else {}


def _provider(spec: Spec) -> dict[str, object]:
    provider = {
        "name": "watchspec",
        "orgId": 1,
        "folder": _plain(short(spec)),
        "folderUid": uid(spec, "folder"),
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "updateIntervalSeconds": 30,
        "options": {"path": FOLDER, "foldersFromFilesStructure": False},
    }
    return {"apiVersion": 1, "providers": [provider]}


def _full(version: str) -> str:
    """Grafana compares versions of three parts."""
    return ".".join([*version.split("."), "0", "0"][:3])


def _one_unit(interval: Duration) -> str:
    """Grafana's page reads a number and a unit, and of `1m30s` only the minute.

    `interval_regex` in https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/datetime/rangeutil.ts
    """
    seconds, rest = divmod(interval.milliseconds, 1000)
    return f"{interval.milliseconds}ms" if rest else f"{seconds}s"


def _plain(text: str) -> str:
    """Grafana expands `$NAME` in these files as environment variables; `$$` is a dollar."""
    return text.replace("$", "$$")
