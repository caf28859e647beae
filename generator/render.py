"""Spec → every generated file. Pure: no clock, no environment, no disk; the same spec gives the same bytes."""

from collections.abc import Sequence
from typing import Final

from generator import alertmanager, custom, grafana, prometheus, proofs, runbooks
from generator.layout import COMPOSE, Files, Layout
from generator.records import names
from watchspec.spec import Spec

EMITTERS: Final = (
    custom.emit,
    alertmanager.emit,
    grafana.emit,
    runbooks.emit,
)


def render(spec: Spec, layout: Layout = COMPOSE) -> Files:
    """Every generated file, by path below the output folder."""
    files = _readers(spec, layout)
    return {**files, **prometheus.emit(spec, layout, keep(spec, files))}


def keep(spec: Spec, files: Files | None = None) -> Sequence[str]:
    """Regular expressions of the names of series that Prometheus keeps, wherever it runs; none where it keeps all.

    `files` are those that read series, if somebody has rendered them already.
    """
    if spec.prometheus.keep == "all":
        return ()
    from generator.used import kept  # noqa: PLC0415  # reading files anew takes long

    return kept(_readers(spec, COMPOSE) if files is None else files)


def _readers(spec: Spec, layout: Layout) -> Files:
    """All but Prometheus's own configuration."""
    files = {path: text for emit in EMITTERS for path, text in emit(spec, layout).items()}
    readers = (text for path, text in files.items() if path.startswith(("rules/", "grafana/dashboards/")))
    return files | proofs.emit(spec, layout, names(readers))
