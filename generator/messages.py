"""What messages say: the templates of `generator/templates/`, and one that knows the alerts and targets of the spec.

https://prometheus.io/docs/alerting/latest/notifications/
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from generator.catalogue import Alert, alerts, kind_of
from generator.delivery.inhibitions import dependants
from generator.layout import Files
from generator.promql import regex
from generator.severities import urgency
from generator.yamltext import BANNER
from watchspec.spec import KINDS, Spec

_FOLDER: Final = Path(__file__).parent / "templates"
_COMMENT: Final = f"{{{{/* {BANNER} */}}}}\n"
_NAMED: Final = 8
"""Targets that an impact names; the others are counted."""
_COLORS: Final = {"danger": "#b3261e", "warning": "#8a5a00"}
"""The colours of chats, dark enough for white text on them."""
_CALM: Final = "#0b57b0"
_WHERE: Final = {"text": 250, "slack": 400, "markdown": 150, "telegram": 150, "html": 600}
"""Format → the characters that the place of an alert may take."""
_LEAD: Final = "{{- $format := index . 0 }}{{ $alert := index . 1 }}"


def emit(spec: Spec) -> Files:
    """`alertmanager/templates/*.tmpl`."""
    shared = {path.name: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.tmpl"))}
    return {
        f"alertmanager/templates/{name}": _COMMENT + text for name, text in {**shared, "spec.tmpl": _own(spec)}.items()
    }


def _own(spec: Spec) -> str:
    known = _alerts(spec)
    telling = {name for alert in known for name in alert.labels} - {"target"}
    placing = telling | {"team", *spec.labels}
    parts = [
        _define("steps", _steps(known)),
        _define("impact", _impact(spec, known)),
        _define("silence", _silence(spec)),
        _define("color", _color(spec)),
        *(_define(f"where.{form}", _where(form, most, placing)) for form, most in _WHERE.items()),
        *(_define(f"own.{form}", _labels(form, most // 4, telling)) for form, most in _WHERE.items()),
    ]
    return "".join(parts)


def _define(name: str, lines: Iterable[str]) -> str:
    return "\n".join([f'{{{{ define "watchspec.{name}" }}}}', *lines, "{{- end }}", ""])


def _alerts(spec: Spec) -> Sequence[Alert]:
    """Those of kinds that `spec` has targets of, and those of no target's kind."""
    lacking = set(KINDS) - {kind for kind, _, _ in spec.targets()}
    return [alert for name, alert in alerts().items() if kind_of()[name] not in lacking]


def _steps(known: Iterable[Alert]) -> Iterator[str]:
    """FORMAT, alert → its first steps; nothing for an alert that is not the catalogue's."""
    yield _LEAD
    for alert in known:
        yield _case("$alert", alert.alert, "listed", *alert.do)


def _impact(spec: Spec, known: Iterable[Alert]) -> Iterator[str]:
    """FORMAT, alert, target → what the outage of the target takes with it."""
    outages = [alert.alert for alert in known if alert.outage]
    yield _LEAD + "{{ $target := index . 2 }}"
    yield f"{{{{- if match {string(_any(outages))} $alert }}}}"
    for target, names in dependants(spec).items():
        yield _case("$target", target, "affected", _listed(names))
    yield "{{- end }}"


def _listed(names: Sequence[str]) -> str:
    """`a, b and c`; many are counted."""
    shown, more = names[:_NAMED], len(names) - _NAMED
    *first, last = (*shown, f"{more} more") if more > 0 else shown
    verb = "depend" if len(names) > 1 else "depends"
    return f"{', '.join(first)}{' and ' if first else ''}{last} {verb} on it."


def _silence(spec: Spec) -> Iterator[str]:
    """FORMAT, alert, target → a link to the form for a silence of both."""
    page = string(spec.links.alertmanager.rstrip("/") + "/#/silences/new?filter=")
    yield f'{{{{- template "watchspec.form" (stringSlice (index . 0) (index . 1) (index . 2) {page}) }}}}'


def _where(form: str, most: int, labels: Iterable[str]) -> Iterator[str]:
    """An alert → its target, stack and `labels`, in `most` characters."""
    stack = '{{ with .Labels.stack }}{{ $said = printf "%s, stack %s" $said . }}{{ end }}'
    yield from _labels(form, most, labels, f"{{{{- $said := .Labels.target }}}}{stack}", '| reReplaceAll "^, " ""')


def _labels(
    form: str, most: int, labels: Iterable[str], lead: str = '{{- $said := "" }}', pipe: str = ""
) -> Iterator[str]:
    """An alert → those of its labels that are in `labels`: no other is ever shown."""
    yield lead
    yield f"{{{{- range .Labels.SortedPairs }}}}{{{{ if match {string(_any(sorted(labels)))} .Name }}}}"
    yield '{{- $said = printf "%s, %s %s" $said .Name .Value }}{{ end }}{{ end }}'
    yield f'{{{{- template "watchspec.say" (stringSlice "{form}" "%.{most}s" ($said{pipe and f" {pipe}"})) }}}}'


def _color(spec: Spec) -> Iterator[str]:
    """A severity → the colour behind its name in mails."""
    for name in spec.matrix():
        color = _COLORS.get(urgency(spec, name).color(), _CALM)
        yield f"{{{{- if eq . {string(name)} }}}}{color}{{{{ end }}}}"
    yield f"{{{{- if not (match {string(_any(spec.matrix()))} .) }}}}{_CALM}{{{{ end }}}}"


def _case(variable: str, value: str, template: str, *texts: str) -> str:
    said = " ".join(map(string, texts))
    call = f'{{{{ template "watchspec.{template}" (stringSlice $format {said}) }}}}'
    return f"{{{{- if eq {variable} {string(value)} }}}}{call}{{{{ end }}}}"


def _any(texts: Iterable[str]) -> str:
    """A regular expression that matches each of `texts` and nothing else."""
    return f"^({'|'.join(map(regex, texts))})$"


def string(text: str) -> str:
    """`text` as a string of Go's templates, in which braces mean nothing."""
    return json.dumps(text, ensure_ascii=False)
