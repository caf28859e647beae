"""Settings with which an alert could never fire."""

from collections.abc import Callable

import pytest

from generator.catalogue import alerts
from generator.findings.whole import findings
from generator.template import expression
from watchspec.spec import Spec

Make = Callable[[str], Spec]
SERVICE = "services: [{{name: s, url: [{0}], metrics: /m, instrumentation: go, alerts: {{{1}}}}}]\n"
TWO, THREE = "'http://a:1', 'http://b:1'", "'http://a:1', 'http://b:1', 'http://c:1'"


@pytest.mark.parametrize(
    ("urls", "setting", "possible"),
    [
        (TWO, "ServiceReplicasDown: {critical: 49.9%}", True),
        (TWO, "ServiceReplicasDown: {critical: 50%}", False),
        (THREE, "ServiceReplicasDown: {critical: 50%}", True),
        (TWO, "ServiceFlapping: {window: 10m, times: 38}", True),
        (TWO, "ServiceFlapping: {window: 10m, times: 39}", False),
        (TWO, "LowTrafficErrors: {info: 98, requests: 0.1, window: 1000s}", True),
        (TWO, "LowTrafficErrors: {info: 99, requests: 0.1, window: 1000s}", False),
        (TWO, "ServiceUnwatched: {before: 30m}", True),
        (TWO, "ServiceUnwatched: {before: 29m}", False),
        (TWO, "ServiceUnwatched: {before: 29m, for: 9m}", True),
        (TWO, "TrafficDrop: {warning: 50%, before: 50m}", True),
        (TWO, "TrafficDrop: {warning: 50%, before: 49m}", False),
    ],
)
def test_the_last_setting_that_can_fire_passes(spec_of: Make, urls: str, setting: str, possible: bool) -> None:
    """One more, and it is an error at the alert."""
    found = [finding for finding in findings(spec_of(SERVICE.format(urls, setting))) if not finding.warning]
    assert [finding.path for finding in found] == (
        [] if possible else [("services", 0, "alerts", setting.split(":", maxsplit=1)[0])]
    )


def test_a_setting_for_all_is_told_once(spec_of: Make) -> None:
    """However many targets it is for."""
    text = "hosts: [{name: a}, {name: b, exporter: 'b:1'}]\nalerts: {HostLinkDown: {for: 1h}}\n"
    assert [finding.path for finding in findings(spec_of(text))] == [("alerts", "HostLinkDown")]


def test_what_nobody_has_set_is_a_warning(spec_of: Make) -> None:
    """A scrape interval that is too long for a default harms no other alert."""
    found = findings(spec_of("services: [{name: s, url: 'http://s:1'}]\nprometheus: {scrape_interval: 10m}\n"))
    assert {(finding.path, finding.warning) for finding in found} == {(("prometheus", "scrape_interval"), True)}


def test_whoever_forgets_has_a_parameter_for_it() -> None:
    """The fix names it."""
    for alert in alerts().values():
        if alert.forgets:
            assert {"before", "window"} & alert.parameters.keys()
            seconds = dict.fromkeys(alert.parameters, 3600) | {"before": 86_400}
            assert int(expression(alert.forgets, seconds)) > 0
