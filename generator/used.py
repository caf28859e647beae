"""What the generated rules and dashboards read of the pages that Prometheus scrapes: the list of `keep: used`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import yaml

from generator.layout import Files
from generator.reads import ANY, names, unquoted

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VARIABLE: Final = re.compile(r"\$\{\w+(?::\w+)?\}|\$\w+|\[\[\w+(?::\w+)?\]\]")
"""Of Grafana: it may stand for anything."""
_LABEL_VALUES: Final = re.compile(r"label_values\((?:(.+),)?\s*\w+\s*\)", re.DOTALL)
_ACTION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_ASKS: Final = re.compile(r"(?<![.$\w])query\b")
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_TEXTS: Final = re.compile(r"""'[^']*'|"[^"]*\"""")
_VERB: Final = re.compile(r"%[sqv]")
"""Of `printf`, where it is not in a text of PromQL's."""
_NAMES: Final = re.compile(r"[\w:]+(?:\|[\w:]+)*")
"""Names alone, and no other regular expression."""


def kept(files: Files) -> tuple[str, ...]:
    """Regular expressions (RE2) of the names that some query in `files` reads, sorted; none if one reads any name.

    What the rules record is not among them: no page has it.
    """
    rules = [rule for path, text in files.items() if _is_rules(path) for rule in _rules(text)]
    boards = [json.loads(text) for path, text in files.items() if path.startswith("grafana/dashboards/")]
    asked = {*_of_rules(rules), *(expr for board in boards for expr in _of_dashboard(board))}
    found = {name for expr in asked for name in names(expr)}
    if ANY in found:
        return ()
    made = {"ALERTS", "ALERTS_FOR_STATE", *(rule["record"] for rule in rules if "record" in rule)}
    return tuple(sorted(set(_apart(found)) - made))


def reads_any(expr: str) -> bool:
    """Whether `expr` reads series whatever their name."""
    return ANY in names(expr)


def of_template(text: str) -> Iterator[str]:
    """Queries in an annotation, a template of Prometheus's: every text of an action that asks.

    One that is put together, as far as a name may be, reads anything.
    https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#queries
    """
    for action in _ACTION.findall(text):
        if _ASKS.search(_TEXT.sub('""', action)):
            texts = [unquoted(one) for one in _TEXT.findall(action)]
            made = not texts or any(_VERB.search(_TEXTS.sub("", text)) for text in texts)
            yield from ["{}"] if made else texts


def _is_rules(path: str) -> bool:
    return path.startswith("rules/") and path.count("/") == 1


def _rules(text: str) -> Iterator[Mapping[str, Any]]:
    for group in yaml.load(text, Loader=_LOADER)["groups"]:  # noqa: S506  # a safe one, in C where there is one
        yield from group["rules"]


def _of_rules(rules: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for rule in rules:
        yield rule["expr"]
        for text in rule.get("annotations", {}).values():
            yield from of_template(text)


def _of_dashboard(board: Mapping[str, Any]) -> Iterator[str]:
    """Queries of panels, annotations and variables, with what matches anything for every variable."""
    for panel in _panels(board["panels"]):
        yield from (_filled(target["expr"]) for target in panel.get("targets") or ())
    for annotation in board["annotations"]["list"]:
        if annotation.get("expr"):
            yield _filled(annotation["expr"])
    for variable in board["templating"]["list"]:
        if variable["type"] == "query" and (asked := _LABEL_VALUES.fullmatch(variable["query"])):
            yield _filled(asked[1] or "{}")


def _panels(panels: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for panel in panels:
        yield panel
        yield from panel.get("panels") or ()


def _filled(expr: str) -> str:
    return _VARIABLE.sub(ANY, expr)


def _apart(patterns: Iterable[str]) -> Iterator[str]:
    """Each alternative; what has alternatives or flags within stays together."""
    for pattern in patterns:
        if _NAMES.fullmatch(pattern):
            yield from pattern.split("|")
        else:
            yield f"(?:{pattern})" if "|" in pattern or "(?" in pattern else pattern
