"""What the probes of services see, and what their health pages say."""

from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from generator.dashboards._asking import gauge
from generator.dashboards._board import SELECTED
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._panels import states
from generator.dashboards._sdk import model, units
from generator.dashboards._states import UP_OR_DOWN
from generator.dashboards._tables import Figure, sheet, tall, targets
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec

STATE: Final = f"min by (target) (probe_success{{{SELECTED}}})"
"""1 where every URL of the service answers its probe."""
_BY: Final = "target, instance"


def health(spec: Spec) -> list[Tile]:
    """Panels of the probes of `spec`, those that apply."""
    urls = [urlsplit(url).scheme for service in spec.services for url in service.url]
    listed = Tile(_listed(spec, https="https" in urls), COLUMNS, tall(len(urls)))
    phases = tiles(spec, [_PHASES]) if {"http", "https"} & set(urls) else []
    pages = any(service.health is not None for service in spec.services)
    components = tiles(spec, [_COMPONENTS], partial(states, texts=UP_OR_DOWN)) if pages else []
    below = [*phases, *components]
    return [listed, *(replace(tile, width=COLUMNS // len(below)) for tile in below)]


def _listed(spec: Spec, *, https: bool) -> model.Panel:
    expiry = f"{gauge('probe_ssl_earliest_cert_expiry', _BY)} - time()"
    figures = [
        Figure("State", gauge("probe_success", _BY), texts=UP_OR_DOWN),
        Figure("HTTP status", gauge("probe_http_status_code", _BY), units.NoUnit),
        Figure("Takes", gauge("probe_duration_seconds", _BY), units.Seconds, "ProbeSlow"),
        *([Figure("Certificate lasts", expiry, units.Seconds, "CertificateExpiry")] if https else []),
        Figure("", gauge("watchspec_probe_failure_info", f"{_BY}, reason")),
    ]
    labels = {
        "target": targets(spec, "Service", "service"),
        "instance": Column("Address"),
        "reason": Column("Why it fails"),
    }
    return sheet(
        spec,
        Face(
            title="Probes",
            description="Every address of every service, the failing ones first: what it answered, how long that took, "
            "and why it does not count. Red is an address that your users do not reach either.",
            unit=units.Short,
        ),
        labels,
        figures,
        sort="State",
    )


PROBES: Final = Face(
    title="Probe time by service",
    description="How long the health check takes, from name resolution to the last byte; of several replicas the "
    "slowest. Milliseconds are normal; it climbs before a service stops answering.",
    unit=units.Seconds,
    queries=(Query(f"max by (target) (probe_duration_seconds{{{SELECTED}}})", "{{target}}"),),
    alert="ProbeSlow",
)

_PHASES: Final = Face(
    title="Probe time by phase",
    description="Where the health check spends its time: resolve is the look-up of the name, connect the network, tls "
    "the handshake, processing the service itself, transfer the answer's body. Of replicas the slowest.",
    unit=units.Seconds,
    queries=(Query(f"max by (target, phase) (probe_http_duration_seconds{{{SELECTED}}})", "{{target}} {{phase}}"),),
)

_COMPONENTS: Final = Face(
    title="Components of the health pages",
    description="What each service says of its own parts. Green is well. A red part while the service answers is an "
    "outage in the making: look at that part.",
    unit=units.Short,
    queries=(
        Query(f"min by (target, component) (watchspec_health_component_up{{{SELECTED}}})", "{{target}} {{component}}"),
    ),
    empty="no health page names its parts",
)
