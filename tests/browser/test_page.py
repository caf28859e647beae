"""The exporter's page as people see it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.browser.conftest import TARGETS, Seen

_LOW_CONTRAST = """
const channels = text => text.match(/[0-9.]+/g).map(Number);
const luminance = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const behind = element => {
  for (; element; element = element.parentElement) {
    const colour = channels(getComputedStyle(element).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  throw new Error("no background");
};
return [...document.querySelectorAll("body *")].flatMap(element => {
  if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) return [];
  const [a, b] = [channels(getComputedStyle(element).color), behind(element)].map(luminance).sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  return ratio < 4.5 ? [`${element.tagName} ${element.textContent}: ${ratio.toFixed(2)}`] : [];
});
"""
"""Texts whose contrast is below that of WCAG 2.2, success criterion 1.4.3 (AA)."""


def _shown(browser: WebDriver, address: str, *, scheme: str = "light", width: int = 1180, height: int = 1010) -> None:
    mobile = width < 600
    metrics = {"width": width, "height": height, "deviceScaleFactor": 2 if mobile else 1, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    browser.get(address)


def _requests(browser: WebDriver) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    return [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]


def _errors(browser: WebDriver) -> list[Any]:
    return list(browser.get_log("browser"))  # type: ignore[no-untyped-call]


def _all(browser: WebDriver, selector: str, field: str) -> list[str]:
    """A field of each element, all at one moment: the page renews itself."""
    script = "return [...document.querySelectorAll(arguments[0])].map(found => found[arguments[1]])"
    return [" ".join(str(text).split()) for text in browser.execute_script(script, selector, field)]


def _rows(browser: WebDriver) -> list[str]:
    return _all(browser, "tbody tr", "innerText")


def test_all_targets_are_shown_with_state_latency_since_and_error(chromium: WebDriver, address: str) -> None:
    """By kind, the worst first."""
    _shown(chromium, address)

    titles = [title.split()[0] for title in _all(chromium, "h2", "innerText")]
    rows = _rows(chromium)
    assert titles == ["Hosts", "Services", "Redis", "PostgreSQL", "Jobs"]
    assert len(rows) == len(TARGETS) - 1
    assert rows[0] == "up web-1 3.1 ms for 12 d series"
    assert rows[1] == "down api-gateway 10.0.4.12:8000 21 ms for 3 min status: HTTP status 503 series"
    assert rows[2].startswith("degraded checkout 47 ms for 25 min part: payments failed")


def test_states_differ_in_shape_and_word_not_only_in_colour(chromium: WebDriver, address: str) -> None:
    """For who sees no colours."""
    _shown(chromium, address)

    words = _all(chromium, "tbody .state", "innerText")
    found = dict(zip(words, _all(chromium, "tbody .state svg > *", "outerHTML"), strict=True))
    assert set(found) == {"up", "degraded", "down"}
    assert len(set(found.values())) == 3


@pytest.mark.parametrize("address", [("only the container is seen; say --root /host", TARGETS)], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1180, 390])
def test_every_text_can_be_read(chromium: WebDriver, address: str, scheme: str, width: int) -> None:
    """In both colour schemes, and without moving the page sideways."""
    _shown(chromium, address, scheme=scheme, width=width)

    background = chromium.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(15, 19, 24)") is (scheme == "dark")
    assert chromium.execute_script(_LOW_CONTRAST) == []
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("address", [("", TARGETS)], indirect=True)
def test_nothing_comes_from_elsewhere_and_nothing_is_complained_of(chromium: WebDriver, address: str) -> None:
    """Not even if a target's name and error are HTML."""
    chromium.get("about:blank")
    _requests(chromium), _errors(chromium)
    _shown(chromium, address)

    elsewhere = [url for url in _requests(chromium) if urlsplit(url).netloc not in {"", urlsplit(address).netloc}]
    assert elsewhere == []
    assert _errors(chromium) == []
    assert any("<script>alert('no')</script>" in row and "<img src=//evil.example/x>" in row for row in _rows(chromium))


def test_links_lead_to_series_and_health(chromium: WebDriver, address: str) -> None:
    """Of one target, and of all."""
    _shown(chromium, address)
    links = dict(zip(_all(chromium, "nav a", "innerText"), _all(chromium, "nav a", "href"), strict=True))
    assert links["Health"] == f"{address}health"
    assert links["Grafana"] == "http://localhost:3000/"
    assert _all(chromium, "tbody a", "href")[0] == f"{address}metrics?collect[]=host&target=web-1"


_MANY = tuple(Seen("service", f"service-{number:03}", TARGETS[number % 10].outcome, number) for number in range(500))


@pytest.mark.parametrize("address", [("", _MANY)], indirect=True)
def test_five_hundred_targets_are_one_small_page(chromium: WebDriver, address: str) -> None:
    """All of them, in a kilobyte each at the most."""
    _shown(chromium, address)

    assert len(_rows(chromium)) == 500
    sent = chromium.execute_script("return performance.getEntriesByType('navigation')[0].decodedBodySize")
    assert 0 < sent < 500_000


@pytest.mark.parametrize(("name", "size"), [("page.png", (1180, 1190)), ("page-phone.png", (390, 844))])
def test_the_page_has_its_picture_taken(
    chromium: WebDriver, address: str, pictures: Path, name: str, size: tuple[int, int]
) -> None:
    """For the documentation, with --update-golden."""
    _shown(chromium, address, width=size[0], height=size[1])

    assert chromium.save_screenshot(str(pictures / name))
    assert (pictures / name).stat().st_size > 10_000
