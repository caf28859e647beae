"""A client of Redis's protocol, RESP2: many commands in one round trip, all within one deadline.

It speaks the protocol itself because a client library waits for each read anew, and a server that drips its answer
would hold a scrape for minutes. Protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

import io
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Union

from exporter.deadline import Deadline
from exporter.reasons import ScrapeError
from exporter.wire import DeadlineReader

Command = tuple[str | bytes, ...]
_LONGEST_LINE: Final = 64 * 1024
_LARGEST: Final = 32 * 1024 * 1024
_DEEPEST: Final = 16


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that the server answers to one command, such as `NOPERM …`."""

    text: str

    @property
    def code(self) -> str:
        """The first word: `ERR`, `NOAUTH`, `WRONGPASS`, `NOPERM`, `LOADING`."""
        return self.text.partition(" ")[0]


Reply = Union[int, bytes, None, Refusal, list["Reply"]]  # noqa: UP007  # a recursive type needs the quotes


class Connection:
    """An open connection; after any exception it must be closed."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._raw = DeadlineReader(sock, deadline)
        self._input = io.BufferedReader(self._raw, 64 * 1024)

    def ask(self, commands: Sequence[Command], deadline: Deadline) -> list[Reply]:
        """The replies to `commands`, sent together; raises `ScrapeError` and `OSError`."""
        self._raw.deadline = deadline
        self._sock.settimeout(deadline.remaining())
        self._sock.sendall(b"".join(map(_packed, commands)))
        return [self._reply() for _ in commands]

    def close(self) -> None:
        """Close the socket."""
        self._input.close()
        self._sock.close()

    def _reply(self, depth: int = 0) -> Reply:
        line = self._input.readline(_LONGEST_LINE)
        if not line:
            raise ScrapeError("refused", "the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if not line.endswith(b"\r\n") or depth > _DEEPEST:
            raise _nonsense()
        match kind:
            case b"+":
                return rest
            case b"-":
                return Refusal(rest.decode("utf-8", "replace"))
            case b":":
                return _integer(rest)
            case b"$":
                return self._bulk(_size(rest))
            case b"*":
                size = _size(rest)
                return None if size < 0 else [self._reply(depth + 1) for _ in range(size)]
            case _:
                raise _nonsense()

    def _bulk(self, size: int) -> bytes | None:
        if size < 0:
            return None
        body = self._input.read(size + 2)
        if len(body) != size + 2 or body[-2:] != b"\r\n":
            raise _nonsense()
        return body[:-2]


def _packed(command: Command) -> bytes:
    parts = [part if isinstance(part, bytes) else part.encode() for part in command]
    return b"*%d\r\n" % len(parts) + b"".join([b"$%d\r\n%b\r\n" % (len(part), part) for part in parts])


def _integer(text: bytes) -> int:
    try:
        return int(text)
    except ValueError:
        raise _nonsense() from None


def _size(text: bytes) -> int:
    size = _integer(text)
    if not -1 <= size <= _LARGEST:
        raise _nonsense()
    return size


def _nonsense() -> ScrapeError:
    return ScrapeError("protocol", "the answer is not Redis's protocol")
