"""The figures of promises and of uptime, computed by Prometheus from series of which the answer is known."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from generator.render import render
from tests.support.need import program
from watchspec.spec import Spec

COUNTED = "metrics: /metrics, instrumentation: {requests: r_total, duration: d, status: code, buckets: [0.5, 1]}"
Prove = Callable[..., None]


@pytest.fixture
def prove(tmp_path: Path, spec_of: Callable[[str], Spec]) -> Prove:
    """Let promtool compute expressions (text → value, or None for nothing) over the rules of a spec."""

    def look(
        services: str, series: Mapping[str, str], at: str, expected: Mapping[str, float | None], every: str = "1m"
    ) -> None:
        spec = spec_of(f"services:\n{services}\nprometheus: {{scrape_interval: 1m}}\n")
        files = render(spec)
        names = ["slo.yml", "monitoring.yml"]
        for name in names:
            (tmp_path / name).write_text(files[f"rules/{name}"], encoding="utf-8")
        groups = [group["name"] for name in names for group in yaml.safe_load(files[f"rules/{name}"])["groups"]]
        looks = [
            {
                "expr": f"sum({expr})",
                "eval_time": at,
                "exp_samples": [] if value is None else [{"labels": "{}", "value": value}],
            }
            for expr, value in expected.items()
        ]
        test = {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "promql_expr_test": looks,
        }
        # Without an order promtool takes the groups in any.
        proof = {"rule_files": names, "evaluation_interval": every, "group_eval_order": groups, "tests": [test]}
        (tmp_path / "test.yml").write_text(yaml.safe_dump(proof), encoding="utf-8")
        done = subprocess.run(
            [program("promtool"), "test", "rules", str(tmp_path / "test.yml")],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    return look


def service(slo: str, more: str = COUNTED, name: str = "a") -> str:
    """A service that promises `slo`."""
    return f"  - {{name: {json.dumps(name)}, url: 'http://a:80', {more + ', ' if more else ''}slo: {{{slo}}}}}"


def test_a_busy_minute_weighs_more_than_a_quiet_one(prove: Prove) -> None:
    """Ten minutes of 100 requests a second, a tenth of them bad, in two hours of one request a second.

    6,000 of 66,600 requests are bad, 9 %; the average of the ratios would be 1 %.
    """
    prove(
        service("availability: 99.9%"),
        {
            'r_total{target="a", code="200"}': "0+60x60 9000+5400x9 57660+60x49",
            'r_total{target="a", code="500"}': "0+0x60 600+600x9 6000+0x49",
        },
        "2h",
        {
            "round(slo:period_errors:ratio * 100)": 9,
            "round(avg_over_time((slo:errors:rate5m / slo:requests:rate5m)[2h:1m]) * 100)": 1,
        },
    )


def test_the_budget_and_when_it_is_gone_follow_from_the_errors(prove: Prove) -> None:
    """Half a per cent bad of one that may be: half is left, and lasts for 30 days at that pace."""
    prove(
        service("availability: 99%"),
        {'r_total{target="a", code="200"}': "0+995x130", 'r_total{target="a", code="500"}': "0+5x130"},
        "2h",
        {
            "round(slo:error_budget_left:ratio, 0.0001)": 0.5,
            "round(slo:burn_rate:ratio_rate1h, 0.0001)": 0.5,
            "round(slo:exhaustion:seconds)": 2_592_000,
            "slo:objective:ratio": 0.99,
            'count(ALERTS{alertname=~"Slo.*", alertstate="firing"})': None,
        },
    )


def test_nothing_is_said_of_a_service_that_nobody_asks(prove: Prove) -> None:
    """No ratio, no alert, and no NaN that would stay in a sum for a month."""
    prove(
        service("availability: 99.9%"),
        {**{f'r_total{{target="a", code="{code}"}}': "7+0x60" for code in (200, 500)}, 'up{target="a"}': "1x60"},
        "1h",
        {
            "count(slo:requests:rate5m == 0)": 1,
            'count({__name__=~"slo:burn.*|slo:period.*|slo:error_budget.*"})': None,
            'count(ALERTS{alertname=~"Slo.*", alertstate="firing"})': None,
        },
    )  # fmt: skip


@pytest.mark.parametrize(("bad", "told"), [(1, None), (100, 1)])
def test_three_failures_a_night_wake_nobody(prove: Prove, bad: int, told: float | None) -> None:
    """Two requests in five minutes, one bad: 50 %, but only four in an hour; a hundred times as many do."""
    prove(
        service("availability: 99.9%"),
        {
            'r_total{target="a", code="200"}': f"0+0x39 {bad}+0x14 {2 * bad}+0x14 {3 * bad}+0x14 {4 * bad}+0x14",
            'r_total{target="a", code="500"}': f"0+0x39 {bad}+0x14 {2 * bad}+0x14 {3 * bad}+0x14 {4 * bad}+0x14",
        },
        "88m",
        {
            "round(slo:burn_rate:ratio_rate1h)": 500,
            'count(ALERTS{alertname="SloFastBurn", alertstate="firing"})': told,
        },
    )


@pytest.mark.parametrize(("missing", "share"), [("ignore", 0), ("good", 0), ("bad", 50)])
def test_time_without_data_counts_as_the_spec_says(prove: Prove, missing: str, share: float) -> None:
    """Two hours of probes that pass, then two hours of none."""
    prove(
        service(f"availability: 99%, missing: {missing}", ""),
        {'probe_success{target="a"}': "1x120 stale", 'watchspec_scrape_success{target="a"}': "1x240"},
        "4h",
        {
            "round(slo:period_errors:ratio * 10) * 10": share,
            "count(slo:requests:rate5m)": None if missing == "ignore" else 1,
            'count(ALERTS{alertname="SloNoData", alertstate="firing"})': 1 if missing == "ignore" else None,
            'count(ALERTS{alertname="SloFastBurn", alertstate="firing"})': 1 if missing == "bad" else None,
        },
    )


@pytest.mark.parametrize("le", ["1", "1.0"])
def test_latency_is_told_whichever_way_the_bucket_is_written(prove: Prove, le: str) -> None:
    """Prometheus 2 keeps `1` where 3 keeps `1.0`; a failed request is neither fast nor slow."""
    prove(
        service("latency: {below: 1s, for: 90%}"),
        {
            f'd_bucket{{target="a", code="200", le="{le}"}}': "0+95x20",
            'd_bucket{target="a", code="200", le="+Inf"}': "0+100x20",
            'd_count{target="a", code="200"}': "0+100x20",
            'd_count{target="a", code="500"}': "0+100x20",
            f'd_bucket{{target="a", code="500", le="{le}"}}': "0+100x20",
        },
        "20m",
        {'round(slo:burn_rate:ratio_rate5m{slo="latency"}, 0.0001)': 0.5},
    )


def test_probes_of_every_replica_count(prove: Prove) -> None:
    """One of two down is half of the probes; a slow one that passes is late, one that fails is not."""
    prove(
        service("availability: 90%, latency: {below: 1s, for: 90%}, from: probes", ""),
        {
            'probe_success{target="a", instance="1"}': "1x30",
            'probe_success{target="a", instance="2"}': "0x30",
            'probe_duration_seconds{target="a", instance="1"}': "2x30",
            'probe_duration_seconds{target="a", instance="2"}': "5x30",
        },
        "30m",
        {
            'round(slo:burn_rate:ratio_rate5m{slo="availability"}, 0.0001)': 5,
            'round(slo:burn_rate:ratio_rate5m{slo="latency"}, 0.0001)': 10,
        },
    )


@pytest.mark.parametrize("key", ["bad", "good"])
def test_two_expressions_count_whatever_their_labels_are(prove: Prove, key: str) -> None:
    """A quarter is bad; the name of the service may hold what a replacement would read as a group."""
    pair = f'bad: "rate({key}_total[5m])"' if key == "bad" else f'good: "rate({key}_total[5m])"'
    prove(
        service(f'availability: 90%, from: {{{pair}, total: "rate(all_total[5m])"}}', "", name="a$1 \"b\""),
        {
            'all_total{queue="x"}': "0+30x30",
            'all_total{queue="y"}': "0+10x30",
            'bad_total{shard="1"}': "0+10x30",
            'good_total{shard="2"}': "0+30x30",
        },
        "30m",
        {'round(slo:burn_rate:ratio_rate5m{target="a$1 \\"b\\""}, 0.0001)': 2.5},
    )  # fmt: skip


def test_two_outages_of_half_an_hour_in_all_took_a_quarter_to_repair(prove: Prove) -> None:
    """Up 60 minutes, down 10, up 60, down 20, up 60: exact, and a gap counts as neither."""
    prove(
        service("availability: 90%", ""),
        {'probe_success{target="a"}': "1x59 0x9 1x59 stale _x29 0x19 1x60"},
        "4h",
        {
            "target:outages:resets30d": 2,
            "round(target:downtime_seconds:sum30d)": 1_800,
            "round(target:time_to_repair_seconds:avg30d)": 900,
            "round(target:time_between_failures_seconds:avg30d)": 210 * 60 / 2,
            "round(target:up:avg30d * 210)": 180,
        },
    )


def test_the_window_is_covered_as_far_as_there_is_data(prove: Prove) -> None:
    """Twelve hours of five days are a tenth."""
    prove(
        service("availability: 90%, window: 5d", ""),
        {'probe_success{target="a"}': "1x720"},
        "12h",
        {"round(slo:window_coverage:ratio, 0.01)": 0.1},
        every="5m",
    )


def test_rules_follow_the_settings_and_not_the_services(spec_of: Callable[[str], Spec]) -> None:
    """A hundred services that promise two things make as many rules as two services."""

    def rules(count: int) -> int:
        each = (service(f"availability: {('99.5%', '99.9%')[n % 2]}", name=f"s{n}") for n in range(count))
        text = "\n".join(each)
        groups = yaml.safe_load(render(spec_of(f"services:\n{text}\n"))["rules/slo.yml"])["groups"]
        return sum(len(group["rules"]) for group in groups)

    assert rules(100) == rules(2)
