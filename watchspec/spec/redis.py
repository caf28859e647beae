"""A Redis or Valkey server, or a sentinel."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from watchspec.explain import suggestion
from watchspec.spec._target import Target
from watchspec.spec.alerts import Setting
from watchspec.spec.base import DurationText, Model, SecretRef, Tls, shorthand, url_of
from watchspec.units import Duration

COLLECTORS: Final[Mapping[str, bool]] = {
    "cluster": True, "commands": True, "config": True, "latency": True, "latency_histogram": True, "sentinel": True,
    "slowlog": True, "system": False,
}  # fmt: skip
"""Groups of figures, and whether they are published unless the spec says otherwise."""


def _collector(name: str) -> str:
    if name not in COLLECTORS:
        raise ValueError(f'there is no collector "{name}"; {suggestion(name, list(COLLECTORS))}')
    return name


def _pattern(text: str) -> str:
    if not text:
        raise ValueError("must be the name of a key, or a pattern such as session:*")
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]
"""The name of a key, or a pattern in which `*`, `?` and `[ab]` stand for others; `\\` before one takes it literally."""


class Scan(Model):
    """What looking for keys by pattern may cost; a search that is cut short publishes what it found, and says so."""

    every: DurationText = Duration(60_000)
    """How old a search may be before it is done again."""
    keys: int = Field(100_000, ge=1_000, le=100_000_000)
    """The most keys of the database that the search for one pattern walks over, a thousand in each step."""
    matches: int = Field(200, ge=1, le=10_000)
    """The most keys of one pattern that get series of their own; those that are merely counted have no limit."""


class Keys(Model):
    """Keys to publish, by name or pattern."""

    pattern: Pattern
    """One key, or a pattern for several."""
    count: bool = False
    """Publish only how many keys match, as `redis_keys_count{key=PATTERN}`, and no series for each of them."""
    memory: bool = False
    """Publish also the bytes that each key takes."""
    value: bool = False
    """Publish also the values of strings that are numbers."""


class Streams(Model):
    """Streams to publish with their consumer groups, by name or pattern."""

    pattern: Pattern
    """One stream, or a pattern for several."""
    consumers: bool = False
    """Publish also each consumer of each group."""


class Clients(Model):
    """How connections are counted."""

    by: Literal["by_name"] = "by_name"
    """Together, if they have the same name (`CLIENT SETNAME`) and the same user."""
    limit: int = Field(100, ge=1, le=1_000)
    """The most pairs of name and user, those with most connections first; the rest is one series named `other`."""


class Redis(Target):
    """One Redis or Valkey server, or one sentinel."""

    url: Annotated[str, url_of("redis", "rediss", "unix", "valkey", "valkeys")]
    """`redis://` or `valkey://`, `rediss://` or `valkeys://` (TLS), or `unix://`, without a password.
    `/2` at the end is database 2, to which queues, keys and streams belong."""
    username: str | None = None
    """The ACL user; the server's default user without it."""
    password: SecretRef | None = None
    """Where the password lies; read anew for each connection."""
    tls: Tls | None = None
    """How its certificate is verified."""
    collectors: Mapping[Annotated[str, AfterValidator(_collector)], bool] = {}
    """Groups of figures to switch on or off, as `latency_histogram: false`; all are on but `system`."""
    queues: Mapping[str, Setting] = {}
    """Keys that are queues (list, stream, sorted set), by name or pattern, each with the settings of its
    `RedisQueueLength` alert."""
    keys: tuple[Annotated[Keys, *shorthand("pattern")], ...] = ()
    """Keys whose length is published, or how many there are."""
    streams: tuple[Annotated[Streams, *shorthand("pattern")], ...] = ()
    """Streams whose groups are published, with their lag."""
    clients: Annotated[Clients, *shorthand("by")] | None = None
    """Publish connections and their memory by name and user."""
    scan: Scan = Scan.model_construct()
    """What looking for keys by pattern may cost."""

    @property
    def switched_on(self) -> tuple[str, ...]:
        """The groups of figures that are published."""
        return tuple(name for name, default in COLLECTORS.items() if self.collectors.get(name, default))

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  # pydantic's own signature
        """Each pattern is named once."""
        for section, patterns in (
            ("keys", [one.pattern for one in self.keys]),
            ("streams", [one.pattern for one in self.streams]),
        ):
            for pattern in patterns:
                if patterns.count(pattern) > 1:
                    raise ValueError(f'{section}: "{pattern}" is there twice; remove one')
