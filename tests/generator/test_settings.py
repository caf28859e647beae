"""Look-up of an alert's settings: target, then spec, then catalogue."""

from collections.abc import Callable

import pytest

from generator.catalogue import alerts
from generator.cohorts import grid
from generator.settings import Setting, resolve
from generator.values import people
from watchspec.spec import Spec
from watchspec.spec.alerts import AlertSetting

Make = Callable[[str], Spec]


def _layer(**said: object) -> AlertSetting:
    return AlertSetting.model_validate(said)


@pytest.fixture
def resolved(spec_of: Make) -> Callable[..., list[Setting]]:
    """Resolve an alert under layers, the nearest first, in a spec with the usual severities."""
    common = grid(spec_of(""))
    return lambda name, *layers: list(resolve(alerts()[name], layers, common))


def _shown(settings: list[Setting]) -> dict[str, tuple[str, str]]:
    return {s.severity: ("" if s.threshold is None else people(s.threshold), str(s.for_)) for s in settings}


def test_the_catalogue_speaks_where_nobody_else_does(resolved: Callable[..., list[Setting]]) -> None:
    """Page and ticket are the first and the middle severity."""
    assert _shown(resolved("HostMemoryUsage")) == {"critical": ("95%", "5m"), "warning": ("90%", "5m")}


def test_one_severity_replaces_the_catalogues(resolved: Callable[..., list[Setting]]) -> None:
    """Whoever writes a critical threshold alone wants no warning."""
    assert _shown(resolved("HostMemoryUsage", _layer(critical="97%"))) == {"critical": ("97%", "5m")}


def test_the_target_wins_over_the_spec(resolved: Callable[..., list[Setting]]) -> None:
    """Severities of the nearest layer, and its own patience."""
    spec, target = _layer(warning="80%", critical="90%", **{"for": "1m"}), _layer(warning="70%", **{"for": "9m"})
    assert _shown(resolved("HostMemoryUsage", target, spec)) == {"warning": ("70%", "9m")}


def test_a_severity_may_have_its_own_patience(resolved: Callable[..., list[Setting]]) -> None:
    """It wins over the `for` of its own layer, not over that of a nearer one."""
    own = _layer(warning="75%", critical={"above": "90%", "for": "1m"}, **{"for": "10m"})
    assert _shown(resolved("HostDiskUsage", own)) == {"warning": ("75%", "10m"), "critical": ("90%", "1m")}
    assert _shown(resolved("HostDiskUsage", _layer(**{"for": "3m"}), own))["critical"] == ("90%", "3m")


def test_off_removes_an_alert_and_a_target_brings_it_back(resolved: Callable[..., list[Setting]]) -> None:
    """The nearest layer has the last word."""
    assert resolved("HostSwapping", _layer(off=True)) == []
    assert _shown(resolved("HostSwapping", _layer(warning=5), _layer(off=True))) == {"warning": ("5", "15m")}
    assert resolved("HostSwapping", _layer(off=True), _layer(warning=5)) == []


def test_one_severity_may_be_taken_away(resolved: Callable[..., list[Setting]]) -> None:
    """The others keep what the layer behind says."""
    assert _shown(resolved("HostMemoryUsage", _layer(warning="off"))) == {"critical": ("95%", "5m")}


def test_an_alert_without_threshold_takes_a_severity(resolved: Callable[..., list[Setting]]) -> None:
    """Both spellings mean the same."""
    assert _shown(resolved("RedisDown", _layer(severity="info"))) == {"info": ("", "1m")}
    assert _shown(resolved("RedisDown", _layer(warning={"for": "5m"}))) == {"warning": ("", "5m")}


def test_no_patience_at_all_can_be_set(resolved: Callable[..., list[Setting]]) -> None:
    """Zero is a value, not a missing one."""
    assert _shown(resolved("RedisDown", _layer(**{"for": "0s"}))) == {"critical": ("", "0s")}


def test_an_alert_that_is_off_by_default_is_on_when_mentioned(resolved: Callable[..., list[Setting]]) -> None:
    """A cache evicts by design; a store says that it is one."""
    assert resolved("RedisEvictions") == []
    assert _shown(resolved("RedisEvictions", _layer())) == {"warning": ("0", "0s")}


def test_a_default_range_grows_with_the_scrape_interval(spec_of: Make) -> None:
    """Four scrapes at least; longer ranges stay."""
    for interval, expected in (("15s", "5m"), ("2m", "8m")):
        common = grid(spec_of(f"prometheus: {{scrape_interval: {interval}}}\n"))
        setting = next(resolve(alerts()["HostCpuUsage"], [], common))
        assert str(dict(setting.parameters)["window"]) == expected
