"""Basic authentication."""

import base64
import time
from collections.abc import Callable
from typing import Any

import bcrypt
import pytest

from exporter.web import gate as module
from exporter.web.config import Web
from exporter.web.gate import Gate, credentials


def _hash(password: bytes, cost: int = 4) -> str:
    return bcrypt.hashpw(password[:72], bcrypt.gensalt(cost)).decode()


def _basic(name: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The stored hashes that bcrypt was asked about; it does its work."""
    found: list[bytes] = []
    real = bcrypt.checkpw

    def noted(password: bytes, hashed: bytes) -> bool:
        found.append(hashed)
        return real(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", noted)
    return found


@pytest.mark.parametrize(
    ("name", "password", "admitted"),
    [
        ("bob", "hunter2", True),
        ("bob", "hunter3", False),
        ("bob", "", False),
        ("BOB", "hunter2", False),
        ("eve", "hunter2", False),
        ("", "", False),
        ("žika", "šifra: ćć", True),
        ("long", "x" * 100, True),
        ("bob", "nul\0", False),
        ("bob", "x" * 5000, False),
    ],
)
def test_a_user_needs_the_right_password(name: str, password: str, admitted: bool) -> None:
    """As Go's bcrypt sees it, which looks at 72 bytes."""
    users = {"bob": _hash(b"hunter2"), "žika": _hash("šifra: ćć".encode()), "long": _hash(b"x" * 100)}

    assert Gate(users).admits(_basic(name, password)) is admitted


@pytest.mark.parametrize("header", ["", "Basic", "Basic !", "Bearer Ym9iOmh1bnRlcjI=", "Basic Ym9i"])
def test_what_is_no_basic_authentication_is_refused_without_work(header: str, calls: list[bytes]) -> None:
    """A scanner does not cost us anything."""
    assert credentials(header) is None
    assert not Gate({"bob": _hash(b"hunter2")}).admits(header)
    assert calls == []


def test_without_users_everybody_is_let_in() -> None:
    """That is what no configuration means."""
    assert Gate({}).admits("")
    assert not Gate({}).asks


def test_an_unknown_name_costs_the_work_of_the_dearest_hash(calls: list[bytes]) -> None:
    """So that time does not tell which names exist."""
    cheap, dear = _hash(b"a", 4), _hash(b"b", 6)
    gate = Gate({"cheap": cheap, "dear": dear})

    assert not gate.admits(_basic("nobody", "b"))

    assert calls == [dear.encode()]


def test_a_success_is_remembered_and_a_failure_is_not(calls: list[bytes]) -> None:
    """Prometheus comes every fifteen seconds."""
    gate = Gate({"bob": _hash(b"hunter2")})
    for password in ("hunter2", "hunter2", "wrong", "wrong", "hunter2"):
        assert gate.admits(_basic("bob", password)) is (password == "hunter2")

    assert len(calls) == 3


def test_memory_of_successes_is_bounded(monkeypatch: pytest.MonkeyPatch, calls: list[bytes]) -> None:
    """The oldest is forgotten."""
    monkeypatch.setattr(module, "_REMEMBERED", 2)
    gate = Gate({name: _hash(b"x") for name in "abc"})
    for name in "abca":
        assert gate.admits(_basic(name, "x"))

    assert len(calls) == 4


def test_name_and_password_cannot_change_places(calls: list[bytes]) -> None:
    """What is remembered of one pair does not admit another of the same letters."""
    gate = Gate({"ab": _hash(b"c"), "a": _hash(b"x")})
    assert gate.admits(_basic("ab", "c"))

    assert not gate.admits(_basic("a", "bc"))


def test_pages_ask_for_a_user(serve: Callable[..., Any]) -> None:
    """All of them, those of life and those that are not there too."""
    running = serve(web=Web(users={"bob": _hash(b"hunter2")}))

    for path in ("/", "/metrics", "/health", "/-/healthy", "/-/ready", "/nothing"):
        answer = running.ask(path)
        assert (answer.status, answer.headers["www-authenticate"][:5]) == (401, "Basic")
    assert running.ask("/metrics", Authorization=_basic("bob", "hunter2")).status == 200


def test_a_login_costs_what_the_hash_says_only_once(serve: Callable[..., Any]) -> None:
    """The second scrape is as fast as one without users."""
    running = serve(web=Web(users={"bob": _hash(b"hunter2", 11)}))
    header = _basic("bob", "hunter2")
    assert running.ask("/-/ready", Authorization=header).status == 200

    started = time.monotonic()
    assert running.ask("/-/ready", Authorization=header).status == 200
    assert time.monotonic() - started < 0.1
