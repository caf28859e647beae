"""Redis's protocol, against a socket that says what the test wants."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.deadline import Deadline
from exporter.reasons import ScrapeError
from exporter.redis.resp import Connection, Refusal, Reply

REPLIES = st.recursive(
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=50),
    lambda children: st.lists(children, max_size=4),
    max_leaves=10,
)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Our end of a connection, and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def packed(reply: Reply) -> bytes:
    """A reply as a server sends it."""
    match reply:
        case None:
            return b"$-1\r\n"
        case int():
            return b":%d\r\n" % reply
        case bytes():
            return b"$%d\r\n%b\r\n" % (len(reply), reply)
        case list():
            return b"*%d\r\n" % len(reply) + b"".join(map(packed, reply))
        case Refusal():
            return b"-%b\r\n" % reply.text.encode()


@given(st.lists(REPLIES, min_size=1, max_size=5))
def test_replies_come_back_as_they_were_sent(replies: list[Reply]) -> None:
    """Several to one write, nested, binary."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"".join(map(packed, replies)))

        assert Connection(ours, Deadline.after(5)).ask([("PING",)] * len(replies), Deadline.after(5)) == replies


def test_commands_are_sent_together(pair: tuple[socket.socket, socket.socket]) -> None:
    """One round trip; text is UTF-8."""
    ours, theirs = pair
    theirs.sendall(b"+PONG\r\n-NOPERM no\r\n")

    replies = Connection(ours, Deadline.after(5)).ask([("PING",), ("GET", "ž")], Deadline.after(5))

    assert theirs.recv(1000) == b"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$2\r\n\xc5\xbe\r\n"
    assert replies == [b"PONG", Refusal("NOPERM no")]


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n", b"$99999999999\r\n", b"$x\r\n", b"*1\r\n" * 100, b"$3\r\nabcd\r\n", b":1\n"],
)
def test_what_is_not_the_protocol_is_refused(pair: tuple[socket.socket, socket.socket], answer: bytes) -> None:
    """Without reading for ever, or allocating what a liar announces."""
    ours, theirs = pair
    theirs.sendall(answer)
    theirs.shutdown(socket.SHUT_WR)

    with pytest.raises(ScrapeError) as caught:
        Connection(ours, Deadline.after(5)).ask([("PING",)], Deadline.after(5))

    assert caught.value.reason == "protocol"


def test_a_server_that_drips_is_left_at_the_deadline(pair: tuple[socket.socket, socket.socket]) -> None:
    """One byte at a time keeps every single read short, and the whole answer endless."""
    ours, theirs = pair
    theirs.sendall(b"$1000000\r\n")
    over = threading.Event()

    def drip(send: Callable[[bytes], int]) -> None:
        while not over.wait(0.02):
            send(b"x")

    thread = threading.Thread(target=drip, args=(theirs.send,))
    thread.start()
    started = time.monotonic()
    try:
        with pytest.raises((ScrapeError, TimeoutError)):
            Connection(ours, Deadline.after(0.3)).ask([("INFO",)], Deadline.after(0.3))
    finally:
        over.set()
        thread.join()

    assert time.monotonic() - started < 1
