"""Servers that misbehave, each in its own way."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def talker(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP server that treats every client so, each on a thread of its own; its port."""
    clients: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:

        def serve(client: socket.socket) -> None:
            with client, contextlib.suppress(OSError):
                talk(client)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = server.accept()
                    clients.append(client)
                    threading.Thread(target=serve, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for client in clients:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)


@contextmanager
def blackhole() -> Iterator[int]:
    """A port that answers nobody: its server's queue is full, and Linux drops every further SYN."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(3):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield int(server.getsockname()[1])


def silent(client: socket.socket) -> None:
    """Never say a word; return when the client has left."""
    while client.recv(4096):
        pass


def dripping(first: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """Begin well, then say one byte every twentieth of a second, for ever."""

    def talk(client: socket.socket) -> None:
        client.recv(4096)
        client.sendall(first)
        never = threading.Event()
        while not never.wait(0.05):
            client.sendall(drop)

    return talk


def endless(first: bytes) -> Callable[[socket.socket], None]:
    """Begin well, then say more as fast as the client takes it, for ever."""

    def talk(client: socket.socket) -> None:
        client.recv(4096)
        client.sendall(first)
        while True:
            client.sendall(b"x" * 65536)

    return talk
