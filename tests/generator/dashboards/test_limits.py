"""Panels are coloured by what the alerts are set to."""

from math import inf

import pytest

from generator.dashboards._face import BLUE, GREEN, ORANGE, RED, Threshold
from generator.dashboards._limits import colors, limits
from watchspec.spec import Spec

HOSTS: dict[str, object] = {"hosts": [{"name": "web-1"}, {"name": "web-2"}]}


def spec(sections: dict[str, object]) -> Spec:
    """A stack of `sections`."""
    return Spec.model_validate({"version": 1, "name": "shop", **sections})


def test_a_panel_has_the_thresholds_of_its_alert() -> None:
    """The spec's own, by rising value, in the severities' colours."""
    chosen = spec({**HOSTS, "alerts": {"HostMemoryUsage": {"critical": "88%", "warning": "70%"}}})
    assert limits(chosen, "HostMemoryUsage") == [Threshold(0.7, ORANGE), Threshold(0.88, RED)]


def test_a_threshold_that_targets_do_not_share_is_not_drawn() -> None:
    """One line would be wrong for one of them."""
    hosts = [{"name": "web-1", "alerts": {"HostMemoryUsage": {"critical": "88%", "warning": "70%"}}}, {"name": "web-2"}]
    chosen = spec({"hosts": hosts, "alerts": {"HostMemoryUsage": {"critical": "99%", "warning": "70%"}}})
    assert limits(chosen, "HostMemoryUsage") == [Threshold(0.7, ORANGE)]


def test_an_alert_that_is_off_draws_nothing() -> None:
    """Nobody is told, so nothing turns red."""
    assert limits(spec({**HOSTS, "alerts": {"HostMemoryUsage": "off"}}), "HostMemoryUsage") == []


def test_an_alert_about_one_route_says_nothing_about_all() -> None:
    """The panel shows every route together."""
    services = [{"name": "api", "url": "http://api", "alerts": {"HighLatency": {"route": "/scan", "warning": "300ms"}}}]
    assert limits(spec({"services": services}), "HighLatency") == []


def test_durations_are_seconds() -> None:
    """The unit of the panel."""
    services = [{"name": "api", "url": "http://api", "alerts": {"HighLatency": {"warning": "300ms"}}}]
    assert limits(spec({"services": services}), "HighLatency") == [Threshold(0.3, ORANGE)]


def test_what_is_bad_when_it_is_low_is_green_from_its_highest_threshold_on() -> None:
    """Below each threshold the colour is that of its severity."""
    chosen = spec({"redis": [{"name": "cache", "url": "redis://r"}], "alerts": {"RedisHitRate": {"info": "50%"}}})
    assert limits(chosen, "RedisHitRate") == [Threshold(-inf, BLUE), Threshold(0.5, GREEN)]
    slots = {"PostgresSlotWalRetained": {"critical": "1GB", "warning": "4GB"}}
    chosen = spec({"postgres": [{"name": "db", "url": "postgresql://db/app"}], "alerts": slots})
    assert limits(chosen, "PostgresSlotWalRetained") == [
        Threshold(-inf, RED),
        Threshold(2**30, ORANGE),
        Threshold(2**32, GREEN),
    ]


def test_queues_have_the_threshold_that_they_share() -> None:
    """Each has settings of its own; what they do not say themselves the catalogue says."""

    def of(queues: dict[str, object]) -> list[Threshold]:
        return list(limits(spec({"redis": [{"name": "r", "url": "redis://r", "queues": queues}]}), "RedisQueueLength"))

    assert of({"a": {"warning": 500}, "b": {"warning": 500}}) == [Threshold(500, ORANGE)]
    assert of({"a": {}}) == [Threshold(1000, ORANGE)]
    assert of({"a": {"warning": 500}, "b": {"critical": 900}}) == [Threshold(500, ORANGE), Threshold(900, RED)]
    assert of({"a": {"warning": 500}, "b": {}}) == of({}) == []


def test_what_must_be_none_is_coloured_from_one_on() -> None:
    """Nothing at all is well; a panel has a colour from its value on, an alert fires beyond it."""
    assert limits(spec(HOSTS), "HostOomKill") == [Threshold(1, ORANGE)]


def test_the_monitoring_has_thresholds_though_it_is_no_target() -> None:
    """Its settings are the spec's own, whatever that watches."""
    assert limits(spec({}), "PrometheusNotificationQueueFull") == [Threshold(0.8, ORANGE)]
    assert limits(spec({"alerts": {"ExporterMemory": {"critical": "1MB"}}}), "ExporterMemory") == [
        Threshold(2**20, RED)
    ]


def test_a_panel_without_an_alert_has_none() -> None:
    """Not every figure is watched."""
    assert limits(spec(HOSTS), "") == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["sev1"], [RED]), (["sev1", "sev2"], [RED, BLUE]), (["a", "b", "c", "d"], [RED, ORANGE, ORANGE, BLUE])],
)
def test_the_worst_severity_is_red_and_the_mildest_blue(names: list[str], expected: list[str]) -> None:
    """However many there are."""
    assert list(colors(spec({"severities": {name: {} for name in names}})).values()) == expected
