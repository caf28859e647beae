"""Slow, many and greedy clients."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from exporter.web import lobby

Serve = Callable[..., Any]
_CLIENTS = 200


@pytest.fixture
def opened() -> Iterator[Callable[..., list[socket.socket]]]:
    """Connections that are there but do not ask."""
    with ExitStack() as stack:

        def connect(port: int, count: int, first: bytes = b"") -> list[socket.socket]:
            found = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 20)) for _ in range(count)]
            for one in found:
                one.sendall(first)
            return found

        yield connect


@pytest.mark.parametrize("first", [b"", b"GET /metrics HTTP/1.1\r\nHost: x\r\n"])
def test_clients_that_do_not_finish_their_request_hold_up_nobody(
    serve: Serve, opened: Callable[..., list[socket.socket]], first: bytes
) -> None:
    """Two hundred of them, silent or half way."""
    running = serve()
    opened(running.port, _CLIENTS, first)

    started = time.monotonic()
    assert running.ask("/-/ready").status == 200

    assert time.monotonic() - started < 2


def test_a_client_that_drips_its_request_is_sent_away(
    serve: Serve, opened: Callable[..., list[socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it sends another byte (Slowloris); meanwhile others are served."""
    monkeypatch.setattr(lobby, "HEAD_SECONDS", 1.0)
    running = serve()
    slow = opened(running.port, 20, b"GET /metrics HTTP/1.1\r\n")
    gone = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while not gone.wait(0.05):
                for one in slow:
                    one.sendall(b"X")
        gone.set()

    thread = threading.Thread(target=drip)
    thread.start()
    assert running.ask("/-/ready").status == 200
    assert gone.wait(10), "the connections were not closed"
    thread.join()


def test_of_too_many_waiting_clients_the_oldest_go(
    serve: Serve, opened: Callable[..., list[socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a new one always gets in."""
    monkeypatch.setattr(lobby, "WAITING", 5)
    running = serve()

    found = opened(running.port, 10)

    assert found[0].recv(1) == b""
    found[-1].sendall(b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n")
    assert found[-1].recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("head", [b"X-Large: " + b"x" * 100_000, b"X: y\r\n" * 10_000])
def test_a_head_too_large_is_refused(serve: Serve, opened: Callable[..., list[socket.socket]], head: bytes) -> None:
    """The exporter keeps its memory."""
    running = serve()
    (client,) = opened(running.port, 1, b"GET / HTTP/1.1\r\nHost: x\r\n")

    with contextlib.suppress(OSError):  # refused while we still send
        client.sendall(head + b"\r\n\r\n")
        answer = client.recv(12)
        assert answer in {b"HTTP/1.1 413", b""}
    assert running.ask("/-/ready").status == 200


def test_a_body_too_large_is_refused(serve: Serve) -> None:
    """No page takes one."""
    assert serve().ask("/-/reload", "POST", Content_Length="1000000").status == 413


def test_a_kept_connection_serves_many_requests(serve: Serve) -> None:
    """Prometheus keeps one."""
    connection = serve().connection()
    for _ in range(3):
        connection.request("GET", "/-/ready")
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"The exporter is ready.\n")
    connection.close()


def test_requests_sent_together_are_answered_in_turn(serve: Serve, opened: Callable[..., list[socket.socket]]) -> None:
    """Pipelining, of heads longer than what is read at once."""
    running = serve()
    request = b"GET /-/ready HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 9000 + b"\r\n"
    (client,) = opened(running.port, 1, request + b"\r\n" + request + b"Connection: close\r\n\r\n")

    answer = b"".join(iter(lambda: client.recv(65536), b""))

    assert answer.count(b"HTTP/1.1 200") == 2


def test_no_thread_or_connection_is_left_over(serve: Serve, opened: Callable[..., list[socket.socket]]) -> None:
    """After clients that went away in the middle."""
    running = serve()
    running.ask("/metrics")
    before = threading.active_count()
    for one in opened(running.port, 50, b"GET /met"):
        one.close()

    assert running.ask("/-/ready").status == 200
    assert threading.active_count() == before


def test_a_client_that_does_not_read_its_answer_is_given_up(
    serve: Serve,
    target: Callable[..., Any],
    opened: Callable[..., list[socket.socket]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty of them, twice as many as there are threads."""
    monkeypatch.setattr(lobby, "WORK_SECONDS", 0.3)
    monkeypatch.setattr(lobby, "HEAD_SECONDS", 20.0)
    running = serve(target("redis", "cache", samples={f"redis_{'x' * 4000}_{n}": n for n in range(1500)}), scrapes=20)
    opened(running.port, 20, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")

    assert running.ask("/-/ready").status == 200
