"""`POST /-/reload`, and heartbeats."""

from collections.abc import Callable
from typing import Any

import bcrypt
import pytest

from exporter.heartbeats import Heartbeats
from exporter.web import origin
from exporter.web.config import Web
from watchspec.errors import SecretUnreadable

Serve = Callable[..., Any]


def test_a_reload_is_a_post(serve: Serve) -> None:
    """A link or an image cannot do it."""
    calls: list[int] = []
    running = serve(reload=lambda: calls.append(1))

    refused = running.ask("/-/reload")
    taken = running.ask("/-/reload", "POST")

    assert (refused.status, refused.headers["allow"]) == (405, "POST, PUT")
    assert (taken.status, calls) == (200, [1])


def test_what_is_wrong_with_the_spec_is_answered(serve: Serve) -> None:
    """The old one goes on."""
    answer = serve(reload=lambda: "monitoring.yml:3:1: helth: unknown key").ask("/-/reload", "POST")

    assert (answer.status, answer.body) == (500, b"monitoring.yml:3:1: helth: unknown key\n")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"X_Forwarded_For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
    ],
)
def test_a_foreign_page_or_a_proxy_cannot_reload(serve: Serve, headers: dict[str, str]) -> None:
    """Though the connection comes from this machine."""
    running = serve(reload=lambda: pytest.fail("reloaded"))

    assert running.ask("/-/reload", "POST", **headers).status == 403


@pytest.mark.parametrize(
    ("address", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False)],
)
def test_only_a_loopback_address_is_local(address: str, local: bool) -> None:
    """Also one of IPv4 in the clothes of IPv6."""
    assert origin.is_local({"REMOTE_ADDR": address}) is local


def test_with_users_a_reload_needs_one(serve: Serve) -> None:
    """From wherever it comes."""
    web = Web(users={"bob": bcrypt.hashpw(b"hunter2", bcrypt.gensalt(4)).decode()})
    running = serve(web=web, reload=lambda: None)

    assert running.ask("/-/reload", "POST").status == 401
    assert running.ask("/-/reload", "POST", Authorization="Basic Ym9iOmh1bnRlcjI=", X_Forwarded_For="x").status == 200


@pytest.fixture
def beats() -> Heartbeats:
    """One job whose token is known, and one whose token cannot be read."""

    def unreadable() -> str:
        raise SecretUnreadable("no such file")

    return Heartbeats({"nightly backup": lambda: "S3cret", "lost": unreadable})


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("nightly%20backup", "Bearer S3cret", 204),
        ("nightly%20backup", "bearer  S3cret ", 204),
        ("nightly%20backup", "Bearer wrong", 401),
        ("nightly%20backup", "Basic S3cret", 401),
        ("nightly%20backup", "", 401),
        ("nobody", "Bearer S3cret", 401),
        ("lost", "Bearer S3cret", 503),
    ],
)
def test_a_heartbeat_needs_its_token(serve: Serve, beats: Heartbeats, path: str, header: str, status: int) -> None:
    """Who has none does not even learn which jobs there are."""
    running = serve(beats=beats)

    assert running.ask(f"/heartbeat/{path}", "POST", Authorization=header).status == status
    assert (beats.last("nightly backup") is not None) is (status == 204)


def test_a_heartbeat_is_a_post_and_needs_no_user(serve: Serve, beats: Heartbeats) -> None:
    """A user's password and a token do not fit into one header."""
    web = Web(users={"bob": bcrypt.hashpw(b"hunter2", bcrypt.gensalt(4)).decode()})
    running = serve(beats=beats, web=web)

    assert running.ask("/heartbeat/nightly%20backup").status == 405
    assert running.ask("/heartbeat/nightly%20backup", "POST", Authorization="Bearer S3cret").status == 204
