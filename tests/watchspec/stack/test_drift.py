"""How what runs differs from what the spec renders."""

from collections import Counter

from watchspec.stack.drift import named, of_rules

FILES = {
    "rules/host.yml": """
        groups: [{name: g, rules: [{alert: A, expr: x}, {alert: A, expr: y}, {record: 'r:r', expr: z}]}]
    """,
    "rules/tests/host.yml": "rule_files: []",
    "prometheus/prometheus.yml": "global: {}",
}


def test_the_rules_of_generated_files_are_counted_by_group_and_name() -> None:
    """One name for several severities; the tests beside them are no rules."""
    assert named(FILES) == Counter({("g", "A"): 2, ("g", "r:r"): 1})


def test_what_is_missing_and_what_is_too_much_are_two_lines() -> None:
    """Few are named, the others counted; the same rules are no drift."""
    generated = named(FILES)
    assert list(of_rules(generated, generated)) == []
    loaded = Counter({("g", "A"): 1, ("g", "r:r"): 1, **{("h", f"X{number}"): 1 for number in range(5)}})
    assert list(of_rules(loaded, generated)) == [
        "rules not loaded: A", "rules loaded, and not of the spec: X0, X1, X2 and 2 more",
    ]  # fmt: skip
