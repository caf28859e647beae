"""Files of tests → smaller ones, each with only those rules that it asks about, taken over as they are.

promtool evaluates every rule of a test's files for every second that the test lasts: of a thousand services, each of
hundreds of tests would wait for all other alerts. Alerts do not read each other; where one reads `ALERTS`, all stay.
"""

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def sliced(files: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Tests among `files` and the rules they need, as JSON, which is YAML too: path → text, and how much work it is.

    The work is 0 for rules; for tests it is their number times that of the rules.
    """
    found: dict[str, tuple[str, int]] = {}
    for path in files:
        if path.startswith("rules/tests/"):
            for number, (tests, rules) in enumerate(_parts(path, files)):
                name = f"{posixpath.basename(path)}-{number}"
                found[f"{name}-rules.yml"] = json.dumps(rules, ensure_ascii=False), 0
                tests["rule_files"] = [f"{name}-rules.yml"]
                work = len(tests["tests"]) * sum(len(group["rules"]) for group in rules["groups"])
                found[f"{name}.yml"] = json.dumps(tests, ensure_ascii=False), max(work, 1)
    return found


def shares(work: Mapping[str, int], number: int) -> list[list[str]]:
    """The names in so many lists with about the same work, none of them empty."""
    lists: list[list[str]] = [[] for _ in range(number)]
    done = [0] * number
    for name in sorted(work, key=lambda name: (-work[name], name)):
        least = done.index(min(done))
        lists[least].append(name)
        done[least] += work[name]
    return [names for names in lists if names]


def _parts(path: str, files: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Tests that ask about the same alerts, with these alerts' rules and the records that they read."""
    document = _read(files[path])
    paths = [posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) for name in document["rule_files"]]
    groups = [group for name in paths for group in _read(files[name])["groups"]]
    together = any("ALERTS" in rule["expr"] for group in groups for rule in group["rules"])
    by_alerts: dict[frozenset[str] | None, list[Any]] = {}
    for test in document["tests"]:
        by_alerts.setdefault(None if together else _asked(test), []).append(test)
    for names, tests in by_alerts.items():
        yield {**document, "tests": tests}, {"groups": list(_needed(groups, names))}


def _asked(test: Mapping[str, Any]) -> frozenset[str] | None:
    """The alerts that a test looks at; None for one that looks at expressions."""
    return None if "promql_expr_test" in test else frozenset(look["alertname"] for look in test["alert_rule_test"])


def _needed(groups: Sequence[Mapping[str, Any]], names: frozenset[str] | None) -> Iterator[Mapping[str, Any]]:
    read = None if names is None else _read_by(groups, names)
    for group in groups:
        rules = [rule for rule in group["rules"] if read is None or rule.get("record", rule.get("alert")) in read]
        if rules:
            yield {**group, "rules": rules}


def _read_by(groups: Sequence[Mapping[str, Any]], names: frozenset[str]) -> set[str]:
    """The alerts `names` and every record that they read, or that one of these records reads."""
    rules = [(rule.get("record", rule.get("alert")), rule["expr"]) for group in groups for rule in group["rules"]]
    records = {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}
    found: set[str] = set(names)
    asked = found
    while asked:
        said = " ".join(expr for name, expr in rules if name in asked)
        asked = {record for record in records - found if record in said}
        found |= asked
    return found


def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  # the safe one
    return found
