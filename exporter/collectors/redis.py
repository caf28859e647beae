"""A Redis or Valkey server, or a sentinel: one kept connection, and mostly one round trip."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.place import Place
from exporter.reasons import ScrapeError, of_os_error
from exporter.redis import clients, cluster, commands, families, latency, sentinel, settings
from exporter.redis.info import calls, parse, split
from exporter.redis.keys import KeysOf
from exporter.redis.resp import Command, Refusal, Reply
from exporter.redis.scrapes import Scrapes
from exporter.redis.search import Search
from exporter.redis.session import Session
from exporter.redis.streams import StreamsOf
from exporter.redis.talk import Talk, text, together
from watchspec.errors import SecretUnreadable

if TYPE_CHECKING:
    from watchspec.spec import Redis

_UP: Final = ("redis_up", "Whether Redis answers (1) or not (0).")
_DENIED: Final = ("watchspec_redis_command_denied", "A command that the server refuses or does not know; always 1.")
Mode = Literal["standalone", "cluster", "sentinel"]


@dataclass(slots=True)
class Answers:
    """What one scrape has heard so far."""

    info: dict[str, str] = field(default_factory=dict)
    statistics: str = ""
    """The sections of INFO on commands."""
    config: dict[str, str] = field(default_factory=dict)
    histograms: Reply = None


class RedisCollector:
    """Reads one server."""

    kind: Final = "redis"
    labels: Final = ""

    def __init__(self, spec: "Redis", place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._on = frozenset(spec.switched_on)
        self._common = render(target=spec.name)
        self._session = Session(spec, place)
        self._scrapes = Scrapes()
        self._search = Search(spec.scan, self._session.database)
        self._keys = KeysOf(spec, self._search, self._session.database)
        self._streams = StreamsOf(spec, self._search, self._session.database)
        self._mode: Mode | None = None

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Everything the server says; raises `ScrapeError`, with what it said before it failed."""
        self._scrapes.begin()
        out, answers = Families(self._common), Answers()
        try:
            self._retried(out, answers, deadline)
        except (OSError, ScrapeError, SecretUnreadable) as error:
            failure = self._failure(error)
            self._scrapes.end(failure.reason)
            found = tuple(self._published(out, answers))
            self._session.close()
            raise ScrapeError(failure.reason, str(failure), found) from None
        except Exception:
            self._session.close()
            self._scrapes.end("internal")
            raise
        self._scrapes.end(None)
        return self._published(out, answers)

    def down(self) -> Iterable[Family]:
        """`redis_up 0`, and how the scrape went; another thread may still collect."""
        out = Families(self._common)
        out.gauge(*_UP, 0)
        self._scrapes.families(out, self._session.connecting)
        return out

    def abort(self) -> None:
        """Nothing: every wait keeps the deadline, but for that of the resolver, which cannot be ended."""

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _retried(self, out: Families, answers: Answers, deadline: Deadline) -> None:
        """Once more if a kept connection was lost while it idled, or its user replaced: that is no failure."""
        kept, self._session.connecting = self._session.kept, 0.0
        try:
            self._talk(out, answers, deadline)
        except (OSError, ScrapeError) as error:
            lost = not isinstance(error, TimeoutError)
            if isinstance(error, ScrapeError):
                lost = error.reason in {"refused", "auth"}
            if not kept or not lost or answers.info:
                raise
            self._session.close()
            self._talk(out, answers, deadline)

    def _talk(self, out: Families, answers: Answers, deadline: Deadline) -> None:
        def ask(commands: Sequence[Command]) -> list[Reply]:
            return self._session.ask(commands, deadline)

        if not self._session.kept:
            self._mode = None
        if self._mode is None:  # what may be asked follows from what it is; remembered as long as the connection
            together([self._info(answers)], ask)
            together(self._of_mode(out, answers, deadline), ask)
        else:
            together([self._info(answers), *self._of_mode(out, answers, deadline)], ask)

    def _info(self, answers: Answers) -> Talk:
        (reply,) = yield [("INFO", "ALL")]
        if isinstance(reply, Refusal):
            raise self._session.refused(reply, "protocol")
        if not isinstance(reply, bytes):
            raise ScrapeError("protocol", "INFO did not answer with text")
        rest, answers.statistics = split(text(reply))
        answers.info = parse(rest)
        self._mode = _mode(answers.info)

    def _of_mode(self, out: Families, answers: Answers, deadline: Deadline) -> Iterator[Talk]:
        if self._mode == "sentinel":
            if "sentinel" in self._on:
                yield sentinel.read(out)
            return
        if "config" in self._on:
            yield settings.read(answers.config)
        if "slowlog" in self._on:
            yield latency.slow_log(out)
        if "latency" in self._on:
            yield latency.events(out)
        if "latency_histogram" in self._on:
            yield _histograms(answers)
        if "cluster" in self._on and self._mode == "cluster":
            yield cluster.read(out)
        if self._spec.clients is not None:
            yield clients.read(out, self._spec.clients.limit)
        yield from self._keys.talks(out, deadline)
        yield from self._streams.talks(out, deadline)

    def _failure(self, error: OSError | ScrapeError | SecretUnreadable) -> ScrapeError:
        match error:
            case ScrapeError():
                return error
            case OSError():
                return ScrapeError(of_os_error(error), self._session.masked(str(error)))
            case SecretUnreadable():
                return ScrapeError("missing_secret", str(error))

    def _published(self, out: Families, answers: Answers) -> Iterable[Family]:
        """What was heard, how the scrape went, and what was refused."""
        out.gauge(*_UP, int(bool(answers.info)))
        if answers.info:
            self._heard(out, answers)
        self._scrapes.families(out, self._session.connecting)
        for command in sorted({name.partition(" ")[0] for name in self._session.denied}):
            out.gauge(*_DENIED, 1, render(command=command))
        self._search.truncated(out)
        return out

    def _heard(self, out: Families, answers: Answers) -> None:
        info = answers.info
        families.fields(out, info)
        families.identity(out, info)
        families.keyspace(out, info, 1 if self._mode == "cluster" else settings.databases(answers.config))
        families.replication(out, info)
        settings.families(out, answers.config)
        if self._mode == "sentinel":
            sentinel.fields(out, info)
        if "system" in self._on:
            families.system(out, info)
        if "commands" in self._on:
            commands.families(out, answers.statistics)
        latency.histograms(out, calls(answers.statistics), answers.histograms)


def _histograms(answers: Answers) -> Talk:
    (answers.histograms,) = yield [("LATENCY", "HISTOGRAM")]


def _mode(info: dict[str, str]) -> Mode:
    if "sentinel" in {info.get("redis_mode"), info.get("server_mode")} or "sentinel_masters" in info:
        return "sentinel"
    return "cluster" if info.get("cluster_enabled") == "1" else "standalone"
