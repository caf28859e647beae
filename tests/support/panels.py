"""What a dashboard asks Prometheus: its panels' queries, annotations and variables, with macros put in as Grafana does.

https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.support.asking import Prometheus, Row, Span

Json = Mapping[str, Any]

POINTS: Final = 1000
"""About as many values a series as a panel of a large screen is wide."""
_ROUNDED: Final = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1800,
)  # fmt: skip
"""Seconds to which Grafana rounds `$__interval`."""
VARIABLE: Final = re.compile(r"\$\{([^\W\d]\w*)(?::(\w+))?\}|\$([^\W\d]\w*)|\[\[([^\W\d]\w*)\]\]")
"""A macro or a variable, as `$name`, `${name}`, `${name:form}` or `[[name]]`; `$1` is PromQL's."""
_LABEL_VALUES: Final = re.compile(r"label_values\((?:(.+),)?\s*(\w+)\s*\)", re.DOTALL)
_QUERY_RESULT: Final = re.compile(r"query_result\((.+)\)", re.DOTALL)
_SPECIAL: Final = re.compile(r"[\\^$*+?.()|{}\[\]]")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands for a variable."""

    values: Sequence[str]
    several: bool = False
    """Whether it may hold several: then Grafana escapes them as a pattern even if it is one."""

    def text(self, form: str = "") -> str:
        """As it stands in PromQL, or in another form: `raw`, `csv`, `pipe`."""
        if form in ("raw", "csv", "pipe"):
            return {"raw": ",", "csv": ",", "pipe": "|"}[form].join(self.values)
        if not self.several and form != "regex":
            return self.values[0]
        escaped = [_SPECIAL.sub(r"\\\\\g<0>", value) for value in self.values]
        return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


Variables = Mapping[str, Chosen]


@dataclass(frozen=True, slots=True)
class Question:
    """One query of a dashboard, as it is written."""

    place: str
    """The title of the panel, `annotation: NAME`, or `variable: NAME`."""
    name: str
    """Which of the panel's queries: its legend, or its letter if another has the same."""
    expr: str
    instant: bool = False
    repeat: str = ""
    """The variable for each value of which there is a panel."""

    def __str__(self) -> str:
        return f"{self.place} / {self.name}" if self.name else self.place


def questions(dashboard: Json) -> Iterator[Question]:
    """Every query of `dashboard` but its variables': of panels, also in closed rows, and of annotations."""
    for panel in _panels(dashboard["panels"]):
        targets = [target for target in panel.get("targets", ()) if not target.get("hide")]
        legends = [target.get("legendFormat") for target in targets]
        for target, legend in zip(targets, legends, strict=True):
            name = legend if legend and legends.count(legend) == 1 else target["refId"]
            instant = bool(target.get("instant")) and not target.get("range")
            yield Question(panel["title"], name, target["expr"], instant, panel.get("repeat") or "")
    for annotation in dashboard.get("annotations", {}).get("list", ()):
        if annotation.get("expr"):
            yield Question(f"annotation: {annotation['name']}", "", annotation["expr"])


def _panels(panels: Iterable[Json]) -> Iterator[Json]:
    for panel in panels:
        yield panel
        yield from _panels(panel.get("panels", ()))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks at dashboards: what is asked whom, about which time, at which pace of scrapes."""

    prometheus: Prometheus
    span: Span
    """What is really asked about."""
    range: float
    """Seconds that the dashboard is set to show; windows follow from it."""
    scrape: float
    """Seconds between two scrapes."""

    def ask(self, question: Question, variables: Variables) -> list[Row]:
        """The answer; of a repeated panel, nothing unless each copy has one."""
        copies = [self._ask(question, one) for one in _copies(question, variables)]
        return [row for rows in copies for row in rows] if all(copies) else []

    def _ask(self, question: Question, variables: Variables) -> list[Row]:
        expr = self.put_in(question.expr, variables)
        return self.prometheus.now(expr) if question.instant else self.prometheus.over(expr, self.span)

    def put_in(self, text: str, variables: Variables) -> str:
        """`text` with its macros and variables replaced; a KeyError names a variable that is not there."""
        known = {**self._macros(), **variables}

        def value(found: re.Match[str]) -> str:
            return known[found[1] or found[3] or found[4]].text(found[2] or "")

        return VARIABLE.sub(value, text)

    def variables(self, dashboard: Json) -> dict[str, Chosen]:
        """Each variable with what its own query gives, or the first of it where it holds one; "" if that is nothing."""
        known: dict[str, Chosen] = {}
        for variable in dashboard.get("templating", {}).get("list", ()):
            values = self._values(variable, known) or [""]  # as Grafana: matches series without the label
            several = bool(variable.get("multi") or variable.get("includeAll"))
            known[variable["name"]] = Chosen(values if several else values[:1], several)
        return known

    def _values(self, variable: Json, known: Variables) -> list[str]:
        if variable["type"] != "query":
            return [str(variable.get("current", {}).get("value") or variable.get("query") or "")]
        written = variable["query"]
        text = self.put_in(written["query"] if isinstance(written, Mapping) else written, known)
        if found := _LABEL_VALUES.fullmatch(text):
            values = self.prometheus.label_values(found[2], found[1] or "", self.span)
        elif found := _QUERY_RESULT.fullmatch(text):
            values = [_shown(row) for row in self.prometheus.now(found[1])]
        else:
            raise LookupError(f"variable: {variable['name']}: {text}: not a query that Grafana has")
        return list(dict.fromkeys(_picked(str(variable.get("regex") or ""), values)))

    def _macros(self) -> Variables:
        interval = max(self.scrape, _round(self.range / POINTS))
        rate = max(interval + self.scrape, 4 * self.scrape)
        seconds = {"__interval": interval, "__rate_interval": rate, "__range": self.range}
        texts = {name: f"{value * 1000:.0f}ms" for name, value in seconds.items()}
        texts |= {f"{name}_ms": f"{value * 1000:.0f}" for name, value in seconds.items()}
        texts["__range_s"] = f"{self.range:g}"
        return {name: Chosen([text]) for name, text in texts.items()}


def _copies(question: Question, variables: Variables) -> list[Variables]:
    if not question.repeat:
        return [variables]
    repeated = variables[question.repeat]
    return [{**variables, question.repeat: Chosen([value], repeated.several)} for value in repeated.values]


def _round(seconds: float) -> float:
    """The nearest of the steps that Grafana takes."""
    return min(_ROUNDED, key=lambda step: abs(step - seconds))


def _shown(row: Row) -> str:
    """A row as `query_result` gives it, without its time."""
    labels = dict(row.labels)
    name = labels.pop("__name__", "")
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{name}{{{inside}}} {row.values[-1]:g}"


def _picked(pattern: str, values: Iterable[str]) -> Iterator[str]:
    """What a variable's `regex` leaves of values: its group, or what it matches."""
    if not pattern:
        yield from values
        return
    regex = re.compile(pattern.strip("/"))
    for value in values:
        if found := regex.search(value):
            yield found[1] if regex.groups else value
