"""A Redis or Valkey server."""

from collections.abc import Mapping
from typing import Annotated

from watchspec.spec._target import Target
from watchspec.spec.alerts import Setting
from watchspec.spec.base import SecretRef, Tls, url_of


class Redis(Target):
    """One Redis or Valkey server."""

    url: Annotated[str, url_of("redis", "rediss", "unix")]
    """`redis://`, `rediss://` (TLS) or `unix://`, without a password."""
    username: str | None = None
    """The ACL user; the server's default user without it."""
    password: SecretRef | None = None
    """Where the password lies."""
    tls: Tls | None = None
    """How its certificate is verified."""
    queues: Mapping[str, Setting] = {}
    """Keys that are queues (list, stream, sorted set), each with the settings of its `RedisQueueLength` alert."""
