"""What Prometheus says of its rules."""

from bench.rules import Page

PAGE = """\
prometheus_rule_group_interval_seconds{rule_group="r.yml;A"} 15
prometheus_rule_group_interval_seconds{rule_group="r.yml;B"} 15
prometheus_rule_group_interval_seconds{rule_group="r.yml;slow"} 300
prometheus_rule_group_iterations_total{rule_group="r.yml;A"} 4
prometheus_rule_group_iterations_total{rule_group="r.yml;B"} 3
prometheus_rule_group_iterations_total{rule_group="r.yml;slow"} 0
prometheus_rule_group_last_duration_seconds{rule_group="r.yml;A"} 0.5
prometheus_rule_group_last_duration_seconds{rule_group="r.yml;B"} 0.25
prometheus_rule_group_last_duration_seconds{rule_group="r.yml;slow"} 9
prometheus_rule_group_rules{rule_group="r.yml;A"} 10
prometheus_rule_group_rules{rule_group="r.yml;B"} 20
"""


def test_a_round_is_over_when_the_last_group_was_evaluated() -> None:
    """Groups that are evaluated seldom are not waited for."""
    assert Page(PAGE).rounds() == 3


def test_an_evaluation_takes_as_long_as_all_groups_of_a_round() -> None:
    """Without those that had no turn in it."""
    assert Page(PAGE).evaluation() == 0.75


def test_rules_are_counted_over_all_groups() -> None:
    """Whatever their file."""
    assert Page(PAGE).sum("prometheus_rule_group_rules") == 30


def test_before_prometheus_has_read_its_rules_no_round_is_over() -> None:
    """It answers earlier than that."""
    assert Page("up 1\n").rounds() == 0
