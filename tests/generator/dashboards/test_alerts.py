"""Alerts and incidents: what the page counts, computed by Prometheus from alerts whose story is known."""

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.dashboards.address import present, uid
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
    names = {
        "$__interval_ms": "60000",
        "$__range": "1h",
        "$__interval": "1m",
        "$__rate_interval": "4m",
        "$target": ".+",
    }
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

    def look(
        spec: Spec, looks: object, series: Mapping[str, str], order: Sequence[str] = ORDER, scrape: str = "1m"
    ) -> None:
        rule = {"alert": "Down", "expr": "bad == 1", "for": "2m", "labels": {"severity": "critical", "kind": "redis"}}
        (tmp_path / "down.yml").write_text(yaml.safe_dump({"groups": [{"name": "down", "rules": [rule]}]}))
        (tmp_path / "monitoring.yml").write_text(render(spec)["rules/monitoring.yml"])
        stored = {'up{job="prometheus"}': "1+0x2000"}
        test = {
            "rule_files": ["down.yml", "monitoring.yml"],
            "evaluation_interval": "1m",
            "group_eval_order": list(order),
            "tests": [
                {
                    "interval": scrape,
                    "input_series": [
                        {"series": name, "values": values} for name, values in {**stored, **series}.items()
                    ],
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


def test_messages_are_counted_whole_in_the_step_in_which_they_went(prove: Prove) -> None:
    """None is lost between two steps, none is seen twice; a restart of Alertmanager is no message."""
    spec = spec_of_stack({"prometheus": {"scrape_interval": "15s"}})
    ((query,), (undelivered,)) = asked(spec, "Messages"), asked(spec, "Undelivered messages")
    query = query.replace("[4m]", "[75s]")
    sent = 'alertmanager_notifications_total{job="alertmanager", integration="email"}'
    failed = 'alertmanager_notifications_failed_total{job="alertmanager", integration="email", reason="other"}'
    counts = {"12m10s": 0, "13m10s": 1, "14m10s": 2, "15m10s": 0, "16m10s": 0}
    looks = [look for at, count in counts.items() for look in proof({query: [('{integration="email"}', count)]}, at)]
    looks += proof({undelivered: [("{}", 2)]}, at="30m10s")
    # a message at 13m, two at 13m15s and 13m30s, a restart at 15m; two failures before and after one
    series = {sent: "10x51 11 12 13 13 13 13 13 13 0x80", failed: "4x51 5x20 0x10 1x80"}
    prove(spec, looks, series, scrape="15s")


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


def test_more_about_an_alert_is_a_dashboard_that_there_is(full: Spec, bare: Spec) -> None:
    """Whatever kind it is of; the column's values are the uids, and its words the names of the dashboards."""
    for spec in (full, bare):
        there = {uid(spec, name): name for name in present(spec)}
        table = next(panel for panel in shown(spec) if panel.get("title") == "Firing now")
        (more,) = (one for one in table["fieldConfig"]["overrides"] if one["matcher"]["options"] == "More")
        texts = next(one["value"][0]["options"] for one in more["properties"] if one["id"] == "mappings")
        assert set(texts) <= set(there)
        written = re.findall(r'"dashboard", "([^"]+)"', table["targets"][0]["expr"])
        assert written == list(texts)
        assert written[0] == uid(spec, "overview")
