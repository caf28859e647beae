"""What the tests of faults share: an exporter whose other targets are well, and the proof that they stay so."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.servers import redis_server
from tests.support.serving import TIMEOUT, Page, Serving, serving


@pytest.fixture
def well_port(tmp_path: Path) -> Iterator[int]:
    """Where a Redis listens that is well."""
    folder = tmp_path / "well"
    folder.mkdir()
    with redis_server(folder) as well:
        yield well.port


@pytest.fixture
def watch(tmp_path: Path, well_port: int) -> Callable[..., AbstractContextManager[Serving]]:
    """Run an exporter of the given sections; a host and a Redis that are well are always there."""

    @contextmanager
    def run(*options: str, **sections: Any) -> Iterator[Serving]:  # noqa: ANN401  # as YAML gives them
        redis = [{"name": "well", "url": f"redis://127.0.0.1:{well_port}"}, *sections.pop("redis", [])]
        spec = tmp_path / "monitoring.yml"
        head = {"version": 1, "name": "test", "hosts": [{"name": "web"}], "redis": redis}
        spec.write_text(yaml.safe_dump({**head, **sections}))
        with serving(spec, *options) as exporter:
            yield exporter

    return run


@pytest.fixture
def harmless() -> Callable[[Serving, str, str], Page]:
    """Scrape while a target is broken: the page comes in time, and the other targets are whole."""

    def check(exporter: Serving, kind: str, target: str) -> Page:
        before = exporter.page("?target=well&target=web")
        page = exporter.page()
        assert (page.status, page.up("redis", "well"), page.up("host", "web")) == (200, 1, 1)
        assert page.seconds < TIMEOUT
        assert before.of("well") <= page.of("well")
        assert before.names("node_") <= page.names("node_")
        assert "internal" not in page.reasons(target), exporter.log.read_text()
        # `pytest -rP` prints these lines; docs/faults.md has them.
        up, reasons = page.up(kind, target), ", ".join(sorted(page.reasons(target))) or "none"
        print(f"| {kind} {target} | {up:g} | {reasons} | {page.seconds:.2f} s |")
        return page

    return check
