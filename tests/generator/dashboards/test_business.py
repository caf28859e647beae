"""Figures of the business: a number and a graph for each query, however many there are and whatever they are called."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.dashboards.business import dashboard
from generator.grafana import encode
from tests.support.need import program
from watchspec.spec import Spec

MOST_PANELS = 25


def query(name: str, text: str = "What it is.", **more: object) -> dict[str, object]:
    """A query of the spec."""
    return {"name": name, "help": text, "sql": "SELECT 1 AS value", **more}


def spec_of(*queries: dict[str, object], second: tuple[dict[str, object], ...] = ()) -> Spec:
    """One server with `queries`, and another one if it has a `second` lot."""
    servers = [{"name": "db", "url": "postgresql://w@db/app", "queries": queries}]
    if second:
        servers.append({"name": "db2", "url": "postgresql://w@db2/app", "queries": second})
    return Spec.model_validate({"version": 1, "name": "shop", "postgres": servers})


def panels(spec: Spec) -> Mapping[str, Any]:
    """The page's panels by title; headings are none."""
    found = json.loads(encode(dashboard(spec)))["panels"]
    return {panel["title"]: panel for panel in found if panel["type"] != "row"}


def asked(panel: Mapping[str, Any]) -> str:
    """What a panel of one query asks, of all targets."""
    (target,) = panel["targets"]
    return str(target["expr"]).replace("$target", ".+")


def test_a_counter_is_what_it_grew_by_and_a_gauge_what_it_is(tmp_path: Path) -> None:
    """Proven by Prometheus: whole numbers, a restart of the count in between, each label for itself over time."""
    shown = panels(
        spec_of(
            query("pay_total", type="counter", labels=["outcome"]),
            query("stock", labels=["shop"]),
            query("seen_timestamp_seconds"),
        )
    )
    series = {
        'pay_total{target="db", outcome="ok"}': "100+1x1500",
        'pay_total{target="db", outcome="bad"}': "7x1400 0+1x99",
        'stock{target="db", shop="a"}': "3x1500",
        'stock{target="db", shop="b"}': "5x1500",
        'seen_timestamp_seconds{target="db"}': "600x1500",
    }
    expected = {
        "Pay, last day": {'{target="db"}': 1440 + 98},
        "Pay, in an hour": {'{target="db", outcome="ok"}': 60, '{target="db", outcome="bad"}': 60},
        "Stock": {'{target="db", shop="a"}': 3, '{target="db", shop="b"}': 5},
        "Stock over time": {'{target="db", shop="a"}': 3, '{target="db", shop="b"}': 5},
        "Seen": {'{target="db"}': 60 * 1499 - 600},
    }
    looks = [
        {
            "expr": asked(shown[title]),
            "eval_time": "1499m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in found.items()],
        }
        for title, found in expected.items()
    ]
    given = [{"series": name, "values": values} for name, values in series.items()]
    test = {
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": given, "promql_expr_test": looks}],
    }
    (tmp_path / "test.yml").write_text(yaml.safe_dump(test))
    done = subprocess.run(
        [program("promtool"), "test", "rules", str(tmp_path / "test.yml")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_figure_of_several_servers_is_one_panel_with_the_labels_of_all() -> None:
    """The first server says what it is."""
    shown = panels(spec_of(query("users", "First."), second=(query("users", "Second.", labels=["plan"]),)))

    assert [title for title in shown if title.startswith("Users")] == ["Users", "Users over time"]
    assert shown["Users"]["description"].startswith("First. ")
    assert shown["Users over time"]["targets"][0]["legendFormat"] == "{{target}} {{plan}}"


@pytest.mark.parametrize("count", [1, 3, 10, 11, 40])
def test_the_page_stays_small_and_shows_every_figure(count: int) -> None:
    """The first ones in panels of their own, the others in a table."""
    shown = panels(spec_of(*(query(f"figure_{index}") for index in range(count))))

    assert len(shown) <= MOST_PANELS
    text = json.dumps(shown)
    assert all(f"figure_{index}" in text for index in range(count))
    assert ("Figures without a panel" in shown) == (count > 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Orders by state", "Orders by state. What it is now."),
        ("", "What it is now."),
        ("Since $target [[x]] <b>", "Since &#36;target &#91;&#91;x]] &lt;b>. What it is now."),
        ("Two\n lines!", "Two lines! What it is now."),
    ],
)
def test_the_help_text_is_the_description_as_it_was_written(text: str, expected: str) -> None:
    """As a sentence, whatever Grafana would have read in it."""
    assert panels(spec_of(query("orders", text)))["Orders"]["description"].startswith(expected)


def test_the_page_says_whether_its_figures_are_fresh() -> None:
    """Failing queries are counted, and each query has a line."""
    shown = panels(spec_of(query("orders")))

    assert "watchspec_query_success" in asked(shown["Failing queries"])
    assert [target["expr"].partition("{")[0].rpartition("(")[2] for target in shown["Queries"]["targets"]] == [
        "watchspec_query_success",
        "watchspec_query_age_seconds",
        "watchspec_query_duration_seconds",
        "watchspec_query_rows_truncated",
        "watchspec_query_duplicate_rows",
        "watchspec_query_errors_total",
    ]
