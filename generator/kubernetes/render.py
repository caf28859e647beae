"""Spec → the manifests of the whole stack. Pure: the same spec gives the same bytes."""

from generator.kubernetes import (
    alertmanager,
    alertmanagerconfig,
    dashboards,
    exporter,
    kustomization,
    rules,
    scrapes,
    secrets,
    servers,
)
from generator.layout import Files
from generator.records import names
from generator.render import keep
from watchspec.spec import Spec


def render(spec: Spec, text: str) -> Files:
    """Every manifest, by path below their folder; `text` is the spec as its file has it, for the exporter."""
    shown = dashboards.texts(spec)
    asked = names([*shown.values(), *(rule.expr for rule in spec.rules)])
    files = {
        **rules.emit(spec, asked),
        **scrapes.emit(spec, keep(spec)),
        **alertmanager.emit(spec),
        **_own_alertmanager(spec),
        **dashboards.emit(spec, shown),
        **exporter.emit(spec, text),
        **servers.emit(spec),
        **secrets.emit(spec),
    }
    return {**files, **kustomization.emit(files)}


def _own_alertmanager(spec: Spec) -> Files:
    """For an Alertmanager that is there already, if it can be told all."""
    config = alertmanagerconfig.emit(spec)
    return {**config, **alertmanager.templates(spec)} if config else {}
