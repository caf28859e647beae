"""Whatever labels say, a message stays well-formed, within its service's limits, and commands nothing."""

import re
from collections.abc import Mapping
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.catalogue import alerts
from tests.support.messages import BEGAN, Alert, Printer, alert, group, over
from watchspec.load import load
from watchspec.spec import Spec

NASTY: Final = (
    "<!channel>", "<@U123|x>", "@everyone", "<b>", "</b>", "</div></body>", "<script>alert(1)</script>", "&amp;", "&",
    "&lt", '"', "'", "\\", "\\\\", "{{ . }}", "{{", "}}", "{{/*", "`x`", "`", "*b*", "_", "~", "|", "](", "%s", "%2B",
    "[x](https://evil.example)", "$1", "\n\n", "\r\n", "\t", "\x00", "\x1b[31m", "\u202e", "\u2028", "ž 北京 🔥", "-->",
    "javascript:alert(1)", "",
)  # fmt: skip
TEXTS: Final = st.one_of(
    st.lists(st.sampled_from(NASTY), max_size=4).map("".join),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(NASTY).map(lambda text: text * 400),
)
URLS: Final = st.one_of(TEXTS, TEXTS.map(lambda text: f"https://x.example/{text}"))
NAMES: Final = st.one_of(st.sampled_from(sorted(alerts())), TEXTS)
COUNTS: Final = st.sampled_from((0, 1, 2, 4, 6, 25, 200))
# https://core.telegram.org/bots/api#sendmessage, https://pushover.net/api#limits, Opsgenie's description, and half
# of what Slack takes: https://docs.slack.dev/reference/methods/chat.postMessage
LIMITS: Final = {"telegram": 4096, "short": 1024, "text": 15_000, "markdown": 20_000, "subject": 256}
LINKS: Final = "Dashboard|Runbook|Graph|Silence"
VOID: Final = frozenset({"meta", "br"})
TAGS: Final = VOID | {"html", "head", "title", "style", "body", "div", "p", "b", "ol", "li", "code", "a", "span"}


@st.composite
def messages(draw: st.DrawFn) -> Mapping[str, Any]:
    """Groups of any size, alike and not."""
    firing, resolved = draw(st.tuples(COUNTS, COUNTS).filter(any))
    shared = draw(st.one_of(st.none(), _alerts()))
    some = draw(st.lists(_alerts(), min_size=1, max_size=3))
    found = [
        {**(shared or some[place % len(some)]), "startsAt": (BEGAN + timedelta(seconds=place)).isoformat()}
        for place in range(firing + resolved)
    ]
    return group([*found[:firing], *map(over, found[firing:])])


@st.composite
def _alerts(draw: st.DrawFn) -> Alert:
    listed = ("severity", "target", "stack", "environment", "team", "device", "mountpoint", "datname")
    labels = draw(st.fixed_dictionaries({"alertname": NAMES}, optional=dict.fromkeys(listed, TEXTS)))
    texts = {"summary": TEXTS, "description": TEXTS, "runbook_url": URLS, "dashboard_url": URLS}
    annotations = draw(st.fixed_dictionaries({}, optional=texts))
    return {**alert(labels, annotations), "generatorURL": draw(URLS)}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """One with names that are markup."""
    path = tmp_path_factory.mktemp("spec") / "monitoring.yml"
    services = "".join(
        f"  - {{name: '{text.replace(chr(39), chr(39) * 2)}', url: 'http://s:1', depends_on: [target]}}\n"
        for text in NASTY
        if text.isprintable() and text
    )
    path.write_text(
        "version: 1\nname: stack\nlabels: {environment: x}\nchannels: {a: {webhook: 'http://h:1'}}\n"
        "redis: [{name: target, url: 'redis://h'}]\nhosts: [{name: h}]\n"
        "postgres: [{name: p, url: 'postgresql://h/x'}]\njobs: [{name: j, file: /x, every: 24h}]\n"
        f"services:\n{services}",
        encoding="utf-8",
    )
    return load(path).spec


@pytest.fixture(scope="module")
def printer(spec: Spec, tmp_path_factory: pytest.TempPathFactory) -> Printer:
    """Its templates."""
    return Printer(spec, tmp_path_factory.mktemp("templates"))


class _Nesting(HTMLParser):
    """Every tag, with what is wrong about it."""

    def __init__(self, text: str, allowed: frozenset[str]) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[str] = []
        self._open: list[str] = []
        self._allowed = allowed
        self.feed(text)
        self.close()
        self.wrong += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._allowed or any(name.startswith("on") or name == "src" for name, _ in attrs):
            self.wrong.append(f"{tag} {attrs}")
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"/{tag}")


_FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(data=messages())
@_FEW
def test_the_mail_is_well_formed_and_has_no_markup_of_others(data: Mapping[str, Any], printer: Printer) -> None:
    """Tags nest, none is unknown, and links lead to the web alone."""
    page = _Nesting(printer.html(data), TAGS)
    assert page.wrong == []
    assert all(re.match(r"https?://", link) for link in page.links)


@given(data=messages())
@_FEW
def test_chats_get_no_markup_of_others_and_no_more_than_they_take(data: Mapping[str, Any], printer: Printer) -> None:
    """Slack's commands stand between < and >; Telegram refuses a tag that is not closed."""
    said = printer.texts(data)
    _slack(said["markdown"])
    _telegram(said["telegram"])
    assert all(len(said[form]) <= most for form, most in LIMITS.items())
    assert "\n" not in said["subject"]
    assert not set("<>") & set(said["subject"])
    markdown = re.sub(r"\\[^\w\s]", "", said["commonmark"])
    assert set(re.findall(r"\[([^\]]*)\]\(", markdown)) <= set(LINKS.split("|"))


def _slack(text: str) -> None:
    rest = re.sub(rf"<https?://[^\s<>|]+\|(?:{LINKS})>", "", text)
    assert not set("<>") & set(rest)
    assert "&" not in re.sub(r"&(?:amp|lt|gt);", "", rest)


def _telegram(text: str) -> None:
    page = _Nesting(text, frozenset({"b", "code", "a"}))
    assert page.wrong == []
    assert all(re.match(r"https?://", link) for link in page.links)
    assert "&" not in re.sub(r"&(?:amp|lt|gt);", "", text)


@pytest.mark.parametrize("outage", [True, False])
def test_the_longest_message_is_within_every_limit(printer: Printer, *, outage: bool) -> None:
    """Every part at its longest, for the alert of the catalogue that has the longest steps."""
    known = [one for one in alerts().values() if one.outage == outage]
    longest = max(known, key=lambda one: sum(map(len, one.do)))
    long = "&" * 3000
    names = ("severity", "stack", "environment", "team", "device", "mountpoint")
    labels = {"alertname": longest.alert, "target": "target", **dict.fromkeys(names, long)}
    address = "https://x.example/" + "a" * 230
    texts = {"summary": long, "description": long, "runbook_url": address, "dashboard_url": address}
    one = {**alert(labels, texts), "generatorURL": address}
    said = printer.texts(group([*[one] * 100, *[over(one, timedelta(days=400))] * 100]))
    _telegram(said["telegram"])
    assert len(said["telegram"]) > 3000
    assert {form: len(said[form]) for form, most in LIMITS.items() if len(said[form]) > most} == {}
