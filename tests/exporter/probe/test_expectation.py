"""What the spec may expect of an answer."""

import time
from socket import socket

import pytest

from tests.support.probing import Probe
from tests.support.sockets import answering, saying, serving, silent

PAGE = answering("200 OK", b'{"status": "ok", "version": "1.4"}', "Content-Type: application/json; charset=utf-8")


@pytest.mark.parametrize(
    ("health", "why"),
    [
        ({}, None),
        ({"status": [200, 204]}, None),
        ({"status": "2xx"}, None),
        ({"status": 204}, "status"),
        ({"status": ["3xx", 404]}, "status"),
        ({"body": {"contains": '"ok"'}}, None),
        ({"body": {"contains": "down"}}, "body"),
        ({"body": {"lacks": "down"}}, None),
        ({"body": {"lacks": "ok"}}, "body"),
        ({"body": {"matches": r'"version": "1\.\d+"'}}, None),
        ({"body": {"matches": r'"version": "2\.\d+"'}}, "body"),
        ({"body": {"contains": "ok", "lacks": "version"}}, "body"),
        ({"headers": {"content-type": "APPLICATION/json"}}, None),
        ({"headers": {"Content-Type": "text/html"}}, "header"),
        ({"headers": {"X-Frame-Options": "deny"}}, "header"),
        ({"max_body": "1KB"}, None),
        ({"max_body": "10B"}, "too_large"),
    ],
)
def test_an_answer_is_as_expected_or_the_reason_says_what_is_not(
    probe: Probe, health: dict[str, object], why: str | None
) -> None:
    """One expectation at a time."""
    with serving(PAGE) as port:
        result = probe(f"http://127.0.0.1:{port}/", health=health)

    assert result.why == why
    assert result.values["probe_failed_due_to_regex"] == (why in {"body", "header"})
    assert result.values["probe_http_status_code"] == 200


def test_a_redirect_may_be_what_is_expected(probe: Probe) -> None:
    """Where it is not to be followed, its status is judged."""
    with serving(answering("302 Found", b"", "Location: /login")) as port:
        url = f"http://127.0.0.1:{port}/"
        expected = probe(url, health={"redirects": False, "status": 302})
        unexpected = probe(url, health={"redirects": False})

    assert (expected.why, unexpected.why) == (None, "redirect")
    assert expected.values["probe_http_redirects"] == 0


@pytest.mark.parametrize(
    ("health", "line", "end"),
    [
        ({"path": "/a b", "method": "HEAD"}, b"HEAD /a%20b HTTP/1.1", b"\r\n\r\n"),
        ({"path": "q?x=1&y=%20", "method": "GET"}, b"GET /q?x=1&y=%20 HTTP/1.1", b"\r\n\r\n"),
        ({"method": "POST", "send": "ping"}, b"POST / HTTP/1.1", b"\r\n\r\nping"),
    ],
)
def test_a_service_is_asked_as_the_spec_says(probe: Probe, health: dict[str, object], line: bytes, end: bytes) -> None:
    """Method, path and body."""
    heard: list[bytes] = []

    def answer(sock: socket, said: bytes) -> None:
        heard.append(said)
        sock.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with serving(answer) as port:
        result = probe(f"http://127.0.0.1:{port}", health=health)

    assert result.why is None
    assert heard[0].startswith(line)
    assert heard[0].endswith(end)


def test_a_pattern_that_takes_for_ever_ends_at_the_deadline(probe: Probe) -> None:
    """Nested repetition: years of work on thirty letters."""
    with serving(answering("200 OK", b"a" * 40 + b"b")) as port:
        started = time.monotonic()
        result = probe(f"http://127.0.0.1:{port}", seconds=1, health={"body": {"matches": "(a+)+$"}})

    assert (result.why, time.monotonic() - started < 2) == ("timeout", True)


def test_a_connection_may_have_to_greet(probe: Probe) -> None:
    """A mail server speaks first; a cache answers."""
    with serving(saying(b"220 mail.example ESMTP\r\n", b"more"), listens=False) as mail:
        url = f"tcp://127.0.0.1:{mail}"
        assert probe(url, health={"body": {"contains": "ESMTP"}}).why is None
        assert probe(url, health={"body": {"matches": "^220 .*P\r\n$"}}).why is None
        assert probe(url, health={"body": {"contains": "more"}}).why == "body"
    with serving(lambda sock, said: sock.sendall(b"+PONG\r\n" if said == b"PING\r\n" else b"-ERR\r\n")) as cache:
        url = f"tcp://127.0.0.1:{cache}"
        assert probe(url, health={"send": "PING\r\n", "body": {"contains": "PONG"}}).why is None
        assert probe(url, health={"send": "PONG\r\n", "body": {"contains": "PONG"}}).why == "body"


def test_a_line_without_end_is_too_large(probe: Probe) -> None:
    """64 KiB are enough of a greeting."""
    with serving(saying(b"x" * 1_000_000), listens=False) as port:
        assert probe(f"tcp://127.0.0.1:{port}", health={"body": {"contains": "y"}}).why == "too_large"


def test_silence_is_a_timeout_where_a_greeting_is_expected(probe: Probe) -> None:
    """And none where not."""
    with serving(silent, listens=False) as port:
        url = f"tcp://127.0.0.1:{port}"
        assert probe(url, seconds=0.3, health={"body": {"contains": "x"}}).why == "timeout"
        assert probe(url).why is None
