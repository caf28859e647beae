"""Pages of previews in a browser."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from selenium.webdriver.chrome.webdriver import WebDriver

from watchspec.preview.page import drawn
from watchspec.preview.span import Span

END: Final = 1_795_262_400
"""2026-11-21 12:00 UTC."""
HOUR: Final = Span(END - 3600, END)
LOOKS: Final = {"light": ("light", 1440), "dark": ("dark", 1440), "tablet": ("dark", 800), "phone": ("light", 390)}
"""Look → colour scheme and width in pixels."""
BARE: Final = """
return [...document.querySelectorAll(".panel")].filter(panel => {
  const canvas = panel.querySelector("canvas");
  if (!canvas) return !panel.querySelector(".body").innerText.trim() && !panel.querySelector(".states span");
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return new Set(pixels).size < 8;
}).map(panel => panel.querySelector(".head").innerText);
"""
"""Panels in which nothing is seen: no text, and no more colours on the canvas than a frame has."""


def opened(browser: WebDriver, page: Path, look: str = "light", fragment: str = "") -> None:
    """Show `page` as somebody with this look sees it."""
    scheme, width = LOOKS[look]
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    # Times are the same wherever the tests run.
    browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "UTC"})
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    browser.get("about:blank")
    for log in ("performance", "browser"):
        browser.get_log(log)  # type: ignore[no-untyped-call]
    browser.get(page.as_uri() + fragment)
    assert browser.execute_script("return document.documentElement.dataset.drawn || document.querySelector('.index')")


def one(browser: WebDriver, folder: Path, *shown: dict[str, Any], data: Mapping[str, Any]) -> None:
    """Show a page of these panels, with this data."""
    placed = [
        {"gridPos": {"x": 0, "y": 8 * at, "w": 12, "h": 8}, "id": at, "title": f"Panel {at}", **panel}
        for at, panel in enumerate(shown)
    ]
    content = {
        "dashboard": {"title": "demo: Test", "panels": placed}, "span": {"start": HOUR.start, "end": HOUR.end},
        "data": data, "marks": [], "pages": {"demo-overview": "overview.html"}, "menu": [], "hasData": True,
    }  # fmt: skip
    (folder / "one.html").write_text(drawn("demo: Test", content), encoding="utf-8")
    opened(browser, folder / "one.html")


def pictured(browser: WebDriver) -> bytes:
    """The page as a PNG, whole unless it is very long, at four fifths of its size: a repository keeps every picture."""
    size = browser.execute_script(
        "const {scrollWidth: width, scrollHeight: height} = document.documentElement;"
        "return {x: 0, y: 0, scale: 0.8, width, height: Math.min(height, width * 4)}"
    )
    shown = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": size})
    return base64.b64decode(shown["data"])
