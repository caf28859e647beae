"""Names from the spec in queries that Grafana reads first."""

import json
import re

import pytest

from generator.dashboards._promql import one_of, pattern


@pytest.mark.parametrize(
    "name", ["api", "a.b", 'say "hi"', "back\\slash", "$target", "[[target]]", "${x}", "a|b", "ž (1)*"]
)
def test_a_pattern_matches_its_name_alone(name: str) -> None:
    """Whatever the name is made of; a PromQL string unescapes as JSON does."""
    found = json.loads(pattern([name]))
    assert re.fullmatch(found, name)
    assert not re.fullmatch(found, name.replace(name[0], "x", 1) + "y")


def test_several_names_are_alternatives() -> None:
    """As Prometheus anchors the whole of it."""
    assert one_of("target", ["api", "a.b"]) == r'target=~"api|a\\.b"'


@pytest.mark.parametrize("name", ["$target", "[[target]]", "${target}", "$$target"])
def test_grafana_sees_no_variable(name: str) -> None:
    """Its own pattern for them, as of Grafana 12, finds nothing."""
    assert not re.search(r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}", pattern([name]))
