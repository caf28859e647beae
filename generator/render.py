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
    files = {path: text for emit in EMITTERS for path, text in emit(spec, layout).items()}
    readers = (text for path, text in files.items() if path.startswith(("rules/", "grafana/dashboards/")))
    files |= proofs.emit(spec, layout, names(readers))
    return {**files, **prometheus.emit(spec, layout, _kept(spec, files))}


def _kept(spec: Spec, files: Files) -> Sequence[str]:
    if spec.prometheus.keep == "all":
        return ()
    from generator.used import kept  # noqa: PLC0415  # reading files anew takes long

    return kept(files)
