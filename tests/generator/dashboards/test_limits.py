"""Panels are coloured by what the alerts are set to."""

import math

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


def test_what_fires_below_a_threshold_is_red_at_the_bottom() -> None:
    """Green begins where the last alert ends."""
    expected = [Threshold(-math.inf, RED), Threshold(4 * 3600, ORANGE), Threshold(24 * 3600, GREEN)]
    assert limits(spec(HOSTS), "HostDiskFilling") == expected


def test_a_count_is_coloured_from_the_first_that_is_too_many() -> None:
    """More than none is one; nothing at all is well."""
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
