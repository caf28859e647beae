"""Contact one address where the spec names another, as curl's `--connect-to` does."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

from watchspec.errors import UsageError
from watchspec.spec import Postgres, Redis, Service, Spec

_PORTS: Final = {"http": 80, "https": 443, "redis": 6379, "rediss": 6379, "postgresql": 5432, "postgres": 5432}
_Single = TypeVar("_Single", Redis, Postgres)


def parse(texts: Sequence[str]) -> dict[str, str]:
    """`HOST:PORT=HOST:PORT` as given on the command line → a mapping of addresses; raises `UsageError`."""
    found = {}
    for text in texts:
        named, equals, contacted = text.partition("=")
        if not equals or not _is_address(named) or not _is_address(contacted):
            raise UsageError(f"--connect {text}: write HOST:PORT=HOST:PORT, what the spec names and what to contact")
        found[named.lower()] = contacted
    return found


def rewrite(spec: Spec, addresses: Mapping[str, str]) -> Spec:
    """The spec with each URL at an address of `addresses` moved to the other one; names in TLS do not follow."""
    return spec.model_copy(
        update={
            "redis": tuple(_moved(target, addresses) for target in spec.redis),
            "postgres": tuple(_moved(target, addresses) for target in spec.postgres),
            "services": tuple(_moved_service(target, addresses) for target in spec.services),
        }
    )


def moved(url: str, addresses: Mapping[str, str]) -> str:
    """One URL, moved if its address, with the scheme's port where it names none, is in `addresses`."""
    parts = urlsplit(url)
    contacted = addresses.get(f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme)}")
    if contacted is None:
        return url
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}{at}{contacted}"))


def _moved(target: _Single, addresses: Mapping[str, str]) -> _Single:
    return target.model_copy(update={"url": moved(target.url, addresses)})


def _moved_service(target: Service, addresses: Mapping[str, str]) -> Service:
    return target.model_copy(update={"url": tuple(moved(url, addresses) for url in target.url)})


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdecimal() and 0 < int(port) < 65536
