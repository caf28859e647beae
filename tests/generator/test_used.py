"""What `keep: used` keeps is what the rules and dashboards read, by Prometheus's own grammar."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.layout import Files
from generator.render import render
from generator.used import kept
from tests.support.dashboards import dashboards, filled_in, queries, variables
from tests.support.expressions import reads
from watchspec.load import load
from watchspec.spec import Spec

ROOT = Path(__file__).resolve().parent.parent.parent
SPECS = [ROOT / "monitoring.yml", ROOT / "tests/generator/everything.yml"]
SPECS += sorted(ROOT.glob("tests/golden/*/monitoring.yml"))
Make = Callable[[str], Spec]
RULE = "rules:\n  - {alert: Own, severity: warning, "


def rules_of(files: Files) -> Iterator[dict[str, Any]]:
    """Every rule."""
    for path, text in files.items():
        if re.fullmatch(r"rules/\w+\.yml", path):
            for group in yaml.safe_load(text)["groups"]:
                yield from group["rules"]


def asked_by(files: Files) -> Iterator[str]:
    """Every query of rules and dashboards."""
    yield from (rule["expr"] for rule in rules_of(files))
    for board in dashboards(files).values():
        yield from (filled_in(query.expr) for query in queries(board))
        for variable in variables(board).values():
            if variable["type"] == "query":
                yield filled_in(re.sub(r"label_values\((.+), \w+\)", r"\1", variable["query"]))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_it_is_what_is_read_and_not_more(path: Path) -> None:
    """But for what the rules themselves record."""
    files = render(load(path).spec)
    recorded = {rule["record"] for rule in rules_of(files) if "record" in rule}
    wanted = {read.name for expr in asked_by(files) for read in reads(expr)}
    assert set(kept(files)) == wanted - recorded - {"ALERTS", "ALERTS_FOR_STATE"}


def test_a_name_is_there_once_and_in_its_place(spec_of: Make) -> None:
    """So that a diff says what came and went."""
    found = kept(render(spec_of("redis: [{name: cache, url: 'redis://r'}]\n")))
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("written", "more"),
    [
        ("expr: own_total > 1, summary: s", ("own_total",)),
        ("""expr: '{__name__=~"own_(a|b)"} > 1', summary: s""", ("(?:own_(a|b))",)),
        ("""expr: '{__name__=~"own_.*"} > 1', summary: s""", ("own_.*",)),
        ("""expr: up > 1, summary: '{{ with query "own_asked" }}{{ end }}'""", ("own_asked",)),
        ("""expr: up > 1, summary: "{{ printf `own_%s{}` `a` | query }}" """, None),
        ("""expr: up > 1, summary: "{{ printf `own_c{target='%s'}` $labels.target | query }}" """, ("own_c",)),
        ("expr: up > 1, summary: '{{ $labels.query }} {{ $value }}'", ()),
        ("""expr: '{job="own"} > 1', summary: s""", None),
    ],
)
def test_rules_of_ones_own_are_read_too(spec_of: Make, written: str, more: tuple[str, ...] | None) -> None:
    """Their texts, which may ask as well; nothing is dropped where one reads series of any name."""
    without = kept(render(spec_of("hosts: [{name: a}]\n")))
    found = kept(render(spec_of(f"hosts: [{{name: a}}]\n{RULE}{written}}}\n")))
    assert found == () if more is None else set(found) - set(without) == set(more)
