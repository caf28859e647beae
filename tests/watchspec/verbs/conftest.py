"""One Alertmanager for the tests of a module: each looks only at what it made itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.delivering import Stage, stage


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A real Alertmanager, a mailbox, and services that refuse."""
    with stage(tmp_path_factory.mktemp("told")) as found:
        yield found


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A spec at whose Alertmanager nothing listens: port 1 is never anybody's here."""
    path = tmp_path / "monitoring.yml"
    path.write_text(
        "version: 1\nname: shop\nredis: [{name: cache, url: 'redis://r'}]\n"
        "links: {alertmanager: 'http://127.0.0.1:1'}\nchannels: {hook: {webhook: 'http://h/'}}\n",
        encoding="utf-8",
    )
    return path
