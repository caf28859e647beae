"""Tests with the rules they need."""

import json
from typing import Any

from watchspec.slices import shares, sliced

_RULES = """groups:
  - name: first
    rules:
      - {record: "a:b:c", expr: up}
      - {record: "a:b:d", expr: "a:b:c > 1"}
      - {record: "a:b:e", expr: up}
      - {alert: Down, expr: "a:b:d == 0", labels: {severity: critical}}
      - {alert: Slow, expr: a:b:c > 1}
  - name: second
    rules:
      - {alert: Down, expr: up == 2}
      - {alert: Odd, expr: up == 3}
"""
_TESTS = """rule_files: [../redis.yml]
evaluation_interval: 60s
tests:
  - {name: one, interval: 60s, input_series: [], alert_rule_test: [{eval_time: 60s, alertname: Down, exp_alerts: []}]}
  - {name: two, interval: 60s, input_series: [], alert_rule_test: [{eval_time: 60s, alertname: Odd, exp_alerts: []}]}
  - {name: three, interval: 60s, input_series: [], alert_rule_test: [{eval_time: 90s, alertname: Down, exp_alerts: []}]}
"""


def _parts(rules: str = _RULES, tests: str = _TESTS) -> list[tuple[dict[str, Any], dict[str, Any], int]]:
    found = sliced({"rules/redis.yml": rules, "rules/tests/redis.yml": tests, "prometheus/prometheus.yml": "x: 1"})
    documents = [(json.loads(text), work) for text, work in found.values() if work]
    return [(tests, json.loads(found[tests["rule_files"][0]][0]), work) for tests, work in documents]


def test_tests_of_an_alert_come_with_its_rules_and_the_records_that_these_read() -> None:
    """As they stand in the file that is loaded, in their groups."""
    (down, rules, _), (odd, others, _) = _parts()

    assert [test["name"] for test in down["tests"]] == ["one", "three"]
    assert rules["groups"] == [
        {
            "name": "first",
            "rules": [
                {"record": "a:b:c", "expr": "up"},
                {"record": "a:b:d", "expr": "a:b:c > 1"},
                {"alert": "Down", "expr": "a:b:d == 0", "labels": {"severity": "critical"}},
            ],
        },
        {"name": "second", "rules": [{"alert": "Down", "expr": "up == 2"}]},
    ]
    assert [test["name"] for test in odd["tests"]] == ["two"]
    assert [group["rules"][-1]["expr"] for group in others["groups"]] == ["up == 3"]


def test_every_test_is_in_one_file_with_its_interval() -> None:
    """None is lost."""
    parts = _parts()

    assert sorted(test["name"] for tests, _, _ in parts for test in tests["tests"]) == ["one", "three", "two"]
    assert {tests["evaluation_interval"] for tests, _, _ in parts} == {"60s"}


def test_work_is_tests_times_rules() -> None:
    """So that it can be shared out."""
    assert [work for _, _, work in _parts()] == [2 * 4, 1 * 1]


def test_where_a_rule_reads_alerts_all_rules_stay() -> None:
    """What it reads may be any of them."""
    (part,) = _parts(_RULES.replace("up == 3", "count(ALERTS) > 3"))

    assert [len(group["rules"]) for group in part[1]["groups"]] == [5, 2]


def test_a_test_of_expressions_has_all_rules() -> None:
    """An expression may read any of them."""
    asks = "promql_expr_test: [{expr: up, eval_time: 60s, exp_samples: []}]"
    tests = _TESTS.replace("alert_rule_test: [{eval_time: 60s, alertname: Odd, exp_alerts: []}]", asks)

    _, (_, rules, _) = _parts(tests=tests)

    assert [len(group["rules"]) for group in rules["groups"]] == [5, 2]


def test_work_is_shared_evenly() -> None:
    """The most work first; nobody waits for an empty list."""
    assert shares({"a": 5, "b": 3, "c": 3, "d": 1}, 2) == [["a", "d"], ["b", "c"]]
    assert shares({"a": 5}, 4) == [["a"]]
