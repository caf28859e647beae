"""Alerts and incidents: what the page counts, computed by Prometheus from alerts whose story is known."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.dashboards.alerts import dashboard
from generator.grafana import encode
from generator.render import render
from tests.support.need import program
from watchspec.spec import Spec

Sample = tuple[str, float]
MINUTELY: dict[str, object] = {"prometheus": {"scrape_interval": "1m"}}
TROUBLE = {
    # pending from 5, firing 7 to 14; pending at 20 alone; firing 32 to 44; firing from 52 on
    "a": "0x4 1x9 0x4 1 0x8 1x14 0x4 1x20",
    # firing at 12 alone
    "b": "0x9 1x2 0x60",
}

ORDER = ("monitoring", "down")
"""Groups of rules; Prometheus evaluates each when it likes."""


def shown(spec: Spec) -> list[dict[str, Any]]:
    """The page's panels, those of closed rows too."""
    found: list[dict[str, Any]] = json.loads(encode(dashboard(spec)))["panels"]
    return [panel for row in found for panel in (row, *row.get("panels", []))]


def asked(spec: Spec, title: str) -> list[str]:
    """The queries of a panel, of an hour and of all targets."""
    panel = next(panel for panel in shown(spec) if panel.get("title") == title)
    names = {"$__range": "1h", "$__interval": "1m", "$__rate_interval": "4m", "$target": ".+"}
    return [_filled(target["expr"], names) for target in panel["targets"]]


def _filled(expr: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        expr = expr.replace(name, value)
    return expr


def spec_of_stack(more: Mapping[str, object]) -> Spec:
    """A stack of nothing but settings."""
    return Spec.model_validate({"version": 1, "name": "shop", **more})


def proof(expected: Mapping[str, Sequence[Sample]], at: str = "1h") -> list[dict[str, object]]:
    """Expression → the samples it has then, as promtool reads it."""
    return [
        {"expr": expr, "eval_time": at, "exp_samples": [{"labels": labels, "value": value} for labels, value in found]}
        for expr, found in expected.items()
    ]


Prove = Callable[..., None]


@pytest.fixture
def prove(tmp_path: Path) -> Prove:
    """Let promtool compute expressions over alerts of its own; by default it evaluates them last."""

    def look(spec: Spec, looks: object, series: Mapping[str, str], order: Sequence[str] = ORDER) -> None:
        rule = {"alert": "Down", "expr": "bad == 1", "for": "2m", "labels": {"severity": "critical", "kind": "redis"}}
        (tmp_path / "down.yml").write_text(yaml.safe_dump({"groups": [{"name": "down", "rules": [rule]}]}))
        (tmp_path / "monitoring.yml").write_text(render(spec)["rules/monitoring.yml"])
        test = {
            "rule_files": ["down.yml", "monitoring.yml"],
            "evaluation_interval": "1m",
            "group_eval_order": list(order),
            "tests": [
                {
                    "interval": "1m",
                    "input_series": [{"series": name, "values": values} for name, values in series.items()],
                    "promql_expr_test": looks,
                }
            ],
        }
        (tmp_path / "test.yml").write_text(yaml.safe_dump(test))
        done = subprocess.run(
            [program("promtool"), "test", "rules", str(tmp_path / "test.yml")],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    return look


@pytest.mark.parametrize("order", [ORDER, ORDER[::-1]])
def test_episodes_are_counted_and_timed_to_the_evaluation(prove: Prove, order: Sequence[str]) -> None:
    """Three of one target, of which one goes on, and one of another; what passed while pending is none."""
    spec = spec_of_stack(MINUTELY)
    fired, lasted, mean, longest, passed = asked(spec, "Every alert of the chosen time")
    (often,), (targets,) = asked(spec, "Fired most often"), asked(spec, "Targets with the longest alerts")
    whole, most = asked(spec, "Time to resolve")
    down = '{alertname="Down"}'
    looks: dict[str, list[Sample]] = {
        fired: [(down, 4)],
        often: [(down, 4)],
        lasted: [(down, 60 * (8 + 13 + 9 + 1))],
        targets: [('{target="a"}', 60 * 30), ('{target="b"}', 60)],
        mean: [(down, 60 * (10 + 15 + 3) / 3)],
        longest: [(down, 60 * 15)],
        whole: [("{}", 60 * (10 + 15 + 3) / 3)],
        most: [("{}", 60 * 15)],
        passed: [(down, 1)],
    }
    prove(spec, proof(looks), {f'bad{{target="{name}"}}': values for name, values in TROUBLE.items()}, order)


def test_a_bar_holds_what_began_in_its_time(prove: Prove) -> None:
    """And none of what goes on; the other severities are zero, not missing."""
    spec = spec_of_stack(MINUTELY)
    critical, warning, info = asked(spec, "Alerts that began to fire")
    looks = [
        *proof({critical: [("{}", 1)], warning: [("{}", 0)], info: [("{}", 0)]}, at="8m30s"),
        *proof({critical: [("{}", 0)]}, at="9m30s"),
    ]
    prove(spec, looks, {'bad{target="a"}': TROUBLE["a"]})


def test_the_timeline_shows_the_severity_while_it_fires_and_zero_while_it_is_pending(prove: Prove) -> None:
    """The worst severity has the highest value; nothing is shown where nothing is wrong."""
    spec = spec_of_stack(MINUTELY)
    (query,) = asked(spec, "What fired when")
    bar = '{alertname="Down", target="a"}'
    looks = [
        *proof({query: []}, at="4m"),
        *proof({query: [(bar, 0)]}, at="5m30s"),
        *proof({query: [(bar, 3)]}, at="9m"),
    ]
    prove(spec, looks, {'bad{target="a"}': TROUBLE["a"]})


def test_tables_of_now_say_since_when_and_lead_to_the_dashboard_of_the_kind(prove: Prove) -> None:
    """Since when the condition holds, in milliseconds; a kind without a dashboard leads to the overview."""
    spec = spec_of_stack({**MINUTELY, "redis": [{"name": "a", "url": "redis://a"}]})
    other = spec_of_stack(MINUTELY)
    looks: dict[str, list[Sample]] = {}
    for stack, board in ((spec, "shop-redis"), (other, "shop-overview")):
        (firing,), (pending,) = asked(stack, "Firing now"), asked(stack, "Pending")
        labels = '{alertname="Down", dashboard="%s", kind="redis", rank="000", severity="critical", target="%s"}'
        looks |= {firing: [(labels % (board, "a"), 1000 * 60 * 50)], pending: [(labels % (board, "b"), 1000 * 60 * 59)]}
    prove(spec, proof(looks), {'bad{target="a"}': TROUBLE["a"], 'bad{target="b"}': "0x58 1x5"})


def test_a_counter_that_begins_with_the_first_failure_counts_it(prove: Prove) -> None:
    """Alertmanager has no series of a channel before its first message."""
    spec = spec_of_stack(MINUTELY)
    (undelivered,) = asked(spec, "Undelivered messages")
    failed = 'alertmanager_notifications_failed_total{job="alertmanager", integration="email", reason="%s"}'
    looks = [*proof({undelivered: [("{}", 3)]}, at="90m"), *proof({undelivered: [("{}", 1)]}, at="110m")]
    prove(spec, looks, {failed % "other": "_x39 2x80", failed % "clientError": "5x60 6x60"})


def test_bars_of_messages_are_whole_and_lose_none(prove: Prove) -> None:
    """The first one of a way, one behind another, one after a restart of Alertmanager; none after a gap."""
    spec = spec_of_stack(MINUTELY)
    (query,) = asked(spec, "Messages")
    sent = 'alertmanager_notifications_total{job="alertmanager", integration="email"}'
    counts = {"18m30s": None, "19m30s": 1, "20m30s": 0, "30m30s": 2, "40m30s": 1, "58m30s": 0}
    looks = [
        look
        for at, count in counts.items()
        for look in proof({query: [] if count is None else [('{integration="email"}', count)]}, at)
    ]
    prove(spec, looks, {sent: "_x19 1x10 3x9 1x8 _x9 1x30"})


def test_the_heartbeat_grows_old_when_rules_are_not_evaluated(prove: Prove) -> None:
    """It is told as the five minutes after which Prometheus forgets, where there is none at all."""
    spec = spec_of_stack(MINUTELY)
    (query,) = asked(spec, "Last heartbeat")
    prove(spec, [*proof({query: [("{}", 30)]}, at="10m30s")], {})
    silent = query.replace("Watchdog", "Nobody")
    prove(spec, proof({silent: [("{}", 300)]}), {})


def test_reasons_are_shown_only_where_alertmanager_counts_them() -> None:
    """An older one has no such counter, so its panel would be empty for ever."""
    old = spec_of_stack({"versions": {"alertmanager": "0.27"}})
    assert "Muted messages" in [panel.get("title") for panel in shown(spec_of_stack({}))]
    assert "Muted messages" not in [panel.get("title") for panel in shown(old)]


def test_time_that_alerts_fired_follows_the_interval_of_their_evaluation() -> None:
    """Not that of the scrapes, where the two differ."""
    spec = spec_of_stack({"prometheus": {"scrape_interval": "15s", "evaluation_interval": "30s"}})
    assert asked(spec, "Targets with the longest alerts")[0].startswith("topk(10, 30 * ")


def test_a_severity_that_looks_like_a_variable_stays_itself(awkward: str) -> None:
    """Grafana reads queries first."""
    spec = spec_of_stack({"severities": {awkward: {}, "info": {}}})
    assert not any("$target [" in query for panel in shown(spec) for query in _exprs(panel))


def _exprs(panel: Mapping[str, Any]) -> list[str]:
    return [target["expr"] for target in panel.get("targets", [])]
