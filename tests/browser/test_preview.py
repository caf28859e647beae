"""The pages of `watchspec preview` as people see them."""

import base64
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from generator import grafana
from generator.layout import COMPOSE
from tests.browser.test_page import _LOW_CONTRAST as LOW_CONTRAST
from tests.browser.test_page import _errors as complaints
from tests.browser.test_page import _requests as requests
from tests.support.previews import BARE, HOUR, LOOKS, opened, pictured
from tests.support.prometheis import HOSTILE, Oracle
from watchspec.cli import main
from watchspec.load import load
from watchspec.preview.pages import boards, pages
from watchspec.preview.questions import panels

PICTURES: Final = {
    "overview": ("overview", "light"), "overview-dark": ("overview", "dark"), "overview-phone": ("overview", "phone"),
    "service": ("service", "light"), "postgres": ("postgres", "dark"), "redis": ("redis", "light"),
    "host": ("host", "dark"), "slo": ("slo", "light"), "alerts": ("alerts", "dark"),
    "monitoring": ("monitoring", "light"), "business": ("business", "light"),
}  # fmt: skip
"""Picture → the dashboard, and who looks at it."""


@pytest.fixture(scope="module")
def files(root: Path) -> Mapping[str, str]:
    """The dashboards of the bundled spec."""
    return {
        path: text
        for path, text in grafana.emit(load(root / "monitoring.yml").spec, COMPOSE).items()
        if path.startswith("grafana/dashboards/")
    }


@pytest.fixture(scope="module")
def folder(files: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their pages, full of data."""
    return written(files, tmp_path_factory.mktemp("preview"))


def written(files: Mapping[str, str], folder: Path) -> Path:
    """Pages of `files` in `folder`."""
    oracle = Oracle()
    for name, text in pages(boards(files, lambda _: HOUR, 15, oracle), "demo", oracle)[0].items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("look", LOOKS)
def test_every_panel_of_every_dashboard_is_seen(chromium: WebDriver, folder: Path, look: str) -> None:
    """Without a complaint, a request or a page that is too wide; texts differ enough from what is behind them."""
    found = sorted(folder.glob("*.html"))
    assert len(found) > 3
    for page in found:
        opened(chromium, page, look)
        assert complaints(chromium) == [], page.name
        assert [url for url in requests(chromium) if not url.startswith(("file:", "data:,"))] == [], page.name
        assert chromium.execute_script(BARE) == [], page.name
        assert chromium.find_elements(By.CSS_SELECTOR, ".unknown, .error") == [], page.name
        assert chromium.execute_script(LOW_CONTRAST) == [], page.name
        assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth"), page.name


def test_every_panel_has_a_place(chromium: WebDriver, folder: Path, files: Mapping[str, str]) -> None:
    """Those of collapsed rows too; no two overlap."""
    for path, text in files.items():
        opened(chromium, folder / f"{Path(path).stem}.html")
        shown = chromium.find_elements(By.CSS_SELECTOR, ".panel")
        assert {panel.get_attribute("id") for panel in shown} == {
            f"panel-{one['id']}" for one in panels(json.loads(text))
        }
        boxes = [panel.rect for panel in shown]
        assert not [
            (a, b) for at, a in enumerate(boxes) for b in boxes[at + 1 :]
            if a["x"] + 1 < b["x"] + b["width"] and b["x"] + 1 < a["x"] + a["width"]
            and a["y"] + 1 < b["y"] + b["height"] and b["y"] + 1 < a["y"] + a["height"]
        ]  # fmt: skip


def test_every_unit_of_the_dashboards_can_be_written(
    chromium: WebDriver, folder: Path, files: Mapping[str, str]
) -> None:
    """A unit that nobody knows would stand behind the number as it is."""
    units = {unit for text in files.values() for unit in _units(json.loads(text))}
    opened(chromium, next(folder.glob("*.html")))
    assert units
    assert [
        unit for unit in units if not chromium.execute_script("return Boolean(formatter(arguments[0]))", unit)
    ] == []


def _units(node: object) -> Iterator[str]:
    """Every unit in a dashboard, of defaults, axes and overrides."""
    if isinstance(node, dict):
        if node.get("id") == "unit":
            yield node["value"]
        if isinstance(node.get("unit"), str):
            yield node["unit"]
        for value in node.values():
            yield from _units(value)
    elif isinstance(node, list):
        for value in node:
            yield from _units(value)


def test_a_hostile_name_is_a_name(chromium: WebDriver, folder: Path) -> None:
    """It is read, and does nothing."""
    opened(chromium, folder / "overview.html")
    assert HOSTILE in chromium.find_element(By.TAG_NAME, "main").text
    assert chromium.find_elements(By.CSS_SELECTOR, "main img, main script") == []


def test_a_page_can_be_narrowed_to_a_target(chromium: WebDriver, folder: Path) -> None:
    """By the fragment of its address, as the links of the overview do; and widened again."""
    opened(chromium, folder / "overview.html", fragment="#target=cache")
    shown = chromium.find_element(By.TAG_NAME, "main").text
    assert "only cache" in shown
    assert "main-db" not in shown
    chromium.find_element(By.LINK_TEXT, "show all").click()
    assert "main-db" in chromium.find_element(By.TAG_NAME, "main").text


def test_what_a_panel_means_is_reached_by_key(chromium: WebDriver, folder: Path) -> None:
    """Enter opens it, Escape closes it."""
    opened(chromium, folder / "overview.html")
    about = chromium.find_element(By.CSS_SELECTOR, ".about")
    summary = about.find_element(By.TAG_NAME, "summary")
    assert str(summary.get_attribute("aria-label")).startswith("About ")
    summary.send_keys(Keys.ENTER)
    assert about.find_element(By.TAG_NAME, "p").is_displayed()
    summary.send_keys(Keys.ESCAPE)
    assert not about.find_element(By.TAG_NAME, "p").is_displayed()


def test_a_legend_shows_and_hides_its_series(chromium: WebDriver, folder: Path) -> None:
    """And says which it is."""
    opened(chromium, folder / "overview.html")
    button = chromium.find_element(By.CSS_SELECTOR, "table.legend button")
    button.send_keys(Keys.ENTER)
    assert button.get_attribute("aria-pressed") == "false"
    button.send_keys(Keys.ENTER)
    assert button.get_attribute("aria-pressed") == "true"


def test_a_page_prints_whole(chromium: WebDriver, folder: Path) -> None:
    """On white paper, whatever the screen is; and the screen is as it was afterwards."""
    opened(chromium, folder / "overview.html", "dark")
    printed = chromium.execute_cdp_cmd("Page.printToPDF", {"landscape": True, "printBackground": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
    assert chromium.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(17, 18, 23)"
    assert complaints(chromium) == []


def test_the_dashboards_are_pictured_in_the_documentation(
    chromium: WebDriver, root: Path, folder: Path, tmp_path: Path, update_golden: bool
) -> None:
    """`--update-golden` takes them of the demo that runs, the longer the better, into `docs/dashboards/`."""
    shown, pictures = (demo(root, tmp_path), root / "docs" / "dashboards") if update_golden else (folder, tmp_path)
    pictures.mkdir(exist_ok=True)
    for name, (stem, look) in PICTURES.items():
        if not (shown / f"{stem}.html").exists():  # not every spec has one of each
            continue
        opened(chromium, shown / f"{stem}.html", look)
        (pictures / f"{name}.png").write_bytes(pictured(chromium))
        assert (pictures / f"{name}.png").stat().st_size > 10_000


def demo(root: Path, folder: Path) -> Path:
    """Pages of the demo that runs on this machine."""
    stdout, stderr = io.StringIO(), io.StringIO()
    assert main(["preview", str(root / "monitoring.yml"), "-o", str(folder / "demo")], stdout, stderr) == 0
    if "without data" in stdout.getvalue():
        pytest.skip(f"pictures are of the demo; start it with `make run` first: {stdout.getvalue()}")
    return folder / "demo"
