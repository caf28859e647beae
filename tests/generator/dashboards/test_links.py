"""Links lead to what there is: dashboards of the same spec, runbooks, the silence form, columns and labels."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from generator.layout import Files
from tests.support.dashboards import VARIABLE, Json, alert, defaults, links, overrides, panels, used, variables
from tests.support.expressions import matchers
from tests.support.metrics import rules
from watchspec.spec import Spec

FIELD = re.compile(r"\$\{__(?P<what>field\.labels|data\.fields|value)\.(?P<name>\w+)(?P<format>:\w+)?\}")
"""What Grafana takes from the value that is clicked."""


def test_links_to_dashboards_lead_to_one_of_the_same_spec(boards: Mapping[str, Json]) -> None:
    """And set only variables that it has."""
    by_uid = {board["uid"]: board for board in boards.values()}
    for name, board in boards.items():
        for where, url in links(board):
            if not url.startswith("/d/"):
                continue
            address = urlsplit(url)
            uid = address.path.split("/")[2]
            if uid.startswith("$"):  # the value of a column; the test of the alerts knows which
                continue
            assert uid in by_uid, (name, where, url)
            chosen = {key.removeprefix("var-") for key in parse_qs(address.query) if key.startswith("var-")}
            assert chosen <= set(variables(by_uid[uid])), (name, where, url)


def test_links_between_dashboards_keep_the_time(boards: Mapping[str, Json]) -> None:
    """Who looks at last night wants to see last night."""
    for name, board in boards.items():
        for where, url in links(board):
            assert not url.startswith("/d/") or "${__url_time_range}" in url, (name, where)


def test_other_links_have_an_address(boards: Mapping[str, Json]) -> None:
    """A folder's name leads nowhere in a browser."""
    for name, board in boards.items():
        for where, url in links(board):
            assert url.startswith(("/d/", "http://", "https://")), (name, where, url)


def test_what_is_clicked_is_put_in_by_percent(boards: Mapping[str, Json]) -> None:
    """A name with `&` or `#` in it would end the address; a column's name is one of the table's."""
    for name, board in boards.items():
        for panel in panels(board):
            titles = _columns(panel)
            found = [*defaults(panel).get("links", ()), *(one for group in overrides(panel, "links") for one in group)]
            for link in found:
                taken = list(FIELD.finditer(link["url"]))
                assert used(link["url"]) <= {"__field", "__data", "__value", "__url_time_range", "__all_variables"}
                assert all(one["format"] == ":percentencode" for one in taken), (name, panel["title"], link["url"])
                columns = {one["name"] for one in taken if one["what"] == "data.fields"}
                assert columns <= titles, (name, panel["title"], link["url"])


def _columns(panel: Json) -> set[str]:
    """Headings of a table's columns."""
    found = [one["options"] for one in panel.get("transformations", ()) if one["id"] == "organize"]
    return {title for options in found for title in options["renameByName"].values()}


def test_silence_links_are_read_by_alertmanager(boards: Mapping[str, Json], awkward: str) -> None:
    """With the names of what is clicked in them, the filter is matchers of just these names."""
    seen = 0
    for name, board in boards.items():
        for where, url in links(board):
            if "#/silences/new?" not in url:
                continue
            filled = VARIABLE.sub(quote(awkward.replace('"', "").replace("\\", "")), url)
            ((key, [text]),) = parse_qs(urlsplit(filled).fragment.partition("?")[2]).items()
            assert key == "filter", (name, where)
            assert set(matchers(text)) <= {"alertname", "target", "severity", "kind"}, (name, where, text)
            seen += 1
    assert seen


def test_runbooks_exist(boards: Mapping[str, Json], files: Files, spec: Spec) -> None:
    """For every alert of the catalogue that a link names, or may name."""
    base = spec.links.runbooks.rstrip("/")
    own = {rule.alert for rule in spec.rules}
    firing = {rule["alert"] for rule in rules(files) if "alert" in rule} - own
    for name, board in boards.items():
        for where, url in links(board):
            if url.startswith(base) and "://" in base:
                page = unquote(url.removeprefix(f"{base}/"))
                for one in firing if used(page) else [""]:
                    assert f"docs/alerts/{VARIABLE.sub(one, page)}" in files, (name, where, url)


def test_a_panel_of_an_alert_links_to_its_runbook_and_silence(boards: Mapping[str, Json], spec: Spec) -> None:
    """What turns red says what to do."""
    addressed = "://" in spec.links.runbooks
    for board in boards.values():
        for panel in panels(board):
            if watched := alert(panel):
                titles = [link["title"] for link in panel["links"]]
                assert (f"Runbook of {watched}" in titles) == addressed, panel["title"]


@pytest.mark.parametrize(
    ("text", "expected"), [('{a="b"}', {"a": "b"}), ('{a="x y",b="c,d"}', {"a": "x y", "b": "c,d"})]
)
def test_matchers_are_read(text: str, expected: Mapping[str, str]) -> None:
    """The check itself."""
    assert matchers(text) == expected


def _panel(boards: Mapping[str, Json], kind: str = "timeseries") -> Json:
    return next(panel for panel in panels(boards["overview"]) if panel["type"] == kind)


MISTAKES: list[tuple[Callable[..., None], Callable[[Mapping[str, Json]], object]]] = [
    (
        test_links_to_dashboards_lead_to_one_of_the_same_spec,
        lambda boards: _panel(boards)["fieldConfig"]["defaults"]["links"][0].update(url="/d/shop-rabbitmq"),
    ),
    (
        test_links_to_dashboards_lead_to_one_of_the_same_spec,
        lambda boards: _panel(boards)["fieldConfig"]["defaults"]["links"][0].update(
            url=f"/d/{boards['slo']['uid']}?var-server=x"
        ),
    ),
    (
        test_links_between_dashboards_keep_the_time,
        lambda boards: _panel(boards)["fieldConfig"]["defaults"]["links"][0].update(url=f"/d/{boards['slo']['uid']}"),
    ),
    (
        test_other_links_have_an_address,
        lambda boards: boards["overview"]["links"][1].update(url="docs/alerts"),
    ),
    (
        test_what_is_clicked_is_put_in_by_percent,
        lambda boards: _panel(boards)["fieldConfig"]["defaults"]["links"][0].update(
            url="https://x/${__field.labels.target}"
        ),
    ),
    (
        test_what_is_clicked_is_put_in_by_percent,
        lambda boards: _panel(boards)["fieldConfig"]["defaults"]["links"][0].update(
            url="https://x/${__data.fields.Alert:percentencode}"
        ),
    ),
    (
        test_silence_links_are_read_by_alertmanager,
        lambda boards: boards["overview"]["links"][1].update(url="https://am/#/silences/new?filter=%7Balertname%3D%7D"),
    ),
    (
        test_silence_links_are_read_by_alertmanager,
        lambda boards: boards["overview"]["links"][1].update(
            url="https://am/#/silences/new?filter=%7Bname%3D%22x%22%7D"
        ),
    ),
    (
        test_runbooks_exist,
        lambda boards: boards["overview"]["links"][1].update(url="https://wiki/alerts/HostOnFire.md"),
    ),
    (
        test_a_panel_of_an_alert_links_to_its_runbook_and_silence,
        lambda boards: [panel["links"].pop(0) for panel in panels(boards["host"]) if alert(panel)],
    ),
]
"""Each check, and what it must see."""


@pytest.mark.parametrize("index", range(len(MISTAKES)))
def test_a_mistake_is_seen(index: int, sees: Callable[[Callable[..., None], Callable[..., object]], None]) -> None:
    """The checks themselves."""
    sees(*MISTAKES[index])
