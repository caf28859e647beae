"""Faults that only the generator sees, each with its place and its fix."""

from collections.abc import Callable

import pytest

from generator.findings.whole import findings
from generator.render import render
from watchspec.problems import shown
from watchspec.spec import Spec

Make = Callable[[str], Spec]
REDIS = "redis: [{{name: cache, url: 'redis://x:6379', alerts: {{{0}}}}}]\n"
SERVICE = "services: [{{name: s, url: 'http://x:80', metrics: /metrics, instrumentation: {0}, alerts: {{{1}}}}}]\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("alerts: {RedisDwon: off}", "alerts.RedisDwon", 'no such alert; did you mean "RedisDown"?'),
        (
            REDIS.format("HostDown: off"),
            "redis[0].alerts.HostDown",
            "is an alert of kind host, and cache is a redis; remove it",
        ),
        (REDIS.format("Watchdog: off"), "redis[0].alerts.Watchdog", "set it in the spec's own alerts:"),
        (
            REDIS.format("RedisQueueLength: {warning: 5}"),
            "redis[0].alerts.RedisQueueLength",
            "can never fire; it needs queues:",
        ),
        ("alerts: {HostMemoryUsage: {warnin: 80%}}", "alerts.HostMemoryUsage.warnin", 'did you mean "warning"?'),
        ("alerts: {HostMemoryUsage: {warning: 120%}}", "alerts.HostMemoryUsage.warning", "between 0% and 100%"),
        (
            "alerts: {HostMemoryUsage: {warning: 80}}",
            "alerts.HostMemoryUsage.warning",
            'is not a percentage; write "2%"',
        ),
        (
            "alerts: {HostMemoryUsage: {warning: {for: 1m}}}",
            "alerts.HostMemoryUsage.warning",
            "has no threshold; write above:",
        ),
        ("alerts: {HostMemoryUsage: {warning: {below: 5%}}}", "alerts.HostMemoryUsage.warning", "write above: 5%"),
        (
            "alerts: {HostMemoryUsage: {warning: 100%}}",
            "alerts.HostMemoryUsage.warning",
            "can never fire, for nothing is above",
        ),
        ("alerts: {RedisHitRate: {info: 0%}}", "alerts.RedisHitRate.info", "can never fire, for nothing is below 0%"),
        ("alerts: {HostMemoryUsage: {severity: warning}}", "alerts.HostMemoryUsage.severity", "write {warning: 95%}"),
        ("alerts: {RedisDown: {severity: fatal}}", "alerts.RedisDown.severity", "known are critical, warning, info"),
        ("alerts: {RedisDown: {critical: 5}}", "alerts.RedisDown.critical", "has no threshold"),
        ("alerts: {Watchdog: {severity: critical}}", "alerts.Watchdog.severity", "is told to nobody"),
        ("alerts: {HostCpuUsage: {window: 30s}}", "alerts.HostCpuUsage.window", "it is at least 1m"),
        ("alerts: {HostCpuUsage: {window: {for: 5m}}}", "alerts.HostCpuUsage.window", "write window: VALUE"),
        (
            "redis: [{name: c, url: 'redis://x:1', queues: {jobs: {warning: 2.5}}}]",
            "redis[0].queues.jobs.warning",
            "write a whole number",
        ),
        ("hosts: [{name: a}, {name: b}]", "hosts[1]", "has the same exporter as a, the stack's own"),
        (
            "hosts: [{name: a, exporter: 'x:1'}, {name: b, exporter: 'x:1'}]",
            "hosts[1]",
            "the same exporter as a, at x:1",
        ),
        ("services: [{name: prometheus, url: 'http://x:80', metrics: /m}]", "services[0].name", "choose another name"),
        (
            "services: [{name: s, url: 'tcp://x:80', metrics: /m}]",
            "services[0].metrics",
            "a tcp:// address has no metrics",
        ),
        (
            "services: [{name: s, url: 'http://x:80', instrumentation: go}]",
            "services[0].instrumentation",
            "without metrics:",
        ),
        (SERVICE.format("phoenix", ""), "services[0].instrumentation", "give requests: APP_prom_ex_phoenix"),
        (
            SERVICE.format("traefik", "HighLatency: {warning: 5s}"),
            "services[0].alerts.HighLatency.warning",
            "no latency above 5s can be seen",
        ),
        (
            SERVICE.format("fastapi", "HighLatency: {route: /x, warning: 1s}"),
            "services[0].alerts.HighLatency.warning",
            "http_request_duration_seconds ends at 1s",
        ),
        (
            SERVICE.format("{requests: r, duration: d}", "HighLatency: {route: /x, warning: 1s}"),
            "services[0].alerts.HighLatency.route",
            "no label for the route",
        ),
        (
            SERVICE.format("flask", "HighErrorRate: {route: /x, warning: 1%}"),
            "services[0].alerts.HighErrorRate.route",
            "no label for the route",
        ),
        (
            "channels: {hook: {webhook: {env: HOOK}}}\nseverities: {a: {notify: hook}}\nversions: {alertmanager: 0.25}",
            "channels.hook.webhook",
            "Alertmanager 0.25 cannot read it from a file",
        ),
    ],
)
def test_a_fault_has_its_place_and_its_fix(spec_of: Make, text: str, place: str, message: str) -> None:
    """One finding for one mistake."""
    (found,) = findings(spec_of(text + "\n"))
    assert shown(found.path) == place
    assert message in found.message


def test_all_faults_are_found_at_once(spec_of: Make) -> None:
    """Nobody should have to run it five times."""
    text = "alerts: {RedisDwon: off, HostMemoryUsage: {warning: 120%, critcal: 1%}, RedisDown: {severity: x}}\n"
    assert len(findings(spec_of(text))) == 4


@pytest.mark.parametrize(
    "text",
    [
        "alerts: {HostMemoryUsage: {warning: off}, RedisDown: {critical: {for: 5m}}, Watchdog: off}\n",
        "hosts: [{name: h, alerts: {HostDown: off}}]\n",
        "alerts: {HighLatency: {quantile: 99%, warning: 2500ms}, TrafficDrop: {}}\n" + SERVICE.format("go", ""),
        "alerts: {RedisMemoryUsage: {critical: 100%}, CertificateExpiry: {critical: 0s}, HostRebooted: {info: off}}\n",
        SERVICE.format("{preset: spring, buckets: [0.1, 0.25, 0.5, 1, 2]}", "HighLatency: {warning: 500ms}"),
        SERVICE.format("traefik", "HighErrorRate: {route: shop@docker}"),
    ],
)
def test_what_has_no_finding_renders(spec_of: Make, text: str) -> None:
    """The two agree on what is right."""
    spec = spec_of(text)
    assert findings(spec) == []
    assert render(spec)
