"""Prometheus as Grafana asks it: at a moment, over a time, and for the values of a label.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen


class RefusedQuery(Exception):
    """Prometheus could not answer; its own words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One series of an answer."""

    labels: Mapping[str, str]
    values: Sequence[float]
    """Oldest first; one, if it was asked for a moment."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a query is asked about."""

    start: float
    """Unix seconds."""
    end: float
    step: float
    """Seconds between two values."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running Prometheus."""

    url: str

    def now(self, expr: str) -> list[Row]:
        """What it says of this moment; only finite values count."""
        data = self._get("query", query=expr)
        rows = [{"metric": {}, "value": data["result"]}] if data["resultType"] == "scalar" else data["result"]
        return _finite(Row(row["metric"], [float(row["value"][1])]) for row in rows)

    def over(self, expr: str, span: Span) -> list[Row]:
        """What it says of a time; only finite values count."""
        data = self._get("query_range", query=expr, start=span.start, end=span.end, step=span.step)
        return _finite(Row(row["metric"], [float(value) for _, value in row["values"]]) for row in data["result"])

    def label_values(self, label: str, selector: str, span: Span) -> list[str]:
        """The values of a label, sorted; of the series that `selector` picks, if it is not empty."""
        matched = {"match[]": selector} if selector else {}
        found: list[str] = self._get(f"label/{quote(label)}/values", start=span.start, end=span.end, **matched)
        return sorted(found)

    def number(self, expr: str) -> float | None:
        """The only value of this moment; None where there is none or several."""
        rows = self.now(expr)
        return rows[0].values[0] if len(rows) == 1 else None

    def _get(self, page: str, **parameters: object) -> Any:  # noqa: ANN401  # any JSON
        try:
            with urlopen(f"{self.url}/api/v1/{page}?{urlencode(parameters)}", timeout=30) as answer:  # noqa: S310
                return json.load(answer)["data"]
        except HTTPError as error:
            raise RefusedQuery(str(json.load(error).get("error", error))) from None


def _finite(rows: Any) -> list[Row]:  # noqa: ANN401
    found = (Row(row.labels, [value for value in row.values if isfinite(value)]) for row in rows)
    return [row for row in found if row.values]
