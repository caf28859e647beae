"""A running Prometheus, through its HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/."""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from watchspec.preview.questions import Question
from watchspec.remote import Remote, RemoteFailure

PATIENCE: Final = 10.0
"""Seconds that one answer may take."""
ALTOGETHER: Final = 120.0
"""Seconds that all answers may take."""
SIDE_BY_SIDE: Final = 8
"""Questions that are asked at a time; Prometheus answers 20 by default and has others to serve."""
Value = float | str | None
"""A sample: None where there is none, or no number; JSON has no infinity, so that is "Infinity" or "-Infinity"."""
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its labels, and its values from step number `first` of the question's span on."""

    labels: Mapping[str, str]
    first: int
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: series, or the reason why not."""

    series: Sequence[Series] = ()
    error: str = ""

    @property
    def has_data(self) -> bool:
        """Whether there is any value."""
        return any(value is not None for series in self.series for value in series.values)


@dataclass(frozen=True)
class Prometheus:
    """One Prometheus; what it refuses is an `Answer` too, so that one wrong query costs one panel."""

    remote: Remote
    ends: float = field(default_factory=lambda: time.monotonic() + ALTOGETHER)
    """When patience with all of it ends (monotonic seconds)."""

    def ready(self) -> None:
        """Raise `RemoteFailure` unless it answers as Prometheus does."""
        self._data("query", {"query": "1"})

    def values(self, label: str, selector: str) -> Sequence[str]:
        """The values of `label` in series that match `selector`, sorted; none if it does not say."""
        query = [("match[]", selector)] if selector else []
        try:
            found = self.remote.json(dict, "GET", f"/api/v1/label/{label}/values", query, patience=PATIENCE)
        except RemoteFailure:
            return ()
        return sorted(map(str, found.get("data", ())))

    def answers(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        """The answer to each question; the same one is asked once."""
        asked = list(dict.fromkeys(questions))
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            return dict(zip(asked, pool.map(self.answer, asked), strict=True))

    def answer(self, question: Question) -> Answer:
        """What it says to one question."""
        span, step = question.span, question.step
        try:
            if step is None:
                result = self._data("query", {"query": question.expr, "time": f"{span.end:.3f}"})
                return Answer([Series(one["metric"], 0, [_value(one["value"][1])]) for one in result if "value" in one])
            limits = {"start": f"{span.start:.3f}", "end": f"{span.end:.3f}", "step": f"{step:g}"}
            result = self._data("query_range", {"query": question.expr, **limits})
            return Answer([_series(one, span.start, step) for one in result if one.get("values")])
        except RemoteFailure as error:
            return Answer(error=error.what)

    def _data(self, path: str, form: Mapping[str, str]) -> list[dict[str, Any]]:
        left = min(PATIENCE, self.ends - time.monotonic())
        if left <= 0:
            what = f"all queries together took more than {ALTOGETHER:g} s; this one was not asked"
            raise RemoteFailure(what, what)
        body = urlencode({**form, "timeout": f"{max(1, round(left * 1000))}ms"}).encode()
        found = self.remote.json(dict, "POST", f"/api/v1/{path}", body=body, kind=_FORM, patience=left)
        data = found.get("data")
        if not isinstance(data, dict) or "result" not in data:
            what = "answers, but not as Prometheus does; is the address right?"
            raise RemoteFailure(f"Prometheus at {self.remote.url} {what}", what)
        if data.get("resultType") == "scalar":
            return [{"metric": {}, "value": data["result"]}]
        result: list[dict[str, Any]] = data["result"]
        return result


def _series(one: Mapping[str, Any], start: float, step: float) -> Series:
    """Samples on the grid of the question; what is missing between two of them is None."""
    places = [(round((moment - start) / step), _value(value)) for moment, value in one["values"]]
    first = places[0][0]
    values: list[Value] = [None] * (places[-1][0] - first + 1)
    for place, value in places:
        values[place - first] = value
    return Series(one["metric"], first, values)


def _value(text: str) -> Value:
    number = float(text)
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return int(number) if number.is_integer() and abs(number) < 2**53 else float(f"{number:.10g}")
