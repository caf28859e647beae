"""Pages as text: what stands in them, and what cannot."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

from tests.support.prometheis import HOSTILE
from watchspec.preview.page import drawn, listed


class Elements(HTMLParser):
    """What a browser sees: elements in their order, and the text of each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self._in = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.found.append((tag, dict(attrs)))
        self._in = tag

    def handle_data(self, data: str) -> None:
        """Remember what counts."""
        if self._in in self.texts and data.strip():
            self.texts[self._in].append(data)

    def handle_endtag(self, tag: str) -> None:
        """Text after it is nobody's."""
        self._in = ""


def policy(page: str) -> str:
    """What the page may load and run."""
    return next(
        str(attributes["content"])
        for tag, attributes in Elements(page).found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )


def hashed(text: str) -> str:
    """As a policy names an element."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_names_do_not_break_out_of_the_page() -> None:
    """Of a title, or of data; and the data comes back as it was."""
    content = {"label": HOSTILE, "<!--": "\u2028 ]]> &amp;"}
    found = Elements(drawn(HOSTILE, content))
    assert [tag for tag, _ in found.found].count("script") == 2
    assert "img" not in [tag for tag, _ in found.found]
    assert found.texts["title"] == [HOSTILE]
    assert json.loads(found.texts["script"][0]) == content


def test_the_policy_lets_nothing_in_but_what_is_there() -> None:
    """One script and one style, by their hashes."""
    page = drawn("Overview", {})
    found = Elements(page)
    assert policy(page).startswith("default-src 'none'; ")
    assert f"script-src {hashed(found.texts['script'][1])};" in policy(page)
    assert f"style-src {hashed(found.texts['style'][0])};" in policy(page)


def test_nothing_is_asked_from_elsewhere() -> None:
    """No element of the page names an address."""
    page = drawn("Overview", {})
    names = {"src", "href", "srcset", "action", "data"}
    assert {value for _, attributes in Elements(page).found for name, value in attributes.items() if name in names} == {
        "data:,"
    }
    assert not re.search(r"url\(|@import", "".join(Elements(page).texts["style"]))


def test_a_page_without_data_is_small() -> None:
    """Chart library and all."""
    assert len(drawn("Overview", {}).encode()) < 300_000


def test_the_index_leads_to_every_page_and_runs_nothing() -> None:
    """With what is known of its data."""
    entry = {"file": "overview.html", "title": HOSTILE, "said": "2 of 3 queries have data & more"}
    page = listed("demo", "today", [entry])
    found = Elements(page).found
    assert [attributes["href"] for tag, attributes in found if tag == "a"] == ["overview.html"]
    assert "script" not in [tag for tag, _ in found]
    assert "script-src 'none'" in policy(page)
    assert "data &amp; more" in page
