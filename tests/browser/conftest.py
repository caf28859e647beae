"""A page of targets in every state, and Debian's Chromium to look at it."""

import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.lane import Outcome
from exporter.scrape import Scraper
from exporter.server import bound
from exporter.status import Board, key_of
from exporter.web.application import Application
from exporter.web.site import Site
from tests.support.need import lacking, program

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--hide-scrollbars",
)  # fmt: skip
_LINKS = {"Grafana": "http://localhost:3000", "Prometheus": "http://localhost:9090"}


@dataclass(frozen=True)
class Seen:
    """A target that was scraped before the page is shown."""

    kind: str
    target: str
    outcome: Outcome
    age: float
    """Seconds since its state changed."""
    labels: str = ""

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Never: the page shows what was seen lately."""
        raise AssertionError(deadline)

    def down(self) -> Iterable[Family]:
        """Nothing."""
        return ()

    def abort(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def _part(name: str, **labels: str) -> tuple[Family, ...]:
    out = Families()
    out.gauge(name, "A figure.", 0, render(**labels))
    return tuple(out)


TARGETS = (
    Seen("host", "web-1", Outcome((), None, 0.0031), 86_400 * 12),
    Seen("service", "api-gateway", Outcome((), None, 0.0184), 3 * 86_400, 'instance="10.0.4.11:8000"'),
    Seen("service", "api-gateway", Outcome((), "status", 0.0211, "HTTP status 503"), 190, 'instance="10.0.4.12:8000"'),
    Seen("service", "checkout", Outcome(_part("x_component_up", component="payments"), None, 0.0472), 1500),
    Seen("service", "website", Outcome((), None, 0.0629), 86_400 * 12),
    Seen("redis", "cache", Outcome((), None, 0.0012), 86_400 * 12),
    Seen("redis", "sessions", Outcome((), None, 0.0014), 7 * 3600),
    Seen("postgres", "main-db", Outcome((), None, 0.0093), 86_400 * 12),
    Seen(
        "postgres", "reports",
        Outcome((), "refused", 0.0008, "connection to postgresql://watchspec@reports:5432/app: Connection refused"), 47,
    ),
    Seen("job", "nightly-backup", Outcome((), None, 0.0002), 5 * 3600),
    Seen("redis", "<script>alert('no')</script>", Outcome((), "dns", 0.0051, "<img src=//evil.example/x>"), 8 * 60),
)  # fmt: skip


def _board(targets: Iterable[Seen]) -> Board:
    now = time.time()
    clock = [now]
    board = Board(lambda: clock[0])
    for seen in targets:
        for clock[0] in (now - seen.age, now):
            board.observe(*key_of(seen), seen.outcome)
    return board


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the page is; parametrized with a warning and with other targets, if at all."""
    warning, targets = getattr(request, "param", ("", TARGETS[:-1]))
    board = _board(targets)
    scraper = Scraper(targets, board.observe)
    site = Site(scraper, board, "magacin", _LINKS, warning=lambda: warning)
    server = bound(Application(site), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield f"http://127.0.0.1:{server.bind_addr[1]}/"
    server.stop()
    thread.join()
    scraper.close()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    """A browser without a history."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        lacking("chromium is not on this machine; `make test` installs it on Debian")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options, Service(program("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture
def pictures(tmp_path: Path, root: Path, update_golden: bool) -> Path:
    """Where screenshots go: beside the documentation when they are renewed."""
    return root / "docs" if update_golden else tmp_path
