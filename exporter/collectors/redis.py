"""A Redis or Valkey server: one kept connection, one round trip, two if the spec names queues."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from exporter import wire
from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.place import Place
from exporter.reasons import Reason, ScrapeError, of_os_error
from exporter.redact import redact
from exporter.redis import families
from exporter.redis.fields import CONFIG
from exporter.redis.info import parse
from exporter.redis.resp import Command, Connection, Refusal, Reply
from watchspec.errors import SecretUnreadable
from watchspec.spec import Redis

_SETTINGS: Final = (*(field.field for field in CONFIG), "databases", "client-output-buffer-limit")
_COMMANDS: Final[tuple[Command, ...]] = (
    ("INFO", "ALL"), ("SLOWLOG", "LEN"), ("SLOWLOG", "GET", "1"), ("LATENCY", "LATEST"), ("LATENCY", "HISTOGRAM"),
    *(("CONFIG", "GET", name) for name in _SETTINGS),
)  # fmt: skip
_LENGTH: Final = {
    b"list": "LLEN", b"stream": "XLEN", b"zset": "ZCARD", b"set": "SCARD", b"hash": "HLEN", b"string": "STRLEN",
}  # fmt: skip
_UP: Final = ("redis_up", "Whether Redis answers (1) or not (0).")
_KEY_SIZE: Final = "Length of the key: elements of a list, stream, set or hash; 0 if it does not exist."


class RedisCollector:
    """Reads one server."""

    kind: Final = "redis"
    labels: Final = ""

    def __init__(self, spec: Redis, place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._place = place
        self._url = urlsplit(spec.url)
        self._common = render(target=spec.name)
        self._connection: Connection | None = None
        self._secret = ""

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Everything the server says; raises `ScrapeError`."""
        try:
            return self._collect(deadline)
        except OSError as error:
            raise ScrapeError(of_os_error(error), redact(str(error), [self._secret])) from None
        except SecretUnreadable as error:
            raise ScrapeError("missing_secret", str(error)) from None

    def down(self) -> Iterable[Family]:
        """`redis_up 0`."""
        out = Families(self._common)
        out.gauge(*_UP, 0)
        return out

    def abort(self) -> None:
        """Nothing: every wait keeps the deadline, but for that of the resolver, which cannot be ended."""

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()

    def _collect(self, deadline: Deadline) -> Iterable[Family]:
        kept = self._connection is not None
        try:
            replies, lengths = self._exchange(deadline)
        except (OSError, ScrapeError) as error:
            self.close()
            # The server may have closed a connection that idled since the last scrape: that is no failure.
            if (
                not kept
                or (isinstance(error, ScrapeError) and error.reason != "refused")
                or isinstance(error, TimeoutError)
            ):
                raise
            replies, lengths = self._exchange_once(deadline)
        return self._families(replies, lengths)

    def _exchange_once(self, deadline: Deadline) -> tuple[list[Reply], dict[str, int]]:
        try:
            return self._exchange(deadline)
        except (OSError, ScrapeError):
            self.close()
            raise

    def _exchange(self, deadline: Deadline) -> tuple[list[Reply], dict[str, int]]:
        first = self._connection is None
        connection = self._connection = self._connection or self._connect(deadline)
        greeting = tuple(self._greeting()) if first else ()
        types = tuple(("TYPE", key) for key in self._spec.queues)
        replies = connection.ask((*greeting, *_COMMANDS, *types), deadline)
        self._accepted(greeting, replies)
        answers = replies[len(greeting) :]
        return answers, self._lengths(connection, answers[len(_COMMANDS) :], deadline)

    def _accepted(self, greeting: tuple[Command, ...], replies: list[Reply]) -> None:
        for command, reply in zip(greeting, replies, strict=False):
            if isinstance(reply, Refusal) and command[0] in {"AUTH", "SELECT"}:
                self._refused(reply, "auth" if command[0] == "AUTH" else "denied")
        info = replies[len(greeting)]
        if isinstance(info, Refusal):
            self._refused(info, "protocol")
        if not isinstance(info, bytes):
            raise ScrapeError("protocol", "INFO did not answer with text")

    def _refused(self, reply: Refusal, otherwise: Reason) -> None:
        reasons: dict[str, Reason] = {"NOAUTH": "auth", "WRONGPASS": "auth", "NOPERM": "denied", "DENIED": "denied"}
        reason = "refused" if "max number of clients" in reply.text else reasons.get(reply.code, otherwise)
        self.close()
        raise ScrapeError(reason, redact(reply.text, [self._secret]))

    def _lengths(self, connection: Connection, types: list[Reply], deadline: Deadline) -> dict[str, int]:
        """Lengths of the spec's queues, each by the command of its type: a wrong one would count as an error."""
        found = dict(zip(self._spec.queues, types, strict=True))
        asked = [(key, _LENGTH[kind]) for key, kind in found.items() if isinstance(kind, bytes) and kind in _LENGTH]
        replies = connection.ask([(command, key) for key, command in asked], deadline) if asked else []
        lengths = {key: 0 for key, kind in found.items() if kind == b"none"}
        answered = zip(asked, replies, strict=True)
        return lengths | {key: reply for (key, _), reply in answered if isinstance(reply, int)}

    def _greeting(self) -> Iterator[Command]:
        user = self._spec.username or unquote(self._url.username or "")
        if self._spec.password is not None:
            self._secret = self._place.secret(self._spec.password)
            yield ("AUTH", user, self._secret) if user else ("AUTH", self._secret)
        yield ("CLIENT", "SETNAME", "watchspec")
        if self._database() != "0":
            yield ("SELECT", self._database())

    def _database(self) -> str:
        return _database(self._url)

    def _connect(self, deadline: Deadline) -> Connection:
        if self._url.scheme == "unix":
            return Connection(wire.connect_unix(unquote(self._url.path), deadline), deadline)
        host, port = self._url.hostname or "", self._url.port or 6379
        sock, _ = wire.connect(wire.resolve(host, port, deadline), deadline)
        if self._url.scheme == "rediss":
            tls = self._spec.tls
            name = tls.server_name if tls and tls.server_name else host
            return Connection(wire.secured(sock, wire.tls_context(tls, self._place), name, deadline), deadline)
        return Connection(sock, deadline)

    def _families(self, replies: list[Reply], lengths: dict[str, int]) -> Iterable[Family]:
        text, slow_length, slow_latest, latest, histograms, *settings = replies[: len(_COMMANDS)]
        info = parse(text.decode("utf-8", "replace") if isinstance(text, bytes) else "")
        config = dict(_setting(reply) for reply in settings if isinstance(reply, list) and len(reply) == 2)
        out = Families(self._common)
        out.gauge(*_UP, 1)
        families.fields(out, info)
        families.identity(out, info)
        families.keyspace(out, info, int(config.get("databases", 0)))
        families.commands(out, info)
        families.replication(out, info)
        families.slow_log(out, slow_length, slow_latest)
        families.latency_events(out, latest)
        families.latency_histograms(out, histograms, info)
        _configured(out, config)
        for key, length in lengths.items():
            out.gauge("redis_key_size", _KEY_SIZE, length, render(db=f"db{self._database()}", key=key))
        return out


def _database(url: SplitResult) -> str:
    text = parse_qs(url.query).get("db", ["0"])[0] if url.scheme == "unix" else url.path.strip("/")
    return text if text.isdecimal() else "0"


def _setting(reply: list[Reply]) -> tuple[str, str]:
    name, value = ((part if isinstance(part, bytes) else b"").decode("utf-8", "replace") for part in reply)
    return name, value


def _configured(out: Families, config: dict[str, str]) -> None:
    for field in CONFIG:
        if config.get(field.field, "").isdecimal():
            out.gauge(field.name, field.help, int(config[field.field]))
    parts = config.get("client-output-buffer-limit", "").split()
    for name, hard, soft, seconds in zip(*[iter(parts)] * 4, strict=False):
        text = "Output buffer at which a client of the class is cut off, in bytes; 0 is none."
        for limit, value in (("hard", hard), ("soft", soft)):
            out.gauge(
                "redis_config_client_output_buffer_limit_bytes",
                text,
                int(value),
                render(**{"class": name, "limit": limit}),
            )
        text = "Seconds for which the soft limit may be overcome."
        labels = render(**{"class": name, "limit": "soft"})
        out.gauge("redis_config_client_output_buffer_limit_overcome_seconds", text, int(seconds), labels)
