"""The page of all targets, as text; `tests/browser` looks at it."""

import base64
import hashlib
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.status import Key, State, Status
from exporter.web.page import POLICY, age, latency, page

_NOW = 1_800_000_000.0


class _Elements(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data


def _page(*statuses: Status, **how: str) -> str:
    return page(how.pop("name", "magacin"), statuses, now=_NOW, links={"Grafana": "http://g:3000"}, **how).body.decode()


def _status(state: State, target: str = "cache", detail: str = "", kind: str = "redis") -> Status:
    return Status(Key(kind, target), state, 0.0123, _NOW - 185, _NOW, "refused" if detail else "", detail)


def test_each_target_shows_state_latency_since_and_error() -> None:
    """In words."""
    shown = _Elements(_page(_status("down", detail="connection refused"))).text

    for text in ("cache", "down", "12 ms", "for 3 min", "refused: connection refused", "Redis"):
        assert text in shown


def test_a_target_that_was_not_looked_at_has_no_figures() -> None:
    """Zero would be a lie."""
    shown = _Elements(_page(Status(Key("redis", "cache")))).text

    assert "unknown" in shown
    assert "for " not in shown
    assert "0.0 ms" not in shown


def test_the_worst_come_first() -> None:
    """Of each kind."""
    shown = _page(_status("up", "a"), _status("down", "z"), _status("degraded", "m"))

    assert re.findall(r'scope="row">(\w)<', shown) == ["z", "m", "a"]


@given(st.text(), st.text(), st.text())
def test_whatever_a_target_says_is_text(name: str, target: str, detail: str) -> None:
    """No tag or attribute comes from outside."""
    plain = [tag for tag, _ in _Elements(_page(_status("down", "x", "y"))).tags]
    hostile = f"<script>alert(1)</script>\"'><img src=x onerror=a>{detail}"

    found = _Elements(_page(_status("down", f"{hostile}{target}", hostile), name=hostile + name)).tags

    assert [tag for tag, _ in found] == plain
    assert not any(name.startswith("on") for _, attributes in found for name in attributes)


def test_the_policy_allows_the_style_in_the_page_and_nothing_else() -> None:
    """No script, nothing from elsewhere."""
    html = _page(_status("up"))
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}'" in POLICY
    assert POLICY.startswith("default-src 'none'")
    assert not re.search(r"<script|style=|@import|url\(", html)


def test_links_lead_to_the_series_of_a_target_and_elsewhere() -> None:
    """Relative ones, so that they work behind a proxy's path."""
    links = {found.get("href") for tag, found in _Elements(_page(_status("up", "a&b=c"))).tags if tag == "a"}

    assert links == {"metrics", "health", "http://g:3000", "metrics?collect[]=redis&target=a%26b%3Dc"}


def test_a_warning_is_shown_above_all() -> None:
    """Such as that only the container is seen."""
    shown = _Elements(_page(_status("up"), warning="only the container is seen; say --root /host")).text

    assert shown.index("only the container is seen; say --root /host") < shown.index("cache")


def test_a_stack_without_targets_says_so() -> None:
    """Rather than an empty page."""
    assert "no targets" in _page()


def test_five_hundred_targets_are_no_burden() -> None:
    """In time and in bytes."""
    statuses = [_status("up", f"target-{number}") for number in range(500)]

    started = time.process_time()
    body = _page(*statuses)

    assert time.process_time() - started < 0.5
    assert len(body) < 400_000


@pytest.mark.parametrize(
    ("seconds", "text"), [(-5, "0 s"), (59.9, "59 s"), (60, "1 min"), (7199, "1 h"), (90_000, "1 d")]
)
def test_an_age_is_one_number(seconds: float, text: str) -> None:
    """Rounded down."""
    assert age(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.00084, "0.8 ms"), (0.0421, "42 ms"), (1.26, "1.3 s")])
def test_a_latency_is_short(seconds: float, text: str) -> None:
    """In the unit that fits."""
    assert latency(seconds) == text
