"""Servers on a socket of their own that answer as a test tells them, well or badly."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[socket.socket, bytes], None]
"""What is done with a connection and the first bytes that came over it."""


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None, *, listens: bool = True) -> Iterator[int]:
    """A server that hears what a client says first, if it `listens`, and answers; its port on 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                try:
                    with plain, context.wrap_socket(plain, server_side=True) if context else plain as sock:
                        answer(sock, _heard(sock) if listens else b"")
                except OSError:  # the client has gone, or does not like our certificate
                    continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def answering(status: str, body: bytes = b"", *headers: str) -> Answer:
    """An ordinary HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda sock, _: sock.sendall("\r\n".join(lines).encode() + body)


def saying(*pieces: bytes) -> Answer:
    """These bytes, piece by piece, and the end."""

    def answer(sock: socket.socket, _: bytes) -> None:
        for piece in pieces:
            sock.sendall(piece)

    return answer


def silent(sock: socket.socket, _: bytes) -> None:
    """Nothing, until the client has gone."""
    sock.recv(1)


def _heard(sock: socket.socket) -> bytes:
    """What a client says at once: a request with its body, if it announces one."""
    heard = sock.recv(65536)
    head, _, body = heard.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]) and (more := sock.recv(65536)):
        body += more
        heard += more
    return heard
