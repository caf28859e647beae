"""Settings asked for with CONFIG GET, where that is allowed, and their families."""

from typing import Final

from exporter.families import Families, render
from exporter.redis.fields import Field
from exporter.redis.resp import Command
from exporter.redis.talk import Talk, mapping, text

_DATABASES: Final = 16
CONFIG: Final = (
    Field("maxmemory", "redis_config_maxmemory", "Memory limit as configured, in bytes; 0 is none."),
    Field("maxclients", "redis_config_maxclients", "Clients that may be connected, as configured."),
    Field("io-threads", "redis_config_io_threads", "I/O threads as configured."),
    Field(
        "repl-backlog-size",
        "redis_config_repl_backlog_size",
        "Size of the replication backlog as configured, in bytes.",
    ),
)

_NAMES: Final = (*(field.field for field in CONFIG), "databases", "client-output-buffer-limit")
COMMANDS: Final[tuple[Command, ...]] = tuple(("CONFIG", "GET", name) for name in _NAMES)
_LIMIT: Final = "redis_config_client_output_buffer_limit_bytes"
_SECONDS: Final = "redis_config_client_output_buffer_limit_overcome_seconds"


def read(found: dict[str, str]) -> Talk:
    """Put the settings into `found`; several to one CONFIG GET would need Redis 7."""
    for reply in (yield COMMANDS):
        found.update({name: text(value) for name, value in mapping(reply).items()})


def databases(config: dict[str, str]) -> int:
    """How many databases the server has; Redis's own default where it does not say."""
    found = config.get("databases", "")
    return int(found) if found.isdecimal() else _DATABASES


def families(out: Families, config: dict[str, str]) -> None:
    """The settings that are numbers, and the limits of clients' output buffers."""
    for field in CONFIG:
        if config.get(field.field, "").isdecimal():
            out.gauge(field.name, field.help, int(config[field.field]))
    parts = iter(config.get("client-output-buffer-limit", "").split())
    for name, hard, soft, seconds in zip(parts, parts, parts, parts, strict=False):
        if not (hard + soft + seconds).isdecimal():
            continue
        help_ = "Output buffer at which a client of the class is cut off, in bytes; 0 is none."
        for limit, value in (("hard", hard), ("soft", soft)):
            out.gauge(_LIMIT, help_, int(value), render(**{"class": name, "limit": limit}))
        labels = render(**{"class": name, "limit": "soft"})
        out.gauge(_SECONDS, "Seconds for which the soft limit may be overcome.", int(seconds), labels)
