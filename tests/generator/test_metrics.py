"""Every metric that an expression reads is published by something."""

import re
from pathlib import Path

import pytest

from generator.catalogue import Alert, alerts

FAMILIES = Path(__file__).resolve().parent.parent / "contract" / "families.tsv"
OTHERS = Path(__file__).resolve().parent / "metrics.txt"
WORDS = frozenset({"and", "or", "unless", "bool", "on", "ignoring", "offset", "by", "without"})
ALERTS = sorted(alerts().values(), key=lambda alert: alert.alert)


def published() -> set[str]:
    """Names that the four exporters give by default, and what else is known to be there."""
    rows = [line.split("\t") for line in FAMILIES.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    others = [line for line in OTHERS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return {row[1] for row in rows} | set(others)


def read_by(alert: Alert) -> set[str]:
    """Names of metrics in its expression; those of `instrumentation:` and of Jinja are not among them."""
    text = re.sub(r"<<.*?>>", " ", alert.expr)
    text = re.sub(r'"(?:[^"\\]|\\.)*"', " ", text)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(?:by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)", " ", text)
    return {
        name for name in re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*\b(?!\s*\()", text) if name not in WORDS
    } - AGGREGATIONS


AGGREGATIONS = frozenset({"sum", "min", "max", "avg", "count", "group"})
HTTP = frozenset({"_bucket", "_count"})
"""What is left of `<< http.histogram(route) >>_bucket`."""


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_an_alert_reads_only_metrics_that_are_published(alert: Alert) -> None:
    """Any other alert can never fire."""
    assert read_by(alert) - HTTP <= published()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_an_alert_has_tests_on_metrics_that_it_reads(alert: Alert) -> None:
    """Series of its own tests, with all of the labels that its messages may name."""
    given = {re.split(r"[{\s]", selector)[0] for selector in alert.tests.series}
    assert alert.level == "none" or given
    assert {name for name in given if "<<" not in name and name} <= published()
    assert set(alert.tests.labels) == set(alert.labels)


def test_a_misspelt_metric_is_seen() -> None:
    """The check itself."""
    wrong = alerts()["RedisDown"].model_copy(update={"expr": "max << by >> (redis_upp{<< target >>}) == 0"})
    assert read_by(wrong) == {"redis_upp"}
