"""Names of metrics that somebody publishes: the exporter, Prometheus, Alertmanager, the records, the services."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from generator.layout import Files
from generator.subjects import subjects
from watchspec.spec import Spec

_TESTS = Path(__file__).resolve().parent.parent
FAMILIES = _TESTS / "contract" / "families.tsv"
"""What the four exporters give by default, with types and labels."""
OTHERS = _TESTS / "generator" / "metrics.txt"
"""What else is known to be there, by name."""
ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""What Prometheus keeps of the rules themselves."""
IDENTITY = frozenset({"target", "job", "instance"})
"""Labels that every series may have, from the exporter or from Prometheus's configuration."""
_SUFFIXES = {"histogram": ("_bucket", "_count", "_sum"), "summary": ("", "_count", "_sum")}
_EXTRA = {"histogram": frozenset({"le"}), "summary": frozenset({"quantile"})}


@dataclass(frozen=True, slots=True)
class Family:
    """One row of the contract."""

    type: str
    labels: frozenset[str]


@cache
def families() -> Mapping[str, Family]:
    """The contract by series' names: those of a histogram end in `_bucket`, `_count`, `_sum`."""
    found: dict[str, Family] = {}
    for line in FAMILIES.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "exporter\t")):
            continue
        _, name, kind, labels = line.split("\t")
        family = Family(kind, frozenset(filter(None, labels.split(","))) | IDENTITY | _EXTRA.get(kind, frozenset()))
        for suffix in _SUFFIXES.get(kind, ("",)):
            before = found.get(name + suffix)
            found[name + suffix] = Family(kind, family.labels | before.labels) if before else family
    return found


@cache
def published() -> frozenset[str]:
    """Names that the four exporters give by default, and what else is known to be there."""
    lines = OTHERS.read_text(encoding="utf-8").splitlines()
    others = {line for line in lines if not line.startswith("#")}
    parts = {
        name + suffix for name in others for suffix in _SUFFIXES["histogram"] if name.endswith(("_seconds", "_bytes"))
    }
    return frozenset(families()) | others | parts


def rules(files: Files) -> Iterator[Mapping[str, Any]]:
    """Every rule in generated `files`."""
    for path, text in files.items():
        if PurePosixPath(path).parent == PurePosixPath("rules"):
            for group in yaml.load(text, yaml.CSafeLoader)["groups"]:
                yield from group["rules"]


def recorded(files: Files) -> Mapping[str, Mapping[str, Any]]:
    """Every record in generated `files`, by its name."""
    return {rule["record"]: rule for rule in rules(files) if "record" in rule}


def of_services(spec: Spec) -> frozenset[str]:
    """What the services of `spec` publish themselves by their `instrumentation:`, and its databases' `queries:`."""
    found = {query.name for server in spec.postgres for query in server.queries}
    for subject in subjects(spec):
        if subject.http is None:
            continue
        http = subject.http
        for histogram in filter(None, (http.duration, http.by_route)):
            found |= {histogram + suffix for suffix in _SUFFIXES["histogram"]}
        counted = (getattr(http, name, None) for name in ("requests", "connections", "messages", "disconnects"))
        found |= {*filter(None, counted)}
    return frozenset(found)
