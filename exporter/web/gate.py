"""Who may see the pages: basic authentication with bcrypt, as Prometheus's web configuration file asks for it."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

_REMEMBERED: Final = 128
"""Successful logins that need no bcrypt again; a rotating password must not fill the memory."""
_LONGEST: Final = 72
"""Bytes of a password that bcrypt looks at; Go ignores the rest too, the library refuses it."""
_ENDLESS: Final = 1024
"""Bytes of a password that are not worth looking at."""


class Gate:
    """Lets in whoever knows a name and its password.

    An unknown name costs the same work as a wrong password, so that time does not tell which names exist. A success
    is remembered by a keyed hash of name, stored hash and password, never by the password.
    """

    def __init__(self, users: Mapping[str, str]) -> None:
        """`users` is name → bcrypt hash; without any, everybody is let in."""
        self._users = {name.encode(): hashed.encode() for name, hashed in users.items()}
        self._nobody = max(self._users.values(), key=_cost, default=b"")
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    @property
    def asks(self) -> bool:
        """Whether there is anything to know."""
        return bool(self._users)

    def admits(self, authorization: str) -> bool:
        """Whether the header `Authorization` names a user with the right password; bcrypt runs once at a time."""
        if not self._users:
            return True
        given = credentials(authorization)
        if given is None:
            return False
        name, password = given
        stored = self._users.get(name, self._nobody)
        ticket = self._ticket(name, stored, password)
        if self._remembers(ticket):
            return True
        with self._turn:
            matches = _matches(password, stored)
        if not matches or name not in self._users:
            return False
        self._remember(ticket)
        return True

    def _ticket(self, *parts: bytes) -> bytes:
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.new(self._key, framed, hashlib.sha256).digest()

    def _remembers(self, ticket: bytes) -> bool:
        with self._lock:
            if ticket not in self._known:
                return False
            self._known.move_to_end(ticket)
            return True

    def _remember(self, ticket: bytes) -> None:
        with self._lock:
            self._known[ticket] = None
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def credentials(authorization: str) -> tuple[bytes, bytes] | None:
    """Name and password of `Basic …` (RFC 7617); `None` if it is anything else."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon and len(password) <= _ENDLESS else None


def _matches(password: bytes, hashed: bytes) -> bool:
    import bcrypt  # noqa: PLC0415  # costs memory that an exporter without users does not need

    try:
        return bcrypt.checkpw(password[:_LONGEST], hashed)
    except ValueError:  # a NUL byte, in some versions of the library
        return False


def _cost(hashed: bytes) -> bytes:
    """The exponent in `$2y$10$…`."""
    return hashed.split(b"$")[2]
