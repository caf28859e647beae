"""Which collectors read which target: one file a kind."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from exporter.collectors.host import HostCollector
from exporter.collectors.postgres import PostgresCollector
from exporter.collectors.redis import RedisCollector
from exporter.collectors.service import ServiceCollector
from exporter.lane import Collector
from exporter.place import Place
from watchspec.errors import SecretUnreadable, UsageError
from watchspec.spec import Host, Job, Postgres, Redis, Secret, Service, Spec

AnyTarget = Host | Job | Postgres | Redis | Service


def watched(spec: Spec, host: str | None) -> Iterator[AnyTarget]:
    """The host of that name and what it watches; the first host, without a name, watches what names no other."""
    names = [found.name for found in spec.hosts]
    if host is not None and host not in names:
        known = ", ".join(names) or "the spec has none"
        raise UsageError(f"--host {host}: no such host in the spec; known: {known}")
    first = names[0] if names else None
    chosen = host or first
    yield from (found for found in spec.hosts if found.name == chosen)
    others: tuple[AnyTarget, ...] = (*spec.services, *spec.redis, *spec.postgres, *spec.jobs)
    for target in others:
        if (target.watched_by or first) == chosen:
            yield target


def build(targets: Iterable[AnyTarget], place: Place) -> Iterator[Collector]:
    """The collectors of `targets`."""
    for target in targets:
        match target:
            case Host():
                yield HostCollector(target, place)
            case Redis():
                yield RedisCollector(target, place)
            case Postgres():
                yield PostgresCollector(target, place)
            case Service():
                yield from (ServiceCollector(target, url, place) for url in target.url)
            case Job():
                pass
            case _:
                assert_never(target)


def check_secrets(targets: Iterable[AnyTarget], place: Place) -> None:
    """Read every secret once; raise `SecretUnreadable` that names the target whose secret cannot be read."""
    for target in targets:
        for found in secrets_of(target):
            try:
                place.secret(found)
            except SecretUnreadable as error:
                raise SecretUnreadable(f"{target.name}: {error}") from None


def secrets_of(target: AnyTarget) -> Iterator[Secret]:
    """The secrets that the exporter needs for `target`."""
    match target:
        case Redis() | Postgres():
            if target.password is not None:
                yield target.password
        case Service():
            yield from (header.secret for header in target.headers.values() if header.secret is not None)
        case Job():
            if target.heartbeat is not None:
                yield target.heartbeat
        case Host():
            pass
        case _:
            assert_never(target)
