"""The exporter as a process: its start, its end, its log."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exporter.serve import parse_listen
from tests.support.need import program
from tests.support.servers import RunningPostgres, accepts, free_port, redis_server, wait_until
from watchspec.errors import UsageError

HOST = "version: 1\nname: test\nhosts: [{name: web-1}, {name: web-2}]\n"


@contextmanager
def exporter(spec: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running exporter, and its port."""
    port = free_port()
    command = [sys.executable, "-m", "exporter", str(spec), "--listen", f"127.0.0.1:{port}", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: accepts(port) or process.poll() is not None, "the exporter to listen")
            yield process, port
        finally:
            process.kill()


def run(spec: Path, *options: str, **environment: str) -> tuple[int, str]:
    """Exit status and standard error, less warnings, of an exporter that should not come up."""
    command = [sys.executable, "-m", "exporter", str(spec), *options]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False, env={**os.environ, **environment}
    )
    errors = [line for line in ended.stderr.splitlines(keepends=True) if "warning: " not in line]
    return ended.returncode, "".join(errors)


def page(port: int) -> str:
    """What the exporter publishes."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as response:
        return str(response.read().decode())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """With status 0, so that a service manager does not call it a failure."""
    (tmp_path / "monitoring.yml").write_text(HOST)
    with exporter(tmp_path / "monitoring.yml") as (process, port):
        assert 'watchspec_scrape_success{kind="host",target="web-1"} 1' in page(port)
        process.send_signal(number)
        _, log = process.communicate(timeout=10)

    assert process.returncode == 0
    assert [line.partition("msg=")[2].split()[0] for line in log.splitlines() if "msg=" in line] == [
        "serving",
        "stopped",
    ]


def test_a_running_scrape_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """Service managers kill what takes ten seconds."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f'redis: [{{name: silent, url: "redis://127.0.0.1:{silent.getsockname()[1]}"}}]\n'
        (tmp_path / "monitoring.yml").write_text(HOST + target)
        with exporter(tmp_path / "monitoring.yml") as (process, port):
            scrape = threading.Thread(target=page, args=(port,))
            scrape.start()
            connection, _ = silent.accept()
            started = time.monotonic()
            process.terminate()
            process.communicate(timeout=10)
            scrape.join()
            connection.close()

    assert process.returncode == 0
    assert time.monotonic() - started < 4


def test_a_host_is_chosen_by_name(tmp_path: Path) -> None:
    """With what it watches; the first one watches the rest."""
    spec = tmp_path / "monitoring.yml"
    redis = 'redis: [{name: a, url: "redis://127.0.0.1:1", watched_by: web-2}, {name: b, url: "redis://127.0.0.1:1"}]\n'
    spec.write_text(HOST + redis)

    seen = {}
    for options in ((), ("--host", "web-2")):
        with exporter(spec, *options) as (_, port):
            seen[options] = page(port)

    assert 'redis_up{target="b"} 0' in seen[()]
    assert 'redis_up{target="a"}' not in seen[()]
    assert 'redis_up{target="a"} 0' in seen["--host", "web-2"]
    assert 'kind="host",target="web-2"' in seen["--host", "web-2"]
    assert run(spec, "--host", "web-3") == (2, "--host web-3: no such host in the spec; known: web-1, web-2\n")


def test_what_the_spec_names_can_be_found_elsewhere(tmp_path: Path) -> None:
    """`--connect`, as for a stack whose names only its own network knows."""
    (tmp_path / "monitoring.yml").write_text(HOST + 'redis: [{name: cache, url: "redis://redis:6379/0"}]\n')
    with (
        redis_server(tmp_path) as server,
        exporter(tmp_path / "monitoring.yml", "--connect", f"redis:6379=127.0.0.1:{server.port}") as (_, port),
    ):
        assert 'redis_up{target="cache"} 1' in page(port)


def test_a_secret_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """Before anything is served."""
    spec = tmp_path / "monitoring.yml"
    spec.write_text(HOST + 'redis: [{name: cache, url: "redis://redis", password: {file: nowhere}}]\n')

    status, text = run(spec)

    assert status == 1
    assert text.splitlines()[-1] == f"cache: {tmp_path}/nowhere: cannot read this secret: No such file or directory"
    assert "Traceback" not in text


def test_an_address_in_use_ends_it_with_one_line(tmp_path: Path) -> None:
    """And status 1."""
    (tmp_path / "monitoring.yml").write_text(HOST)
    with exporter(tmp_path / "monitoring.yml") as (_, port):
        status, text = run(tmp_path / "monitoring.yml", "--listen", f"127.0.0.1:{port}")

    assert (status, text.count("\n")) == (1, 1)
    assert "the address is in use" in text


@pytest.mark.parametrize("text", ["9877", "host:", ":x", ":70000"])
def test_a_wrong_address_to_listen_on_is_refused(text: str) -> None:
    """With an example of a right one."""
    with pytest.raises(UsageError, match="such as"):
        parse_listen(text)


def test_addresses_to_listen_on() -> None:
    """Names, IPv4, IPv6, and everything."""
    assert parse_listen("localhost:80") == ("localhost", 80)
    assert parse_listen("[::1]:80") == ("::1", 80)
    assert parse_listen(":80")[0] in {"::", "0.0.0.0"}


def test_promtool_reads_the_whole_page(tmp_path: Path, postgres_server: RunningPostgres) -> None:
    """It complains of compatible names only, never of the format."""
    spec = tmp_path / "monitoring.yml"
    promtool = program("promtool")
    with redis_server(tmp_path) as redis:
        targets = (
            f'redis: [{{name: cache, url: "redis://127.0.0.1:{redis.port}"}}]\n'
            f'postgres: [{{name: main, url: "{postgres_server.url()}"}}]\n'
            f'services: [{{name: port, url: "tcp://127.0.0.1:{redis.port}"}}]\n'
        )
        spec.write_text(HOST + targets)
        with exporter(spec) as (_, port):
            text = page(port)

    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)

    known = ("snake_case", "_total", "_count", "unit", "type", "abbreviated")
    assert checked.returncode in {0, 3}, checked.stderr
    assert [line for line in checked.stderr.splitlines() if not any(word in line for word in known)] == []
    assert [line for line in checked.stderr.splitlines() if line.startswith("watchspec_")] == []


def test_no_secret_is_told_by_page_or_log(tmp_path: Path) -> None:
    """Right or wrong, of a server that answers or not."""
    for name in ("right", "wrong"):
        (tmp_path / name).write_text(f"S3cret-{name}\n")
    with redis_server(tmp_path, "--requirepass", "S3cret-right") as redis:
        lines = [
            f'  - {{name: {name}, url: "redis://127.0.0.1:{at}", password: {{file: {secret}}}}}'
            for name, at, secret in (("a", redis.port, "right"), ("b", redis.port, "wrong"), ("c", 1, "right"))
        ]
        lines += ["postgres:", '  - {name: d, url: "postgresql://u@127.0.0.1:1/d", password: {file: right}}']
        (tmp_path / "monitoring.yml").write_text("\n".join([HOST + "redis:", *lines, ""]))
        with exporter(tmp_path / "monitoring.yml") as (process, port):
            pages = page(port) + page(port)
            process.terminate()
            _, log = process.communicate(timeout=10)

    assert 'redis_up{target="a"} 1' in pages
    assert 'reason="auth"' in pages
    assert "target=b reason=auth" in log
    assert "S3cret" not in pages + log
