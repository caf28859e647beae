"""The rules of Grafana's dashboard linter, which is a Go program that not every machine can have."""

import copy
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from tests.support.dashboard_rules import RULES
from tests.support.dashboards import Json, defaults, filled_in, panels, queries, variables
from tests.support.need import program


@pytest.mark.parametrize("rule", RULES)
def test_every_dashboard_keeps_the_rule(rule: str, every: Mapping[str, Json]) -> None:
    """Of all specs."""
    assert {name: found for name, board in every.items() if (found := list(RULES[rule](board)))} == {}


def _ask(expr: str) -> Callable[[Json], None]:
    def change(board: Json) -> None:
        next(panels(board))["targets"][0]["expr"] = expr

    return change


BREACHES: Mapping[str, list[Callable[[Json], object]]] = {
    "template-datasource": [
        lambda board: variables(board)["datasource"].update(name="source"),
        lambda board: board["templating"]["list"].pop(0),
    ],
    "template-label-promql": [
        lambda board: variables(board)["target"].update(query="label_value(up, target)"),
        lambda board: variables(board)["target"].update(query="label_values(up{, target)"),
    ],
    "template-on-time-change-reload": [lambda board: variables(board)["target"].update(refresh=1)],
    "panel-datasource": [
        lambda board: next(panels(board))["datasource"].update(uid="prometheus"),
        lambda board: next(panels(board))["targets"][0]["datasource"].update(uid="prometheus"),
        lambda board: board["annotations"]["list"][0]["datasource"].update(uid="prometheus"),
    ],
    "panel-title-description": [
        lambda board: next(panels(board)).pop("title"),
        lambda board: next(panels(board)).update(description=""),
    ],
    "panel-units": [
        lambda board: defaults(next(panels(board))).pop("unit"),
        lambda board: defaults(next(panels(board))).update(unit="seconds"),
    ],
    "panel-no-targets": [
        lambda board: next(panels(board)).update(targets=[]),
        lambda board: next(panels(board)).pop("targets"),
    ],
    "target-promql": [_ask("sum(up"), _ask(""), _ask('up{target="$target"'), _ask("up + + by (x)")],
    "target-rate-interval": [
        _ask("rate(redis_commands_processed_total[5m])"),
        _ask("increase(up[59m]) > 1"),
        _ask("sum by (x) (rate(redis_commands_processed_total[1m])) / 2"),
        _ask("deriv(up[10m:1m])"),
    ],
    "target-counter-agg": [
        _ask("redis_commands_processed_total"),
        _ask("sum(max_over_time(redis_commands_processed_total[$__range]))"),
        _ask("pg_stat_database_xact_commit"),
    ],
    "uneditable-dashboard": [lambda board: board.update(editable=True)],
}
"""What breaks each rule."""


@pytest.mark.parametrize(("rule", "index"), [(rule, index) for rule in RULES for index in range(len(BREACHES[rule]))])
def test_a_breach_is_seen(rule: str, index: int, bundled: Mapping[str, Json]) -> None:
    """The rule itself."""
    board = copy.deepcopy(bundled["overview"])
    BREACHES[rule][index](board)
    assert list(RULES[rule](board))


@pytest.mark.parametrize(
    "expr",
    [
        "rate(redis_commands_processed_total[$__rate_interval])",
        "increase(redis_commands_processed_total[$__range])",
        'sum by (target) (irate({__name__="redis_commands_processed_total", target=~"$target"}[${__rate_interval}]))',
        "max_over_time(redis_connected_clients[5m])",
        "target:requests:rate5m",
    ],
)
@pytest.mark.parametrize("rule", ["target-promql", "target-rate-interval", "target-counter-agg"])
def test_a_good_query_breaks_no_rule(rule: str, expr: str, bundled: Mapping[str, Json]) -> None:
    """What Grafana's own linter lets pass."""
    board = copy.deepcopy(bundled["overview"])
    _ask(expr)(board)
    assert list(RULES[rule](board)) == []


def test_prometheus_accepts_every_query(every: Mapping[str, Json], tmp_path: Path) -> None:
    """Each query as the expression of a rule, judged by promtool."""
    asked = sorted({filled_in(asked.expr) for board in every.values() for asked in queries(board)})
    rules = [{"record": f"query{index}", "expr": expr} for index, expr in enumerate(asked)]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    judged = subprocess.run(
        [program("promtool"), "check", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stderr
    assert f"SUCCESS: {len(rules)} rules found" in judged.stdout
