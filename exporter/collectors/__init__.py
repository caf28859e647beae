"""Which collectors read which target: one file a kind."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar, assert_never, get_args

from exporter.collectors.host import HostCollector
from exporter.collectors.job import JobCollector
from exporter.collectors.postgres import PostgresCollector
from exporter.collectors.redis import RedisCollector
from exporter.collectors.service import ServiceCollector
from exporter.lane import Collector
from exporter.place import Place
from watchspec.errors import SecretUnreadable, UsageError
from watchspec.kinds import Kind

if TYPE_CHECKING:
    from watchspec.spec import Host, Job, Postgres, Redis, Secret, Service, Spec, Target


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def watched_by(self) -> str | None: ...


_Target = TypeVar("_Target", bound=_Named)


@dataclass(frozen=True, slots=True)
class Watch:
    """Which targets of a spec one exporter watches."""

    host: str | None
    """The host it runs on; `None` if the spec has none."""
    first: str | None
    """The spec's first host, which watches what names no other."""

    @classmethod
    def of(cls, spec: "Spec", host: str | None) -> "Watch":
        """The exporter on `host`, by default the first one; raises `UsageError` if the spec has no such host."""
        names = [found.name for found in spec.hosts]
        if host is not None and host not in names:
            known = ", ".join(names) or "the spec has none"
            raise UsageError(f"--host {host}: no such host in the spec; known: {known}")
        first = names[0] if names else None
        return cls(host or first, first)

    def among(self, targets: Iterable[_Target]) -> Iterator[_Target]:
        """Those of `targets` that it watches."""
        return (target for target in targets if (target.watched_by or self.first) == self.host)


@dataclass(frozen=True)
class Built:
    """A target with what reads it, and the secrets that this takes."""

    target: "Target"
    make: Callable[[], Sequence[Collector]]
    secrets: "Sequence[Secret]" = ()

    @cached_property
    def collectors(self) -> Sequence[Collector]:
        """What reads it, made when it is asked for first: a target that did not change goes on with what it has."""
        return self.make()


def build(spec: "Spec", watch: Watch, place: Place) -> list[Built]:
    """What reads the targets of `spec` that this exporter watches."""
    return [built for kind in get_args(Kind) for built in _of_kind(kind, spec, watch, place)]


def _of_kind(kind: Kind, spec: "Spec", watch: Watch, place: Place) -> Iterable[Built]:
    match kind:
        case "host":
            return [_host(one, place) for one in spec.hosts if one.name == watch.host]
        case "service":
            return [_service(one, place) for one in watch.among(spec.services)]
        case "redis":
            return [_redis(one, place) for one in watch.among(spec.redis)]
        case "postgres":
            return [_postgres(one, place) for one in watch.among(spec.postgres)]
        case "job":
            return [_job(one, place) for one in watch.among(spec.jobs)]
        case _:
            assert_never(kind)


def _host(spec: "Host", place: Place) -> Built:
    return Built(spec, lambda: [HostCollector(spec, place)])


def _service(spec: "Service", place: Place) -> Built:
    secrets = [header.secret for header in spec.headers.values() if header.secret is not None]
    return Built(spec, lambda: [ServiceCollector(spec, url, place) for url in spec.url], secrets)


def _redis(spec: "Redis", place: Place) -> Built:
    return Built(spec, lambda: [RedisCollector(spec, place)], [spec.password] if spec.password else [])


def _postgres(spec: "Postgres", place: Place) -> Built:
    return Built(spec, lambda: [PostgresCollector(spec, place)], [spec.password] if spec.password else [])


def _job(spec: "Job", place: Place) -> Built:
    return Built(spec, lambda: [JobCollector(spec, place)], [spec.heartbeat] if spec.heartbeat else [])


def check_secrets(built: Iterable[Built], place: Place) -> None:
    """Read every secret once; raise `SecretUnreadable` that names the target whose secret cannot be read."""
    for one in built:
        for secret in one.secrets:
            try:
                place.secret(secret)
            except SecretUnreadable as error:
                raise SecretUnreadable(f"{one.target.name}: {error}") from None


def renewed(built: Iterable[Built], old: Iterable[Built]) -> list[Built]:
    """`built`, but with what is at work already for each target that did not change."""
    known = {one.target.name: one for one in old}
    pairs = [(new, known.get(new.target.name)) for new in built]
    return [one if one is not None and one.target == new.target else new for new, one in pairs]
