"""What a message says, rendered by amtool; the examples are kept in docs/messages/."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest

from generator.catalogue import alerts
from generator.messages import string
from tests.support.messages import BEGAN, FORMS, Alert, Printer, Rules, alert, group, over
from watchspec.load import load
from watchspec.spec import Spec

SPEC: Final = """
version: 1
name: shop
labels: {environment: production}
hosts: [{name: web-1}]
services:
  - {name: storefront, url: "https://shop.example.com", depends_on: [main-db, cache], runs_on: web-1, team: web}
  - {name: checkout, url: "https://pay.example.com", depends_on: [main-db], runs_on: web-1, team: web}
  - name: 'say "<b>ž</b>" & {{ .x }} \\ *北京*'
    url: "https://x.example.com"
    depends_on: [cache]
redis: [{name: cache, url: "redis://cache", team: data}]
postgres: [{name: main-db, url: "postgresql://db/shop", team: data}]
links:
  grafana: https://grafana.example.com
  alertmanager: https://alerts.example.com/
  runbooks: https://wiki.example.com/alerts
channels: {a: {webhook: "http://h:1"}}
"""
AWKWARD: Final = 'say "<b>ž</b>" & {{ .x }} \\ *北京*'


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """A shop."""
    path = tmp_path_factory.mktemp("spec") / "monitoring.yml"
    path.write_text(SPEC, encoding="utf-8")
    return load(path).spec


@pytest.fixture(scope="module")
def rules(spec: Spec) -> Rules:
    """Its rules."""
    return Rules(spec)


@pytest.fixture(scope="module")
def printer(spec: Spec, tmp_path_factory: pytest.TempPathFactory) -> Printer:
    """Its templates."""
    return Printer(spec, tmp_path_factory.mktemp("templates"))


def _disks(rules: Rules, count: int) -> list[Alert]:
    found = [
        rules.fire(
            "HostDiskUsage", "web-1", 0.955 + place / 5000, device=f"/dev/sd{place}", mountpoint=f"/srv/{place:03}"
        )
        for place in range(count)
    ]
    return [{**one, "startsAt": (BEGAN + timedelta(seconds=place)).isoformat()} for place, one in enumerate(found)]


def _mixed(rules: Rules) -> list[Alert]:
    *firing, last = _disks(rules, 3)
    return [*firing, over(last)]


def _awkward(rules: Rules) -> list[Alert]:
    return [rules.fire("ServiceDown", AWKWARD)]


def _drill(_: Rules) -> list[Alert]:
    labels = {"alertname": "WatchspecDrill", "channel": "ops-mail", "stack": "shop", "drill": "7f3a"}
    texts = {
        "summary": "This is a drill: nothing is wrong, and there is nothing to do",
        "description": "anna tries with `watchspec drill` whether channel ops-mail delivers.",
    }
    return [{**alert(labels, texts), "generatorURL": ""}]


CASES: Final[dict[str, Callable[[Rules], list[Alert]]]] = {
    "critical": lambda rules: [rules.fire("PostgresDown", "main-db")],
    "resolved": lambda rules: [over(rules.fire("PostgresDown", "main-db"))],
    "three": _mixed,
    "two-hundred": lambda rules: _disks(rules, 200),
    "awkward": _awkward,
    "drill": _drill,
}
"""Example → the alerts of one message."""


@pytest.mark.parametrize("case", CASES)
def test_messages_are_those_kept_in_the_documentation(
    case: str, rules: Rules, printer: Printer, root: Path, *, update_golden: bool
) -> None:
    """`pytest --update-golden` writes them; read the diff."""
    data = group(CASES[case](rules))
    texts = "".join(f"##### {form}\n{_ended(text)}\n" for form, text in printer.texts(data).items())
    for name, found in {f"{case}.txt": texts, f"{case}.html": _ended(printer.html(data))}.items():
        path = root / "docs" / "messages" / name
        if update_golden:
            path.parent.mkdir(exist_ok=True)
            path.write_text(found, encoding="utf-8")
        assert found == path.read_text(encoding="utf-8")


def _ended(text: str) -> str:
    """Without blanks at the ends of lines, which the repository has nowhere."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


@pytest.mark.parametrize("form", ["text", "markdown", "commonmark", "telegram", "html"])
def test_a_message_says_what_where_since_when_and_what_to_do(form: str, rules: Rules, printer: Printer) -> None:
    """In every form that has room."""
    data = group(CASES["critical"](rules))
    said = printer.html(data) if form == "html" else printer.texts(data)[form]
    for words in (
        "Postgres main-db is down", "has not answered the exporter for 1m", "stack shop", "environment production",
        "2026-11-21 12:03:10 UTC", "storefront and checkout depend on it.", "First steps", "psql URL", "critical",
        "https://grafana.example.com/d/", "https://wiki.example.com/alerts/PostgresDown.md",
        "https://prometheus.example.com/graph?", "https://alerts.example.com/#/silences/new?filter=%7B",
    ):  # fmt: skip
        assert words in said


def test_the_value_stands_against_its_threshold(rules: Rules, printer: Printer) -> None:
    """In the rule's own words."""
    said = printer.texts(group(_disks(rules, 1)))["text"]
    assert re.search(r"is 95\.5% full, above 95%", said)


def test_the_subject_says_what_is_wrong_with_what(rules: Rules, printer: Printer) -> None:
    """On one line, and whether it still is."""
    firing, resolved, many, drill = (
        printer.texts(group(CASES[case](rules)))["subject"] for case in ("critical", "resolved", "two-hundred", "drill")
    )
    assert firing == "[FIRING:1] critical PostgresDown main-db (shop)"
    assert resolved == "[RESOLVED] critical PostgresDown main-db (shop)"
    assert many == "[FIRING:200] critical HostDiskUsage web-1 (shop)"
    assert drill == "[DRILL FIRING:1] WatchspecDrill (shop)"


@pytest.mark.parametrize("form", ["text", "markdown", "commonmark", "telegram", "short", "html"])
def test_a_drill_says_that_it_is_one(form: str, rules: Rules, printer: Printer) -> None:
    """Before all else, in the text too."""
    data = group(_drill(rules))
    said = printer.html(data) if form == "html" else printer.texts(data)[form]
    assert "drill" in said.lower()
    assert "Nothing is broken." in said


def test_the_end_says_how_long_it_was(rules: Rules, printer: Printer) -> None:
    """To the second, and no longer what to do."""
    said = printer.texts(group(CASES["resolved"](rules)))["text"]
    assert "Until: 2026-11-21 12:15:40 UTC, after 12m30s" in said
    assert "First steps" not in said


def test_of_many_alerts_the_first_are_told_whole_and_the_last_counted(rules: Rules, printer: Printer) -> None:
    """Five, then fifteen lines, then how many there are besides."""
    said = printer.texts(group(_disks(rules, 200)))["text"]
    assert said.count("Since: ") == 5
    assert said.count("- critical: ") == 15
    assert "\nand 180 more\n" in said
    assert said.count("First steps:") == 1
    assert "mountpoint /srv/019" in said
    assert "/srv/020" not in said


def test_only_an_outage_names_what_depends_on_its_target(rules: Rules, printer: Printer) -> None:
    """Slow is not gone."""
    outage = printer.texts(group([rules.fire("RedisDown", "cache")]))["text"]
    symptom = printer.texts(group([rules.fire("RedisConnections", "cache", 0.99)]))["text"]
    assert f"Impact: storefront and {AWKWARD} depend on it." in outage
    assert "Impact" not in symptom


def test_of_many_dependants_eight_are_named(spec_of: Callable[[str], Spec], tmp_path: Path) -> None:
    """The others are counted."""
    services = "".join(f'  - {{name: s{place}, url: "http://s:1", depends_on: [r]}}\n' for place in range(30))
    spec = spec_of(f'redis: [{{name: r, url: "redis://r"}}]\nservices:\n{services}')
    said = Printer(spec, tmp_path / "t").texts(group([Rules(spec).fire("RedisDown", "r")]))["text"]
    assert "Impact: s0, s1, s2, s3, s4, s5, s6, s7 and 22 more depend on it.\n" in said


@pytest.mark.parametrize("target", ["cache", "a b+c%2B", AWKWARD, 'back\\slash "and" quote', "x,y={}"])
def test_the_silence_form_opens_with_the_alert_and_its_target(target: str, printer: Printer) -> None:
    """Whatever their characters."""
    said = printer.texts(group([alert({"alertname": "Any", "target": target}, {"summary": "s"})]))["text"]
    found = re.search(r"^Silence: (\S+)$", said, re.MULTILINE)
    assert found
    page = urlsplit(found[1])
    assert (page.netloc, page.path) == ("alerts.example.com", "/")
    where, _, query = page.fragment.partition("?filter=")
    quoted = target.replace("\\", "\\\\").replace('"', '\\"')
    assert (where, unquote(query)) == ("/silences/new", f'{{alertname="Any", target="{quoted}"}}')


def test_rules_of_ones_own_have_no_steps_and_need_no_target(printer: Printer) -> None:
    """What is not there is left out."""
    labels = {"alertname": "Mine", "severity": "info", "stack": "shop"}
    said = printer.texts(group([alert(labels, {"summary": "Odd"})]))["text"]
    assert "First steps" not in said
    assert "Runbook" not in said
    assert "Where: stack shop\n" in said
    assert "filter=%7Balertname%3D%22Mine%22%7D" in said


def test_a_runbook_that_has_no_address_is_named(rules: Rules, printer: Printer) -> None:
    """The default is a path in the repository."""
    found = rules.fire("RedisDown", "cache")
    local = {**found, "annotations": {**found["annotations"], "runbook_url": "docs/alerts/RedisDown.md"}}
    data = group([local])
    assert "Runbook: docs/alerts/RedisDown.md" in printer.texts(data)["markdown"]
    assert "Runbook: docs/alerts/RedisDown.md" in printer.html(data)


def test_labels_and_annotations_that_nobody_listed_are_not_shown(rules: Rules, printer: Printer) -> None:
    """They may be secret."""
    found = rules.fire("RedisDown", "cache", password="hunter2")
    data = group([{**found, "annotations": {**found["annotations"], "webhook": "https://hooks.example.com/hunter2"}}])
    for said in (*printer.texts(data).values(), printer.html(data)):
        assert "hunter2" not in said
        assert "hooks.example.com" not in said


def test_every_alert_has_its_steps(root: Path, tmp_path: Path) -> None:
    """The whole catalogue, in one message that shares neither name nor target."""
    everything = load(root / "tests" / "generator" / "everything.yml").spec
    printer = Printer(everything, tmp_path / "t")
    for name, known in list(alerts().items())[::7]:
        said = printer.texts(group([alert({"alertname": name, "target": "t"}, {"summary": "s"})]))
        assert all(step in said["text"] for step in known.do), name


def test_text_is_quoted_as_templates_of_go_read_it() -> None:
    """Quotes, backslashes and line breaks are escaped; braces need not be."""
    assert string('a "b" \\ {{ c }}\nž') == '"a \\"b\\" \\\\ {{ c }}\\nž"'


def test_the_forms_are_those_that_receivers_ask_for(root: Path) -> None:
    """No more, no less."""
    asked = {
        name
        for path in (root / "generator" / "receivers").glob("*.py")
        for name in re.findall(r'said\("(\w+)"\)', path.read_text(encoding="utf-8"))
    }
    assert asked <= {*FORMS, "html"}


def test_the_documentation_shows_the_message_of_slack(root: Path) -> None:
    """As it is in the examples."""
    shown = (root / "docs" / "messages.md").read_text(encoding="utf-8").split("```")[1].strip()
    assert shown in (root / "docs" / "messages" / "critical.txt").read_text(encoding="utf-8")
