"""Contacting one address where the spec names another."""

import pytest

from watchspec.connect import moved, parse, rewrite
from watchspec.errors import UsageError
from watchspec.spec import Spec


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://redis:6379/0", "redis://127.0.0.1:1/0"),
        ("redis://redis/0", "redis://127.0.0.1:1/0"),
        ("redis://user@REDIS:6379", "redis://user@127.0.0.1:1"),
        ("redis://redis:6380/0", "redis://redis:6380/0"),
        ("http://redis:6379/a?b=c", "http://127.0.0.1:1/a?b=c"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_a_url_moves_if_its_address_is_named(url: str, expected: str) -> None:
    """The rest of it stays; a scheme's own port need not be written."""
    assert moved(url, {"redis:6379": "127.0.0.1:1"}) == expected


def test_every_kind_of_target_moves() -> None:
    """Each replica of a service too; the spec that was given stays as it was."""
    sections = {
        "redis": [{"name": "r", "url": "redis://a:1"}],
        "postgres": [{"name": "p", "url": "postgresql://u@a:1/d"}],
        "services": [{"name": "s", "url": ["http://a:1", "http://b:1"]}],
    }
    given = Spec.model_validate({"version": 1, "name": "test", **sections})

    found = rewrite(given, {"a:1": "c:2"})

    assert found.redis[0].url == "redis://c:2"
    assert found.postgres[0].url == "postgresql://u@c:2/d"
    assert found.services[0].url == ("http://c:2", "http://b:1")
    assert given.redis[0].url == "redis://a:1"


def test_addresses_are_read_from_the_command_line() -> None:
    """What is wrong is named with the way to write it."""
    assert parse(["Redis:6379=127.0.0.1:1"]) == {"redis:6379": "127.0.0.1:1"}
    for text in ("redis", "redis:1", "redis:1=x", "=x:1", "redis:1=x:99999"):
        with pytest.raises(UsageError, match="HOST:PORT=HOST:PORT"):
            parse([text])
