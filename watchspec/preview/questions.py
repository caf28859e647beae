"""What a dashboard asks Prometheus: one question for each query of each panel, as Grafana would put it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from watchspec.errors import UsageError
from watchspec.preview.span import Span
from watchspec.preview.variables import filled, times
from watchspec.units import Duration

_WIDTH: Final = 1440
"""Pixels of all 24 columns on a usual screen; Grafana asks for as many points as a panel has pixels."""
_COLUMNS: Final = 24


@dataclass(frozen=True, slots=True)
class Question:
    """A query without variables; `step` is None if only its value at the end is asked for."""

    expr: str
    span: Span
    step: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which panel asks it, and under which letter."""

    panel: int
    letter: str
    question: Question


def panels(dashboard: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every panel, those of collapsed rows too, without the rows."""
    for panel in dashboard.get("panels", []):
        if panel["type"] == "row":
            yield from panel.get("panels") or ()
        else:
            yield panel


def questions(dashboard: Mapping[str, Any], span: Span, scraped: float, chosen: Mapping[str, str]) -> Iterator[Asked]:
    """What the panels ask; `scraped` is the scrape interval in seconds, `chosen` the dashboard's variables."""
    for panel in panels(dashboard):
        for target in panel.get("targets", []):
            if target.get("hide") or not target.get("expr"):
                continue
            least = _seconds(target.get("interval") or panel.get("interval") or "") or scraped
            step = span.step(_points(panel), least)
            expr = filled(target["expr"], {**chosen, **times(span, step, least)})
            ranged = target.get("range", not target.get("instant"))
            question = Question(expr, span.aligned(step) if ranged else span, step if ranged else None)
            yield Asked(panel["id"], target.get("refId", ""), question)


def marks(dashboard: Mapping[str, Any], span: Span, chosen: Mapping[str, str]) -> Iterator[tuple[int, Question]]:
    """What the dashboard's annotations ask, each by its place in the list."""
    for place, annotation in enumerate(dashboard.get("annotations", {}).get("list", [])):
        if annotation.get("enable") and annotation.get("expr"):
            least = _seconds(annotation.get("step") or "") or 60.0
            step = span.step(_WIDTH, least)
            expr = filled(annotation["expr"], {**chosen, **times(span, step, least)})
            yield place, Question(expr, span.aligned(step), step)


def _points(panel: Mapping[str, Any]) -> int:
    width = panel.get("gridPos", {}).get("w", _COLUMNS)
    return int(panel.get("maxDataPoints") or _WIDTH * width // _COLUMNS)


def _seconds(text: str) -> float | None:
    """A minimum step as people write it in Grafana (`1m`, `>1m`); None for none."""
    if not text or text.startswith("$"):
        return None
    try:
        return Duration.parse(text.lstrip(">")).seconds
    except ValueError as error:
        raise UsageError(f"a panel's interval: {error}") from None
