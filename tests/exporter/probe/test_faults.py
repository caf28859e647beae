"""Services that answer badly: each probe ends in time, says why, and leaves nothing open."""

import gzip
import socket
import struct
import time
from pathlib import Path

import pytest

from exporter import wire
from exporter.deadline import Deadline
from tests.support.probing import Probe
from tests.support.sockets import Answer, answering, saying, serving

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def forever(start: bytes, piece: bytes, pause: float = 0) -> Answer:
    """`start`, and then `piece` again and again until the client has gone."""

    def answer(sock: socket.socket, _: bytes) -> None:
        sock.sendall(start)
        while True:
            sock.sendall(piece)
            time.sleep(pause)

    return answer


def silent(start: bytes) -> Answer:
    """`start`, and then nothing until the client has gone."""

    def answer(sock: socket.socket, _: bytes) -> None:
        sock.sendall(start)
        sock.recv(1)

    return answer


def reset_after(start: bytes) -> Answer:
    """`start`, and then the connection is reset."""

    def answer(sock: socket.socket, _: bytes) -> None:
        sock.sendall(start)
        time.sleep(0.05)  # so that it is read before it is lost
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return answer


def bomb() -> bytes:
    """A page of 64 MiB in 64 KiB."""
    body = gzip.compress(bytes(64 * 1024 * 1024), 9)
    return HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(forever(HEAD, b"X: y\r\n", 0.01), "timeout", id="dripping headers"),
        pytest.param(forever(HEAD + b"Content-Length: 9999\r\n\r\n", b"x", 0.01), "timeout", id="dripping body"),
        pytest.param(forever(CHUNKED, b"1\r\nx\r\n", 0.01), "timeout", id="dripping chunks"),
        pytest.param(forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01), "timeout", id="endless continue"),
        pytest.param(silent(b""), "timeout", id="half-open"),
        pytest.param(silent(HEAD + b"Content-Length: 5\r\n\r\nab"), "timeout", id="half-open in the body"),
        pytest.param(forever(HEAD, b"X: y\r\n"), "too_large", id="endless headers"),
        pytest.param(forever(HEAD + b"X: ", b"y" * 4096), "too_large", id="one endless header"),
        pytest.param(forever(b"HTTP/1.1 200 ", b"y" * 4096), "too_large", id="endless status line"),
        pytest.param(saying(CHUNKED + b"zz\r\n"), "protocol", id="bad chunk"),
        pytest.param(saying(CHUNKED + b"-5\r\nx\r\n"), "protocol", id="negative chunk"),
        pytest.param(saying(CHUNKED + b"5\r\nab"), "protocol", id="chunk cut short"),
        pytest.param(saying(HEAD + b"Content-Encoding: gzip\r\n\r\nno"), "protocol", id="bad gzip"),
        pytest.param(saying(b"HTTP/1.1 abc\r\n\r\n"), "protocol", id="bad status"),
        pytest.param(saying(b"SSH-2.0-OpenSSH\r\n"), "protocol", id="another protocol"),
        pytest.param(saying(), "reset", id="no answer"),
        pytest.param(saying(HEAD + b"Content-Length: 5\r\n\r\nab"), "reset", id="body cut short"),
        pytest.param(reset_after(HEAD + b"Content-Length: 5\r\n\r\nab"), "reset", id="reset in the body"),
        pytest.param(answering("302 Found", b"", "Location: /again"), "redirect", id="endless redirects"),
        pytest.param(answering("302 Found", b"", "Location: file:///etc/passwd"), "redirect", id="redirect to a file"),
        pytest.param(answering("302 Found", b"", "Location: http://h:99999/"), "redirect", id="redirect to nonsense"),
        pytest.param(answering("302 Found", b"", "Location: http://[::1/"), "redirect", id="redirect to half a host"),
        pytest.param(answering("302 Found"), "status", id="redirect to nowhere"),
        pytest.param(answering("503 Busy"), "status", id="unavailable"),
    ],
)
def test_a_bad_answer_ends_in_time_with_its_reason(probe: Probe, answer: Answer, why: str) -> None:
    """Whatever the service does."""
    with serving(answer) as port:
        started = time.monotonic()
        result = probe(f"http://127.0.0.1:{port}", seconds=0.5)

    assert result.why == why
    assert time.monotonic() - started < 1.5
    assert result.values["probe_success"] == 0
    assert 'probe_http_duration_seconds{phase="connect"}' in result.values


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(forever(HEAD + b"\r\n", b"x" * 65536), id="plain"),
        pytest.param(forever(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), id="chunked"),
        pytest.param(saying(bomb()), id="gzip bomb"),
    ],
)
def test_a_huge_body_is_read_up_to_a_limit(probe: Probe, answer: Answer) -> None:
    """One MiB if the spec does not say; what the spec says is a limit that must be kept."""
    with serving(answer) as port:
        well = probe(f"http://127.0.0.1:{port}")
        strict = probe(f"http://127.0.0.1:{port}", health={"max_body": "10KB"})

    assert (well.why, strict.why) == (None, "too_large")
    assert well.values["probe_http_uncompressed_body_length"] == 1024 * 1024
    assert strict.values["probe_http_uncompressed_body_length"] == 10 * 1024


def test_redirects_are_counted_and_end(probe: Probe) -> None:
    """Ten are followed."""
    with serving(answering("301 Moved", b"", "Location: /again")) as port:
        result = probe(f"http://127.0.0.1:{port}")

    assert result.values["probe_http_redirects"] == 10


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://nobody.invalid/", "dns"),
        (f"http://{'x' * 70}.invalid/", "dns"),
        ("http://a..b/", "dns"),
        ("http://127.0.0.1:1/", "refused"),
        ("tcp://127.0.0.1:1", "refused"),
    ],
)
def test_a_service_that_is_not_there_says_which_way(probe: Probe, url: str, why: str) -> None:
    """No name, or nobody who listens."""
    result = probe(url)

    assert result.why == why
    assert ("probe_ip_protocol" in result.values) is (why == "refused")


def test_a_full_backlog_is_a_timeout(probe: Probe) -> None:
    """As behind a firewall that drops: nothing comes back at all."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        result = probe(f"http://127.0.0.1:{address[1]}", seconds=0.3)
        for filler in fillers:
            filler.close()

    assert result.why == "timeout"


def test_another_address_is_tried_when_one_does_not_answer() -> None:
    """IPv6 first as the system says, then IPv4, and the other way round."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        four, six = (socket.AF_INET, ("127.0.0.1", port)), (socket.AF_INET6, ("::1", port))
        for addresses in ([six, four], [four, six]):
            sock, family = wire.connect(addresses, Deadline.after(2))
            sock.close()
            assert family == socket.AF_INET


def test_a_secret_that_no_header_can_hold_is_named_not_shown(probe: Probe, tmp_path: Path) -> None:
    """A file of two lines; the answer of the service does not matter."""
    (tmp_path / "token").write_text("S3cret\nX-Evil: 1")

    result = probe("http://127.0.0.1:1/", headers={"X-Token": {"secret": {"file": "token"}}})

    assert (result.why, "X-Token" in result.detail, "S3cret" in result.detail) == ("missing_secret", True, False)
