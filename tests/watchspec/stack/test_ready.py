"""The health check of the exporter's container: over TLS where the stack is secure, plainly where it is not."""

import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.support.need import program
from watchspec.stack import ready, tls
from watchspec.stack.machine import free_port


class _Part(BaseHTTPRequestHandler):
    seen: list[tuple[str, str | None]]
    answer: int

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["Authorization"]))
        self.send_response(self.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def part() -> Iterator[HTTPServer]:
    """Something that answers; its class remembers what it was asked."""
    _Part.seen, _Part.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), _Part)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_open_part_is_asked_plainly(part: HTTPServer, tmp_path: Path) -> None:
    """Nothing lies in the volume."""
    assert ready.main([str(part.server_port)], tmp_path) == 0
    assert _Part.seen == [("/-/ready", None)]


def test_a_secure_part_is_asked_over_tls_with_the_password(part: HTTPServer, tmp_path: Path) -> None:
    """Its certificate is verified."""
    program("openssl")
    tls.create(tmp_path / "machine")
    for name, text, _ in tls.contents(tmp_path / "machine"):
        (tmp_path / name).write_text(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "exporter.pem", tmp_path / "exporter.key")
    part.socket = context.wrap_socket(part.socket, server_side=True)
    assert ready.main([str(part.server_port)], tmp_path) == 0
    [(path, login)] = _Part.seen
    assert path == "/-/ready"
    assert str(login).startswith("Basic ")


def test_one_that_is_not_ready_says_what_it_answered(
    part: HTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The engine keeps the line: `docker inspect` shows it."""
    _Part.answer = 503
    assert ready.main([str(part.server_port)], tmp_path) == 1
    assert capsys.readouterr().err == "answered 503\n"


def test_one_that_does_not_answer_is_not_ready(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a traceback."""
    assert ready.main([str(free_port())], tmp_path) == 1
    assert capsys.readouterr().err.startswith("no answer: ")
