"""A changed spec is taken without a restart, and a wrong one changes nothing."""

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.support.servers import Running, redis_server, wait_until
from tests.support.serving import Page, Serving, quiet, serving

HEAD = "version: 1\nname: test\nhosts: [{name: web}]\nredis:\n"
WORKED = "watchspec_config_last_reload_successful"
MOMENT = "watchspec_config_last_reload_success_timestamp_seconds"


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Running]:
    """Another Redis."""
    folder = tmp_path / "second"
    folder.mkdir()
    with redis_server(folder) as server:
        yield server


def write(spec: Path, *targets: tuple[str, int]) -> None:
    """A spec with these Redis servers."""
    lines = [f'  - {{name: {name}, url: "redis://127.0.0.1:{port}"}}\n' for name, port in targets]
    spec.write_text(HEAD + "".join(lines))


def clients(server: Running) -> set[str]:
    """Numbers of the exporter's connections to a server."""
    with redis.Redis(port=server.port) as admin:
        return {client["id"] for client in admin.client_list() if client["name"] == "watchspec"}


def hang_up(exporter: Serving, *, taken: bool) -> Page:
    """Reload by signal and wait for the verdict."""
    message = "spec taken" if taken else "spec refused"
    before = len(exporter.lines(message))
    exporter.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(exporter.lines(message)) > before, f"the log to say: {message}")
    return exporter.page()


def test_targets_that_did_not_change_keep_their_connections(
    tmp_path: Path, redis_server: Running, second: Running
) -> None:
    """Those that are gone are closed, those that are new are read."""
    spec = tmp_path / "monitoring.yml"
    write(spec, ("kept", redis_server.port), ("gone", second.port))
    with serving(spec) as exporter:
        exporter.page()
        kept = clients(redis_server)
        assert (len(kept), len(clients(second))) == (1, 1)

        write(spec, ("kept", redis_server.port), ("new", redis_server.port))
        page = hang_up(exporter, taken=True)

        assert page.values['redis_up{target="new"}'] == 1
        assert page.of("gone") == set()
        assert kept < clients(redis_server)
        wait_until(lambda: clients(second) == set(), "the connection to close")
        assert page.values[WORKED] == 1


def test_a_target_that_changed_is_read_anew(tmp_path: Path, redis_server: Running, second: Running) -> None:
    """Under its name, at its new address."""
    spec = tmp_path / "monitoring.yml"
    write(spec, ("cache", redis_server.port))
    with serving(spec) as exporter:
        exporter.page()
        write(spec, ("cache", second.port))
        assert hang_up(exporter, taken=True).values['redis_up{target="cache"}'] == 1
        wait_until(lambda: (len(clients(redis_server)), len(clients(second))) == (0, 1), "the connection to move")


def test_a_wrong_spec_leaves_the_old_one_running(tmp_path: Path, redis_server: Running) -> None:
    """Every problem is in the log, and two figures say since when; mended, it is taken."""
    spec = tmp_path / "monitoring.yml"
    write(spec, ("cache", redis_server.port))
    with serving(spec) as exporter:
        first = exporter.page()
        spec.write_text(spec.read_text() + "hots: []\nslak: {}\n")
        page = hang_up(exporter, taken=False)

        assert (first.values[WORKED], page.values[WORKED]) == (1, 0)
        assert first.values[MOMENT] == page.values[MOMENT] <= time.time()
        assert page.values['redis_up{target="cache"}'] == 1
        refused = exporter.lines("spec refused")
        assert len(refused) == 2
        assert re.search(r'problem=".*monitoring.yml:6:1: hots: unknown key', refused[0])

        write(spec, ("renamed", redis_server.port))
        page = hang_up(exporter, taken=True)
        assert (page.values[WORKED], page.values[MOMENT] > first.values[MOMENT]) == (1, True)
        assert page.values['redis_up{target="renamed"}'] == 1


def test_a_secret_that_cannot_be_read_refuses_the_spec(tmp_path: Path, redis_server: Running) -> None:
    """As at the start."""
    spec = tmp_path / "monitoring.yml"
    write(spec, ("cache", redis_server.port))
    with serving(spec) as exporter:
        spec.write_text(f'{HEAD}  - {{name: b, url: "redis://redis", password: {{file: no}}}}\n')
        assert hang_up(exporter, taken=False).values['redis_up{target="cache"}'] == 1
        assert "b: " in exporter.lines("spec refused")[0]


def test_a_post_reloads_and_says_what_is_wrong(tmp_path: Path, redis_server: Running) -> None:
    """To who may ask for it; all problems, one a line."""
    spec = tmp_path / "monitoring.yml"
    write(spec, ("cache", redis_server.port))
    with serving(spec) as exporter:
        assert exporter.get("/-/reload", "POST")[0] == 200
        spec.write_text(spec.read_text() + "hots: []\nslak: {}\n")
        status, body = exporter.get("/-/reload", "POST")

        assert (status, body.count(b"\n")) == (500, 2)
        assert b"hots: unknown key" in body
        assert exporter.page().values[WORKED] == 0


def test_reloading_leaves_nothing_over(tmp_path: Path, redis_server: Running) -> None:
    """No thread, file or connection, however often."""
    spec = tmp_path / "monitoring.yml"
    write(spec, ("a", redis_server.port), ("b", redis_server.port))
    with serving(spec) as exporter:
        _, before = quiet(exporter)
        for number in range(5):
            write(spec, ("a", redis_server.port), (f"b{number}", redis_server.port))
            assert hang_up(exporter, taken=True).status == 200
        exporter.settled(before)
        assert len(clients(redis_server)) == 2


def test_the_process_imports_nothing_that_loads_a_spec(tmp_path: Path, redis_server: Running) -> None:
    """Pydantic and YAML cost twelve megabytes; a child has them, while it lives."""
    spec = tmp_path / "monitoring.yml"
    write(spec, ("cache", redis_server.port))
    with serving(spec, python=["-X", "importtime"]) as exporter:
        exporter.page()
        exporter.get("/health")
        hang_up(exporter, taken=True)
        exporter.page()
        imported = set(re.findall(r"\|\s+([\w.]+)$", exporter.log.read_text(), re.MULTILINE))

    assert {"exporter.app", "watchspec.cli", "watchspec.values"} <= imported
    heavy = {"pydantic", "pydantic_core", "yaml", "redis", "jinja2", "generator"}
    assert {name for name in imported if name.partition(".")[0] in heavy} == set()
    assert {"watchspec.load", "watchspec.source", "watchspec.spec", "watchspec.meaning"} & imported == set()
