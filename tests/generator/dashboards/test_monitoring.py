"""The page of the monitoring itself: what it shows of which spec, and whether it tells a fault."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generator.dashboards.monitoring import dashboard
from generator.grafana import encode
from tests.support.proving import prove
from watchspec.spec import Spec

MOST_PANELS = 25
FIRST_SCREEN = 24
CHANNELS = """\
smtp: {host: 'mail:25', from: a@example.com}
channels: {mail: {email: [ops@example.com]}, room: {teams: {file: secrets/teams}}}
"""
SERVED = "services: [{name: api, url: 'http://api', metrics: /metrics}]\n"
ALL = f"""\
{CHANNELS}{SERVED}prometheus: {{retention_size: 10GB, remote_write: [{{url: 'https://store/api/v1/push'}}]}}
"""
HEALTHY = {
    'ALERTS{alertname="Watchdog", alertstate="firing"}': "1x10",
    'up{job="watchspec", target="web-1"}': "1x10",
    'up{job="prometheus", target="prometheus"}': "1x10",
    'watchspec_scrape_success{job="watchspec", kind="redis", target="cache"}': "1x10",
    'prometheus_config_last_reload_successful{job="prometheus"}': "1x10",
    'prometheus_rule_evaluation_failures_total{job="prometheus", rule_group="a"}': "4x10",
    'prometheus_rule_group_iterations_missed_total{job="prometheus", rule_group="a"}': "4x10",
    'prometheus_notifications_dropped_total{job="prometheus"}': "1x10",
    'alertmanager_notifications_total{job="alertmanager", integration="email"}': "0x10",
    'alertmanager_notifications_failed_total{job="alertmanager", integration="email"}': "0x10",
}
"""A counter that stands still says that nothing happened lately."""
BROKEN = {
    'up{job="watchspec", target="web-1"}': "0x10",
    'up{job="service", target="api"}': "0x10",
    'watchspec_scrape_success{job="watchspec", kind="redis", target="cache"}': "0x10",
    'alertmanager_config_last_reload_successful{job="alertmanager"}': "0x10",
    'prometheus_rule_evaluation_failures_total{job="prometheus", rule_group="a"}': "0+1x10",
    'prometheus_rule_group_iterations_missed_total{job="prometheus", rule_group="a"}': "0+2x10",
    'prometheus_notifications_dropped_total{job="prometheus"}': "0+3x10",
    'alertmanager_notifications_total{job="alertmanager", integration="email"}': "0+4x10",
    'alertmanager_notifications_failed_total{job="alertmanager", integration="email", reason="other"}': "0+1x10",
}


def shown(spec: Spec) -> dict[str, Any]:
    """The dashboard as Grafana reads it."""
    parsed: dict[str, Any] = json.loads(encode(dashboard(spec)))
    return parsed


def panels(spec: Spec) -> Iterator[dict[str, Any]]:
    """Every panel, also those below closed headings."""
    for panel in shown(spec)["panels"]:
        yield from panel["panels"] if panel["type"] == "row" else [panel]


def queries(spec: Spec, title: str) -> dict[str, str]:
    """Legend → expression of the panel called so."""
    [panel] = [panel for panel in panels(spec) if panel["title"] == title]
    return {target["legendFormat"]: target["expr"] for target in panel["targets"]}


def test_it_has_no_target_to_choose_and_asks_for_none(spec_of: Callable[[str], Spec]) -> None:
    """A choice that some panels heed and others do not would mislead; marked are the alerts of the monitoring."""
    board = shown(spec_of(ALL))

    assert [variable["name"] for variable in board["templating"]["list"]] == ["datasource"]
    assert "$target" not in json.dumps([board["panels"], board["annotations"]])
    [alerts] = [mark["expr"] for mark in board["annotations"]["list"]]
    assert 'kind="monitoring"' in alerts


def test_there_are_few_panels_and_one_screen_answers_first(spec_of: Callable[[str], Spec]) -> None:
    """The rest is closed until somebody opens it."""
    spec = spec_of(ALL)
    opened = [panel for panel in shown(spec)["panels"] if panel["type"] != "row"]

    assert len(list(panels(spec))) <= MOST_PANELS
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in opened) <= FIRST_SCREEN


def test_panels_follow_what_the_spec_uses(spec_of: Callable[[str], Spec]) -> None:
    """Remote write, messages and services are asked for only where there are any."""
    plain, full = spec_of(""), spec_of(ALL)
    extra = {"Remote write", "Remote write behind", "Messages to people", "Time to deliver"}
    titles = {panel["title"] for panel in panels(plain)}

    assert {panel["title"] for panel in panels(full)} == titles | extra
    assert not titles & extra
    assert set(queries(full, "Scrape time")) - set(queries(plain, "Scrape time")) == {"slowest service"}
    assert set(queries(full, "Disk taken")) - set(queries(plain, "Disk taken")) == {"limit"}


def test_messages_are_those_of_the_channels_by_alertmanagers_names(spec_of: Callable[[str], Spec]) -> None:
    """An old Alertmanager counts those of every way there is, used or not."""
    assert 'integration=~"email|msteamsv2"' in queries(spec_of(CHANNELS), "Messages to people")["{{integration}}"]


def test_scrapes_turn_red_at_their_timeout(spec_of: Callable[[str], Spec]) -> None:
    """The spec's own, or what Prometheus is given for it."""

    def steps(text: str) -> list[float | None]:
        [panel] = [panel for panel in panels(spec_of(text)) if panel["title"] == "Scrape time"]
        return [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]

    assert steps("") == [None, 8, 10]
    assert steps("prometheus: {scrape_interval: 1m, scrape_timeout: 30s}\n") == [None, 24, 30]


def test_what_is_about_an_alert_of_another_value_links_it_and_is_not_coloured(spec_of: Callable[[str], Spec]) -> None:
    """One message in a hundred is told; of messages a minute that is no threshold."""
    found = {panel["title"]: panel for panel in panels(spec_of("links: {runbooks: 'https://wiki'}\n"))}
    handed, rules = found["Alerts to Alertmanager"], found["Rule evaluation"]

    assert next(link["url"] for link in handed["links"]) == "https://wiki/PrometheusErrorSendingAlerts.md"
    assert [step["value"] for step in handed["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None]
    assert [step["value"] for step in rules["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 0.8]


def test_without_a_watchdog_none_is_shown(spec_of: Callable[[str], Spec]) -> None:
    """It would be silent for ever."""
    assert "Watchdog" in queries(spec_of(""), "At a glance")
    assert "Watchdog" not in queries(spec_of("alerts: {Watchdog: off}\n"), "At a glance")


def test_nothing_is_wrong_where_nothing_is(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """Every figure says so with a number, not with a gap."""
    figures = queries(spec_of(""), "At a glance")
    prove(tmp_path, HEALTHY, {expr: [("{}", float(title == "Watchdog"))] for title, expr in figures.items()})


def test_every_fault_has_its_figure(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """A service that is down is not the monitoring's; of the messages, one of four failed."""
    expected = {
        "Watchdog": 0, "Parts down": 1, "Not read": 1, "Old configurations": 1, "Rules failed": 10,
        "Evaluations missed": 20, "Alerts lost": 30, "Messages failed": 0.25,
    }  # fmt: skip
    figures = queries(spec_of(""), "At a glance")
    assert figures.keys() == expected.keys()
    prove(tmp_path, BROKEN, {expr: [("{}", expected[title])] for title, expr in figures.items()})


def test_what_could_not_be_read_is_told_with_its_reason(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """A line of zero stands there only until something fails."""
    [why] = queries(spec_of(""), "Why targets could not be read").values()
    failed = 'watchspec_scrape_errors_total{job="watchspec", kind="redis", target="cache", reason="refused"}'
    prove(tmp_path, {}, {why: [('{target="nothing", reason="fails"}', 0)]})
    prove(
        tmp_path,
        {failed: "0+4x10"},
        {why: [('{target="cache", reason="refused"}', 4)]},
    )


def test_a_target_that_never_failed_has_no_failures(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """Its row is whole, though nothing counts for it."""
    failures = queries(spec_of(""), "What the exporters read")["Failures"]
    read = 'watchspec_scrape_success{job="watchspec", kind="redis", target="cache"}'
    prove(tmp_path, {read: "1x10"}, {failures: [('{kind="redis", target="cache"}', 0)]})


def test_rule_groups_have_their_short_names_and_the_share_of_their_time(
    spec_of: Callable[[str], Spec], tmp_path: Path
) -> None:
    """Prometheus calls them by their file as well."""
    [panel] = [panel for panel in panels(spec_of("")) if panel["title"] == "Slowest rule groups"]
    [name] = [each for each in panel["fieldConfig"]["overrides"] if each["matcher"]["options"] == "Group"]
    [mapped] = name["properties"][0]["value"]
    group = "/etc/rules/host.yml;HostLoad"
    assert re.sub(mapped["options"]["pattern"], r"\1", group) == "HostLoad"
    assert mapped["options"]["result"]["text"] == "$1"

    table = {target["legendFormat"]: target["expr"] for target in panel["targets"]}
    series = {
        f'prometheus_rule_group_{what}{{job="prometheus", rule_group="{group}"}}': f"{value}x10"
        for what, value in (("last_duration_seconds", 3), ("interval_seconds", 15), ("rules", 2))
    }
    expected = {"Of its interval": 0.2, "Took": 3, "Interval": 15, "Rules": 2}
    prove(tmp_path, series, {table[name]: [(f'{{rule_group="{group}"}}', value)] for name, value in expected.items()})


def test_parts_have_their_versions(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """Each its own, whatever its metric of them is called."""
    memory = queries(spec_of(""), "Versions and resources")["Memory"]
    web, own = 'job="watchspec", target="web-1"', 'job="prometheus", target="prometheus"'
    prove(
        tmp_path,
        {
            f'watchspec_build_info{{{web}, version="0.1.0"}}': "1x10",
            f'prometheus_build_info{{{own}, version="3.5.3", branch="main"}}': "1x10",
            f"process_resident_memory_bytes{{{web}}}": "50x10",
            f"process_resident_memory_bytes{{{own}}}": "90x10",
        },
        {memory: [(f'{{{web}, version="0.1.0"}}', 50), (f'{{{own}, version="3.5.3"}}', 90)]},
    )


def test_an_older_prometheus_tells_what_it_can_of_its_disk(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """It does not know the size of its newest data."""
    taken = queries(spec_of(""), "Disk taken")["taken"]
    blocks, log = (
        f'prometheus_tsdb_{name}_bytes{{job="prometheus"}}' for name in ("storage_blocks", "wal_storage_size")
    )
    prove(tmp_path, {blocks: "70x10"}, {taken: [("{}", 70)]})
    prove(tmp_path, {blocks: "70x10", log: "5x10"}, {taken: [("{}", 75)]})
