"""A kept connection to one server, with who we are on it and what the server refuses us."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from exporter import wire
from exporter.deadline import Deadline
from exporter.log import LOGGER
from exporter.place import Place
from exporter.reasons import Reason, ScrapeError
from exporter.redact import redact
from exporter.redis.resp import Command, Connection, Refusal, Reply

if TYPE_CHECKING:
    from watchspec.spec import Redis

_REASONS: Final[dict[str, Reason]] = {
    "NOAUTH": "auth", "WRONGPASS": "auth", "NOPERM": "denied", "DENIED": "denied", "LOADING": "loading",
}  # fmt: skip
_PAIRED: Final = frozenset({"ACL", "CLIENT", "CLUSTER", "CONFIG", "LATENCY", "MEMORY", "SENTINEL", "SLOWLOG", "XINFO"})
"""Commands whose second word is part of their name."""
_UNKNOWN: Final = ("ERR unknown command", "ERR unknown subcommand", "ERR Unknown subcommand", "ERR Unknown LATENCY")


class Session:
    """One connection at a time; after an exception there is none, and the next question opens another."""

    def __init__(self, spec: "Redis", place: Place) -> None:
        self._spec = spec
        self._place = place
        self._url = urlsplit(spec.url)
        self._connection: Connection | None = None
        self._secret = ""
        self._told: set[str] = set()
        self.denied: dict[str, Refusal] = {}
        """Commands that the server refuses on this connection, by name, or by name and key."""
        self.connecting = 0.0
        """Seconds that the last scrape spent on a connection; 0 if it was kept."""
        self.database = _database(self._url)

    @property
    def kept(self) -> bool:
        """Whether a connection is open."""
        return self._connection is not None

    def ask(self, commands: Sequence[Command], deadline: Deadline) -> list[Reply]:
        """Replies to `commands`, in one round trip; raises `ScrapeError`, `OSError` and `SecretUnreadable`.

        What was refused before on this connection is not asked again: the refusal is given back.
        """
        try:
            return self._ask(commands, deadline)
        except BaseException:
            self.close()
            raise

    def masked(self, text: str) -> str:
        """`text` without the password."""
        return redact(text, [self._secret])

    def close(self) -> None:
        """Close the connection, if there is one, and forget what was refused on it."""
        connection, self._connection = self._connection, None
        self.denied = {}
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()

    def _ask(self, commands: Sequence[Command], deadline: Deadline) -> list[Reply]:
        greeting: tuple[Command, ...] = ()
        if self._connection is None:
            greeting = tuple(self._greeting())
            started = time.perf_counter()
            self._connection = self._connect(deadline)
            self.connecting = time.perf_counter() - started
        known = [self._known(command) for command in commands]
        asked = [command for command, refusal in zip(commands, known, strict=True) if refusal is None]
        replies = self._connection.ask((*greeting, *asked), deadline) if greeting or asked else []
        self._greeted(greeting, replies)
        answers = iter(replies[len(greeting) :])
        return [
            refusal or self._noted(command, next(answers)) for command, refusal in zip(commands, known, strict=True)
        ]

    def _known(self, command: Command) -> Refusal | None:
        if not self.denied:
            return None
        name = _name(command)
        return self.denied.get(name) or self.denied.get(_with_key(name, command))

    def _noted(self, command: Command, reply: Reply) -> Reply:
        """The reply; if it says that we may not, or that there is no such command, that is remembered."""
        if isinstance(reply, Refusal) and (reply.code in {"NOPERM", "DENIED"} or reply.text.startswith(_UNKNOWN)):
            name = _name(command)
            of_key = "key" in reply.text.lower() and reply.code == "NOPERM"
            denied = _with_key(name, command) if of_key else name
            self.denied[denied] = reply
            if denied not in self._told:
                self._told.add(denied)
                fields = {"kind": "redis", "target": self._spec.name, "command": denied}
                LOGGER.warning("command refused", extra={"fields": fields | {"detail": self.masked(reply.text)}})
        return reply

    def _greeting(self) -> Iterator[Command]:
        user = self._spec.username or unquote(self._url.username or "")
        if self._spec.password is not None:
            self._secret = self._place.secret(self._spec.password)
            yield ("AUTH", user, self._secret) if user else ("AUTH", self._secret)
        yield ("CLIENT", "SETNAME", "watchspec")
        if self.database != "0":
            yield ("SELECT", self.database)

    def _greeted(self, greeting: Sequence[Command], replies: Sequence[Reply]) -> None:
        for command, reply in zip(greeting, replies, strict=False):
            if isinstance(reply, Refusal) and command[0] in {"AUTH", "SELECT"}:
                raise self.refused(reply, "auth" if command[0] == "AUTH" else "denied")

    def refused(self, reply: Refusal, otherwise: Reason) -> ScrapeError:
        """The failure that an answer stands for without which there is nothing to publish."""
        out_of_clients = "max number of clients" in reply.text
        reason: Reason = "refused" if out_of_clients else _REASONS.get(reply.code, otherwise)
        return ScrapeError(reason, self.masked(reply.text))

    def _connect(self, deadline: Deadline) -> Connection:
        if self._url.scheme == "unix":
            return Connection(wire.connect_unix(unquote(self._url.path), deadline), deadline)
        host, port = self._url.hostname or "", self._url.port or 6379
        sock, _ = wire.connect(wire.resolve(host, port, deadline), deadline)
        if self._url.scheme in {"rediss", "valkeys"}:
            tls = self._spec.tls
            name = tls.server_name if tls and tls.server_name else host
            try:
                context = wire.tls_context(tls, self._place)
            except OSError as error:
                sock.close()
                raise ScrapeError("tls", f"a file of the certificate cannot be used: {error}") from None
            return Connection(wire.secured(sock, context, name, deadline), deadline)
        return Connection(sock, deadline)


def _name(command: Command) -> str:
    """`config|get`, as Redis's own statistics write it."""
    words = command[:2] if command[0] in _PAIRED else command[:1]
    return "|".join(map(_text, words)).lower()


def _with_key(name: str, command: Command) -> str:
    key = command[name.count("|") + 1 :][:1]
    return " ".join((name, *map(_text, key)))


def _text(word: str | bytes) -> str:
    return word if isinstance(word, str) else word.decode("utf-8", "replace")


def _database(url: SplitResult) -> str:
    text = parse_qs(url.query).get("db", ["0"])[0] if url.scheme == "unix" else url.path.strip("/")
    return text if text.isdecimal() else "0"
