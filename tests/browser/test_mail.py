"""The mail as people see it: light, dark and on a phone."""

import base64
from pathlib import Path
from typing import Final

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By

from tests.browser.test_page import _LOW_CONTRAST as LOW_CONTRAST
from tests.browser.test_page import _requests as requests

LOOKS: Final = {"light": ("light", 680), "dark": ("dark", 680), "phone": ("light", 360)}
"""Look → colour scheme and width in pixels."""
SIDE_BY_SIDE: Final = """
<!doctype html><style>body{margin:0;display:flex;gap:24px;padding:24px;background:#8b939e;align-items:flex-start}
img{border-radius:8px}</style>"""


def _opened(browser: WebDriver, path: Path, look: str) -> None:
    scheme, width = LOOKS[look]
    metrics = {"width": width, "height": 600, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    browser.get(path.as_uri())


def _picture(browser: WebDriver) -> bytes:
    """The whole page as a PNG."""
    size = browser.execute_script(
        "const root = document.documentElement;"
        "return {x: 0, y: 0, scale: 1, width: root.scrollWidth, height: document.body.getBoundingClientRect().bottom}"
    )
    shown = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": size})
    return base64.b64decode(shown["data"])


@pytest.fixture
def mails(root: Path) -> Path:
    """The examples of the documentation."""
    return root / "docs" / "messages"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("case", ["critical", "resolved", "three", "two-hundred", "awkward", "drill"])
def test_a_mail_is_readable_everywhere(chromium: WebDriver, mails: Path, case: str, look: str) -> None:
    """Its colours differ enough, nothing is wider than the screen, and nothing is loaded from elsewhere."""
    _opened(chromium, mails / f"{case}.html", look)
    assert chromium.execute_script(LOW_CONTRAST) == []
    assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert not [url for url in requests(chromium) if url.startswith(("http", "//"))]


def test_links_are_large_enough_for_a_finger(chromium: WebDriver, mails: Path) -> None:
    """WCAG 2.2, success criterion 2.5.8: 24 pixels."""
    _opened(chromium, mails / "critical.html", "phone")
    links = chromium.find_elements(By.CSS_SELECTOR, "a.link")
    assert [link.text for link in links] == ["Dashboard", "Runbook", "Graph", "Silence"]
    assert all(link.size["height"] >= 24 for link in links)


def test_the_mail_is_pictured_in_the_documentation(chromium: WebDriver, mails: Path, pictures: Path) -> None:
    """All looks side by side; `--update-golden` renews `docs/mail.png`."""
    page = SIDE_BY_SIDE
    for look in LOOKS:
        _opened(chromium, mails / "critical.html", look)
        page += f'<img src="data:image/png;base64,{base64.b64encode(_picture(chromium)).decode()}">'
    metrics = {"width": 1840, "height": 600, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    chromium.get(f"data:text/html;base64,{base64.b64encode(page.encode()).decode()}")
    (pictures / "mail.png").write_bytes(_picture(chromium))
    assert len(chromium.find_elements(By.TAG_NAME, "img")) == len(LOOKS)
