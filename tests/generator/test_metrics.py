"""Every metric that an expression reads is published by something."""

import re

import pytest

from generator.catalogue import KINDS, Alert, Record, alerts, catalogue
from tests.support.metrics import published

WORDS = frozenset({"and", "or", "unless", "bool", "on", "ignoring", "offset", "by", "without"})
RECORDS = [record for kind in KINDS for record in catalogue(kind).records]
ALERTS = sorted(alerts().values(), key=lambda alert: alert.alert)


def read_by(template: str) -> set[str]:
    """Names of metrics in an expression; those of `instrumentation:`, of records and of Jinja are not among them."""
    text = re.sub(r"<<.*?>>|<%.*?%>", " ", RECORD.sub(" ", template))
    text = re.sub(r'"(?:[^"\\]|\\.)*"', " ", text)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(?:by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)", " ", text)
    return {
        name for name in re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*\b(?!\s*\()", text) if name not in WORDS
    } - AGGREGATIONS


RECORD = re.compile(r"\b[a-z_]+:[a-z_]+:([a-z0-9_]|<<.*?>>)+")
AGGREGATIONS = frozenset({"sum", "min", "max", "avg", "count", "group"})
HTTP = frozenset({"_bucket", "_count"})
"""What is left of `<< http.histogram(route) >>_bucket`."""


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_an_alert_reads_only_metrics_that_are_published(alert: Alert) -> None:
    """Any other alert can never fire."""
    assert read_by(alert.expr + " and " + (alert.narrowed or "")) - HTTP <= published()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.record)
def test_a_record_reads_only_metrics_that_are_published(record: Record) -> None:
    """Any other record is always empty."""
    assert read_by(record.expr) - HTTP <= published()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_an_alert_has_tests_on_metrics_that_it_reads(alert: Alert) -> None:
    """Series of its own tests, with all of the labels that its messages may name."""
    given = {re.split(r"[{\s]", selector)[0] for selector in alert.tests.series}
    assert alert.level == "none" or given
    assert {name for name in given if "<" not in name and name and not RECORD.fullmatch(name)} <= published()
    assert set(alert.tests.labels) == set(alert.labels)


def test_a_misspelt_metric_is_seen() -> None:
    """The check itself."""
    wrong = alerts()["RedisDown"].model_copy(update={"expr": "max << by >> (redis_upp{<< target >>}) == 0"})
    assert read_by(wrong.expr) == {"redis_upp"}
