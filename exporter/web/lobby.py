"""Where connections wait until their request is there: a slow client never holds a thread.

Cheroot gives a thread to each new connection before it has said anything. Here the handshake and the head of the
request are read without blocking by one thread for all of them, and a thread is taken when the head is complete.
"""

import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal

from cheroot.makefile import MakeFile, StreamReader
from cheroot.server import HTTPConnection

from exporter.log import LOGGER
from exporter.web.tls import Follower, allowed

Progress = Literal["ready", "read", "write", "gone"]
"""ready: the head is there. read, write: wait until the socket can. gone: the client left, or may not come in."""
HEAD_BYTES: Final = 16 * 1024
"""A longer head is refused with 413."""
HEAD_SECONDS: Final = 5.0
"""The handshake and the head of a request have this long."""
WAITING: Final = 256
"""Connections that may wait; of more the oldest go."""
WORK_SECONDS: Final = 10.0
"""Each write to a client that does not read may take this long."""
_CHUNK: Final = 4096
_TICK: Final = 0.5
_PLAIN_HTTP: Final = b"HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nThis is HTTPS; write https://\n"
_EVENTS: Final = {"read": selectors.EVENT_READ, "write": selectors.EVENT_WRITE}


class _Replayed:
    """A socket whose first bytes were read already."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.head = bytearray()

    def recv_into(self, buffer: memoryview) -> int:
        """What was read ahead, then what the socket has."""
        if not self.head:
            return self._sock.recv_into(buffer)
        count = min(len(buffer), len(self.head))
        buffer[:count] = self.head[:count]
        del self.head[:count]
        return count

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # everything else is the socket's
        return getattr(self._sock, name)


class _Reader(StreamReader):
    """Cheroot's reader, which knows of what was read ahead."""

    def __init__(self, ahead: _Replayed, size: int) -> None:
        super().__init__(ahead, "rb", size)
        self._ahead = ahead

    def has_data(self) -> bool:
        """Whether something of the next request is there."""
        return bool(self._ahead.head) or bool(super().has_data())  # type: ignore[no-untyped-call]


class Connection(HTTPConnection):
    """A connection that reads the head of a request before it needs a thread."""

    def __init__(self, server: Any, sock: socket.socket, makefile: Any = MakeFile) -> None:  # noqa: ANN401  # cheroot's
        super().__init__(server, sock, makefile)
        self._ahead = _Replayed(sock)
        self.rfile = _Reader(self._ahead, self.rbufsize)
        self._shaken = not isinstance(sock, ssl.SSLSocket)

    def advance(self) -> Progress:
        """Go as far as it goes without waiting."""
        try:
            self.socket.settimeout(0)
            if not self._shaken and not self._shake():
                return "gone"
            return self._read()
        except (ssl.SSLWantReadError, BlockingIOError):
            return "read"
        except ssl.SSLWantWriteError:
            return "write"
        except ssl.SSLError as error:
            if error.reason == "HTTP_REQUEST":
                self._say_https()
            return "gone"
        except Exception as error:  # noqa: BLE001  # no client may end the thread in which all wait
            if not isinstance(error, OSError):
                LOGGER.error("unexpected", exc_info=error)
            return "gone"

    def _shake(self) -> bool:
        self.socket.do_handshake()
        self._shaken = True
        adapter = self.server.ssl_adapter
        return not isinstance(adapter, Follower) or allowed(self.socket.getpeercert(), adapter.tls.client_allowed_sans)

    def _read(self) -> Progress:
        head = self._ahead.head
        while b"\r\n\r\n" not in head and b"\n\n" not in head and len(head) <= HEAD_BYTES:
            data = self.socket.recv(_CHUNK)
            if not data:
                return "gone"
            head += data
        self.socket.settimeout(WORK_SECONDS)
        return "ready"

    def _say_https(self) -> None:
        with suppress(OSError), socket.socket(fileno=socket.dup(self.socket.fileno())) as plain:
            plain.send(_PLAIN_HTTP)


class Lobby:
    """One thread in which connections wait; those whose request is there go to `serve`."""

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self._serve = serve
        self._arrivals: deque[Connection] = deque()
        self._waiting: dict[Connection, float] = {}
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._ear.settimeout(0)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._open = True
        self._thread = threading.Thread(target=self._run, name="lobby", daemon=True)
        self._thread.start()

    def enter(self, connection: Connection) -> None:
        """Take a connection that is new or begins another request."""
        progress = "ready" if connection.rfile.has_data() else connection.advance()
        if progress == "ready":
            self._serve(connection)
        elif progress == "gone":
            connection.close()
        else:
            self._arrivals.append(connection)
            with suppress(OSError):  # closed meanwhile
                self._bell.send(b"\0")

    def close(self) -> None:
        """Send everybody away."""
        self._open = False
        self._bell.close()
        self._thread.join(2 * _TICK)

    def _run(self) -> None:
        while self._open:
            for key, _ in self._selector.select(_TICK):
                if key.data is None:
                    self._welcome()
                else:
                    self._step(key.data)
            self._send_away()
        for connection in [*self._waiting, *self._arrivals]:
            connection.close()
        self._selector.close()
        self._ear.close()

    def _welcome(self) -> None:
        with suppress(BlockingIOError):
            self._ear.recv(4096)
        while self._arrivals:
            connection = self._arrivals.popleft()
            self._waiting[connection] = time.monotonic() + HEAD_SECONDS
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._step(connection)

    def _step(self, connection: Connection) -> None:
        progress = connection.advance()
        events = _EVENTS.get(progress)
        if events is not None:
            self._selector.modify(connection.socket, events, connection)
            return
        self._forget(connection)
        if progress == "ready":
            self._serve(connection)
        else:
            connection.close()

    def _send_away(self) -> None:
        """Those that took too long, and the oldest of too many; they stand in the order in which they came."""
        now = time.monotonic()
        while self._waiting:
            oldest, until = next(iter(self._waiting.items()))
            if until > now and len(self._waiting) <= WAITING:
                return
            self._forget(oldest)
            oldest.close()

    def _forget(self, connection: Connection) -> None:
        del self._waiting[connection]
        self._selector.unregister(connection.socket)
