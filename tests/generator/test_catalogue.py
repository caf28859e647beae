"""The catalogue of alerts is checked like a user's file."""

import re

import pytest
from pydantic import ValidationError

from generator.catalogue import KINDS, Alert, alerts, catalogue, kind_of
from generator.instrumentation import names
from generator.settings import SCRAPES_IN_A_RANGE
from generator.template import expression
from watchspec.spec.service import Instrumentation

ALERTS = sorted(alerts().values(), key=lambda alert: alert.alert)


def test_there_are_at_least_120_alerts_and_no_name_twice() -> None:
    """Over every kind."""
    named = [alert.alert for kind in KINDS for alert in catalogue(kind).alerts]
    assert len(named) == len(set(named)) >= 120
    assert set(kind_of().values()) == set(KINDS)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_a_message_names_the_target_the_value_and_the_threshold(alert: Alert) -> None:
    """Whoever is woken should not have to look them up."""
    if alert.level == "none":
        return
    assert re.search(r"\$labels\.(target|slave_ip|instance)", alert.summary) or kind_of()[alert.alert] == "monitoring"
    if alert.threshold:
        assert "$value" in alert.description
        assert "<< threshold >>" in alert.description


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_a_label_in_a_message_survives_the_expression(alert: Alert) -> None:
    """Prometheus renders a missing label as nothing, without a word."""
    used = set(re.findall(r"\$labels\.(\w+)", alert.summary + alert.description))
    assert used <= {"target", *alert.labels}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_every_parameter_is_used_and_explained(alert: Alert) -> None:
    """A parameter without effect is a trap."""
    text = alert.expr + (alert.narrowed or "") + alert.description
    for name, parameter in alert.parameters.items():
        assert re.search(rf"<<[^>]*\b{name}\b", text), name
        assert parameter.help.strip()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_counters_are_read_over_a_range_that_is_a_parameter(alert: Alert) -> None:
    """Only a parameter grows with the scrape interval, so that it holds enough scrapes."""
    assert SCRAPES_IN_A_RANGE >= 2
    for found in re.findall(r"\[(<<.*?>>)\]", alert.expr + (alert.narrowed or "")):
        name = found.strip("<> ")
        assert alert.parameters[name].unit == "range"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.alert)
def test_a_divisor_is_guarded(alert: Alert) -> None:
    """By a bound above zero, or by what is never zero: a count, or the memory of a machine."""
    for divisor in re.findall(r"\n\s*/\n\s*(.*)", alert.expr):
        assert divisor.startswith(("(", "count ", "max << by >> (node_memory_MemTotal")), divisor


def test_an_alert_has_a_threshold_or_a_level() -> None:
    """Never both, never neither."""
    whole = alerts()["RedisDown"].model_dump(by_alias=True)
    with pytest.raises(ValidationError, match="give one of threshold and level"):
        Alert.model_validate({**whole, "level": None})


def test_an_unknown_name_in_an_expression_is_an_error() -> None:
    """Not an empty string."""
    with pytest.raises(Exception, match="'tarject' is undefined"):
        expression("up{<< tarject >>}", {"target": "x"})


def test_own_names_stand_without_a_preset() -> None:
    """All of them may be given; the histogram counts requests where no counter is named."""
    own = names(
        Instrumentation.model_validate({"requests": "r_total", "duration": "d", "status": "code", "route": "path"})
    )
    assert (own.requests, own.errors, own.duration, own.by_route, own.route) == (
        "r_total",
        'code=~"5.."',
        "d",
        "d",
        "path",
    )
    assert names(Instrumentation.model_validate({"duration": "d"})).requests == "d_count"
