"""Messages as Alertmanager makes them: alerts with the texts of the rules, and amtool to render them."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from generator import gotemplate, messages
from generator.catalogue import kind_of
from generator.rules import files
from tests.support.need import program
from watchspec.spec import Spec

FORMS: Final = ("subject", "text", "markdown", "commonmark", "telegram", "short")
"""The templates that are text; `html` is the other."""
BEGAN: Final = datetime(2026, 11, 21, 12, 3, 10, tzinfo=UTC)
_BETWEEN: Final = "\n=-=-=\n"
_ALL: Final = _BETWEEN.join(f'{{{{ template "watchspec.{form}" . }}}}' for form in FORMS)

Alert = Mapping[str, Any]
"""One alert as Alertmanager's templates see it."""


class Rules:
    """The rules of a spec, to fire alerts with their texts."""

    def __init__(self, spec: Spec) -> None:
        self._rules = {file.kind: file.alerts for file in files(spec)}
        self._labels = {**spec.labels, "stack": spec.name}

    def fire(self, name: str, target: str, value: float = 1, **labels: str) -> Alert:
        """The alert `name` of `target` as its worst rule would fire it."""
        rule = next(rule for cohort, rule in self._rules[kind_of()[name]][name] if target in cohort.targets)
        fixed, annotations = rule["labels"], rule["annotations"]
        assert isinstance(fixed, dict)
        assert isinstance(annotations, dict)
        known = {**self._labels, **fixed, "alertname": name, "target": target, **labels}
        texts = {key: gotemplate.expand(text, known, value) for key, text in annotations.items()}
        query = urlencode({"g0.expr": rule["expr"], "g0.tab": 1})
        return {**alert(known, texts), "generatorURL": f"https://prometheus.example.com/graph?{query}"}


def alert(labels: Mapping[str, str], annotations: Mapping[str, str], began: datetime = BEGAN) -> Alert:
    """One that fires."""
    return {
        "status": "firing", "labels": dict(labels), "annotations": dict(annotations), "startsAt": _time(began),
        "generatorURL": "https://prometheus.example.com/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
    }  # fmt: skip


def over(found: Alert, lasted: timedelta = timedelta(minutes=12, seconds=30, milliseconds=400)) -> Alert:
    """The same, resolved."""
    began = datetime.fromisoformat(found["startsAt"])
    return {**found, "status": "resolved", "endsAt": _time(began + lasted)}


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def group(alerts: Sequence[Alert]) -> Mapping[str, Any]:
    """What Alertmanager gives a template: the alerts, and what all of them say."""
    return {
        "receiver": "x",
        "status": "firing" if any(one["status"] == "firing" for one in alerts) else "resolved",
        "alerts": list(alerts),
        "commonLabels": _common(one["labels"] for one in alerts),
        "commonAnnotations": _common(one["annotations"] for one in alerts),
        "externalURL": "https://alerts.example.com",
    }


def _common(found: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    first, *more = found
    return {key: value for key, value in first.items() if all(one.get(key) == value for one in more)}


class Printer:
    """The templates of a spec in a folder, and amtool."""

    def __init__(self, spec: Spec, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        for name, text in messages.emit(spec).items():
            (folder / Path(name).name).write_text(text, encoding="utf-8")

    def texts(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Every form of `FORMS`."""
        return dict(zip(FORMS, self._rendered(data, _ALL, "text").split(_BETWEEN), strict=True))

    def html(self, data: Mapping[str, Any]) -> str:
        """The mail's body."""
        return self._rendered(data, '{{ template "watchspec.html" . }}', "html")

    def _rendered(self, data: Mapping[str, Any], text: str, kind: str) -> str:
        path = self._folder / "data.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        options = {"glob": self._folder / "*.tmpl", "text": text, "type": kind, "data": path}
        command = [_amtool(), "template", "render", *(f"--template.{name}={value}" for name, value in options.items())]
        done = subprocess.run(command, capture_output=True, check=False, timeout=30)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


@cache
def _amtool() -> str:
    return program("amtool")
