"""Panels of previews, one by one: what they make of a dashboard's JSON and of data."""

from pathlib import Path
from typing import Final

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By

from tests.browser.test_page import _errors as complaints
from tests.support.previews import BARE, END, HOUR, one
from tests.support.prometheis import TARGETS

MERGED: Final = {
    "type": "table",
    "targets": [{"refId": "A", "format": "table"}, {"refId": "B", "format": "table"}],
    "fieldConfig": {
        "defaults": {
            "unit": "short",
            "thresholds": {"steps": [{"color": "green"}, {"color": "red", "value": 2000}]},
        },
        "overrides": [
            {
                "matcher": {"id": "byName", "options": "Size"},
                "properties": [
                    {"id": "unit", "value": "bytes"},
                    {"id": "custom.cellOptions", "value": {"type": "color-background"}},
                ],
            },
            {
                "matcher": {"id": "byRegexp", "options": "/^Tar/"},
                "properties": [
                    {
                        "id": "links",
                        "value": [{"title": "More", "url": "/d/demo-overview?var-target=${__value.raw:percentencode}"}],
                    }
                ],
            },
        ],
    },
    "transformations": [
        {"id": "merge", "options": {}},
        {"id": "sortBy", "options": {"sort": [{"field": "Value #A", "desc": True}]}},
        {
            "id": "organize",
            "options": {
                "excludeByName": {"Time": True, "job": True},
                "indexByName": {"target": 0, "Value #B": 1},
                "renameByName": {"target": "Target", "Value #A": "Rows", "Value #B": "Size"},
            },
        },
    ],
}
"""Two queries in one table, with columns that are sorted, renamed, coloured and linked."""
TWO: Final = {
    "0": [
        {
            "refId": letter,
            "series": [
                {"labels": {"target": name, "job": "x"}, "first": 0, "values": [value]} for name, value in values
            ],
        }
        for letter, values in (("A", (("a b", 5), ("c", 1500))), ("B", (("c", 4096), ("a b", 1024))))
    ]
}


@pytest.fixture(scope="module")
def blank(chromium: WebDriver, tmp_path_factory: pytest.TempPathFactory) -> WebDriver:
    """A page without panels."""
    one(chromium, tmp_path_factory.mktemp("blank"), data={})
    return chromium


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("short", 0, "0"), ("short", 1234, "1.23 K"), ("short", 0.0456, "0.0456"), ("short", -2_500_000, "-2.50 Mil"),
        ("none", 1234.5, "1235"), ("percent", 12.34, "12.3%"), ("percentunit", 0.9995, "100%"),
        ("percentunit", 0, "0%"), ("bytes", 0, "0 B"), ("bytes", 47_815_065.6, "45.6 MiB"),
        ("decbytes", 1500, "1.50 kB"), ("mbytes", 2048, "2 GiB"), ("binBps", 2048, "2 KiB/s"),
        ("Bps", 2000, "2 kB/s"), ("bps", 1e9, "1 Gb/s"), ("bits", 1024, "1 Kib"), ("reqps", 0.5, "0.500 req/s"),
        ("ops", 12_000, "12 K ops/s"), ("mps", 3, "3 msg/s"), ("s", 0, "0 s"), ("s", 0.00032, "320 µs"),
        ("s", 0.32, "320 ms"), ("s", 0.99999, "1.00 s"), ("s", 90, "1.50 min"), ("s", 3600, "1 hour"),
        ("s", 1_512_000, "2.50 weeks"), ("ms", 320, "320 ms"), ("ms", 61_000, "1.02 min"),
        ("dtdurations", 7500, "2 hours"), ("dthms", 7500, "02:05:00"),
        ("dateTimeFromNow", (END - 300) * 1000, "5 minutes ago"),
        ("dateTimeFromNow", (END - 3 * 86_400) * 1000, "3 days ago"),
        ("dateTimeAsIso", END * 1000, "2026-11-21 12:00:00"), ("suffix:clients", 3, "3 clients"),
        ("currency:€", 3, "€3"), ("si:mF", 3, "3 mF"), ("bool_yes_no", 1, "Yes"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_grafana_writes_them(blank: WebDriver, unit: str, value: float, text: str) -> None:
    """Three significant digits, in the unit that fits."""
    assert blank.execute_script("return format(arguments[0], arguments[1])", unit, value) == text


def test_a_regular_expression_puts_in_what_it_found(blank: WebDriver) -> None:
    """`$1` is the first group; what it does not match stays as it is."""
    result = {"text": "$1", "color": "blue"}
    config = {"mappings": [{"type": "regex", "options": {"pattern": ".*;(.*)", "result": result}}]}
    show = "return display(arguments[0], arguments[1])"
    assert blank.execute_script(show, config, "host.yml;HostLoad") == {"text": "HostLoad", "color": "blue"}
    assert blank.execute_script(show, config, "HostLoad")["text"] == "HostLoad"


def test_rows_of_several_queries_become_one_table(chromium: WebDriver, tmp_path: Path) -> None:
    """Merged by their labels, sorted, renamed, coloured and linked, as the transformations and overrides say."""
    one(chromium, tmp_path, MERGED, data=TWO)

    head = [cell.text for cell in chromium.find_elements(By.CSS_SELECTOR, "thead th")]
    rows = [
        [cell.text for cell in row.find_elements(By.XPATH, "*")]
        for row in chromium.find_elements(By.CSS_SELECTOR, "tbody tr")
    ]
    assert head == ["Target", "Size", "Rows"]
    assert rows == [["c", "4 KiB", "1.50 K"], ["a b", "1 KiB", "5"]]
    colors = [
        chip.value_of_css_property("background-color") for chip in chromium.find_elements(By.CSS_SELECTOR, ".chip")
    ]
    assert colors == ["rgba(217, 38, 50, 1)", "rgba(86, 166, 75, 1)"]
    links = [str(link.get_attribute("href")) for link in chromium.find_elements(By.CSS_SELECTOR, "tbody a")]
    assert [link.rpartition("/")[2] for link in links] == ["overview.html#target=c", "overview.html#target=a+b"]


def test_rows_are_one_if_what_all_queries_tell_is_the_same(chromium: WebDriver, tmp_path: Path) -> None:
    """One query knows a version, another a role; a column that is called Time is a time only if it is one."""
    renamed = {"id": "organize", "options": {"renameByName": {"Value #B": "Time", "Time": "When"}}}
    targets = [{"refId": letter, "format": "table"} for letter in "ABC"]
    panel = {"type": "table", "targets": targets, "transformations": [{"id": "merge", "options": {}}, renamed]}
    labels = ({"target": "db", "version": "15"}, {"target": "db", "role": "primary"})
    series = [[{"labels": one, "first": 0, "values": [at]}] for at, one in enumerate(labels)]
    data = {"0": [{"refId": letter, "series": one} for letter, one in zip("ABC", [*series, []], strict=True)]}
    one(chromium, tmp_path, panel, data=data)

    assert [cell.text for cell in chromium.find_elements(By.CSS_SELECTOR, "thead th")] == [
        "When", "target", "version", "role", "Value #A", "Time",
    ]  # fmt: skip
    rows = chromium.find_elements(By.CSS_SELECTOR, "tbody tr")
    assert [row.text for row in rows] == ["2026-11-21 12:00:00 db 15 primary 0 1"]


@pytest.mark.parametrize(
    ("unit", "highest", "ticks"),
    [
        ("s", 0.00025, ["0 s", "100 µs", "200 µs"]), ("s", 9000, ["0 s", "1 hour", "2 hours"]),
        ("bytes", 5 * 2**30, ["0 B", "2 GiB", "4 GiB"]), ("percentunit", 0.5, ["0%", "20%", "40%"]),
        ("short", 2500, ["0", "1 K", "2 K"]),
    ],
)  # fmt: skip
def test_an_axis_has_round_ticks_in_its_unit(
    chromium: WebDriver, tmp_path: Path, unit: str, highest: float, ticks: list[str]
) -> None:
    """Lengths of time and bytes have steps of their own."""
    waves = [highest * at / 60 for at in range(61)]
    panel = {"type": "timeseries", "targets": [{"refId": "A"}], "fieldConfig": {"defaults": {"unit": unit, "min": 0}}}
    answer = {"refId": "A", "start": HOUR.start, "step": 60, "series": [{"labels": {}, "first": 0, "values": waves}]}
    one(chromium, tmp_path, panel, data={"0": [answer]})

    shown = chromium.execute_script("return [...CHARTS][0].axes[1]._values")
    assert [text for text in shown if text in ticks] == ticks


def test_every_type_of_panel_that_is_known_is_drawn_and_another_says_so(chromium: WebDriver, tmp_path: Path) -> None:
    """Figures, bars, gauges, heat, states; with a gap, infinity and one error."""
    waves = [None, 1, 2, "Infinity", 3, 0, 1]
    start = {"start": HOUR.start, "step": 600}
    series = [
        {"labels": {"target": name, "le": le}, "first": 0, "values": waves}
        for name, le in zip(TARGETS, ("0.1", "1", "+Inf"), strict=True)
    ]
    types = ["timeseries", "state-timeline", "heatmap", "stat", "gauge", "bargauge", "table", "canvas"]
    shown = [
        {
            "type": kind,
            "targets": [{"refId": "A", "legendFormat": "{{target}}"}],
            "fieldConfig": {"defaults": {"max": 4}},
        }
        for kind in types
    ]
    data = {str(at): [{"refId": "A", **start, "series": series}] for at in range(len(types))}
    data["3"].append({"refId": "B", "series": [], "error": "refuses (400): no such function"})
    one(chromium, tmp_path, *shown, data=data)

    assert complaints(chromium) == []
    assert chromium.execute_script(BARE) == []
    assert "“canvas” is not drawn" in chromium.find_element(By.CSS_SELECTOR, ".unknown").text
    assert chromium.find_element(By.CSS_SELECTOR, ".error").text == "Query B: refuses (400): no such function"


def test_links_lead_to_pages_and_to_sites_and_nowhere_else(chromium: WebDriver, tmp_path: Path) -> None:
    """No script, no file, no dashboard that is not there."""
    urls = [
        "/d/demo-overview?x=1",
        "https://example.com/${__value.raw:percentencode}",
        "javascript:alert(1)",
        "/d/other",
        "file:///etc/passwd",
    ]
    links = [{"title": f"link {at}", "url": url} for at, url in enumerate(urls)]
    panel = {"type": "table", "targets": [{"refId": "A"}], "fieldConfig": {"defaults": {"links": links}}}
    one(chromium, tmp_path, panel, data={"0": [{"refId": "A", "series": [{"labels": {}, "first": 0, "values": [1]}]}]})

    found = [str(link.get_attribute("href")) for link in chromium.find_elements(By.CSS_SELECTOR, "td a")]
    assert [link.rpartition("/")[2] for link in found] == ["overview.html", "1"]
