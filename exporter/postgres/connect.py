"""How PostgreSQL is connected to, and what its failures mean."""

from typing import Any, Final

import psycopg
from psycopg import errors

from exporter.place import Place
from exporter.reasons import Reason
from watchspec.spec.base import Tls

# libpq gives no code for a failure to connect, so its words are looked at, in this order.
_BY_TEXT: Final[tuple[tuple[str, Reason], ...]] = (
    ("password", "auth"),
    ("pg_hba", "auth"),
    ("authentication", "auth"),
    ("role", "auth"),
    ("timeout", "timeout"),
    ("resolve", "dns"),
    ("name or service", "dns"),
    ("translate host", "dns"),
    ("ssl", "tls"),
    ("certificate", "tls"),
    ("permission denied", "denied"),
    ("does not exist", "denied"),
)


def options(tls: Tls | None, place: Place, seconds: float) -> dict[str, Any]:
    """Arguments of the connection, for a scrape that has that many seconds.

    The limit on statements leaves the scrape time to say so; the server keeps it even if we are gone.
    """
    limits = {
        "lock_timeout": 100,
        "statement_timeout": max(100, int(seconds * 800)),
        "default_transaction_read_only": "on",
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        "application_name": "watchspec",
        "connect_timeout": max(1, int(seconds)),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        **_tls(tls, place),
    }


def reason(error: psycopg.Error) -> Reason:
    """Why PostgreSQL failed."""
    match error:
        case errors.ConnectionTimeout() | errors.QueryCanceled():
            return "timeout"
        case errors.InvalidAuthorizationSpecification():
            return "auth"
        case errors.InsufficientPrivilege():
            return "denied"
        case errors.TooManyConnections():
            return "refused"
        case _:
            text = str(error).lower()
            return next((found for part, found in _BY_TEXT if part in text), "refused")


def _tls(tls: Tls | None, place: Place) -> dict[str, str]:
    if tls is None:
        return {}
    files = {"sslrootcert": tls.ca, "sslcert": tls.cert, "sslkey": tls.key}
    given = {key: place.path(file) for key, file in files.items() if file}
    return {"sslmode": "verify-full" if tls.verify else "require", **given}
