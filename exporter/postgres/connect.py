"""How PostgreSQL is connected to, and what its failures mean."""

from typing import TYPE_CHECKING, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from exporter.place import Place
from exporter.reasons import Reason, ScrapeError

if TYPE_CHECKING:
    from watchspec.spec.base import Tls

# libpq gives no code for a failure to connect, so its words are looked at, in this order.
_BY_TEXT: Final[tuple[tuple[str, Reason], ...]] = (
    ("too many clients", "refused"),
    ("connection slots", "refused"),
    ("too many connections", "refused"),
    ("starting up", "loading"),
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
_BY_STATE: Final[dict[str, Reason]] = {
    "57014": "timeout",  # query_canceled
    "55P03": "timeout",  # lock_not_available
    "42501": "denied",  # insufficient_privilege
}
ABSENT: Final = frozenset({"42501", "42883", "42P01", "42703", "42704", "0A000", "55000"})
"""States of a failure that will not go away by itself: no right, or no such function, table, column or feature."""
_LOCK_MILLISECONDS: Final = 100


def conninfo(url: str, password: str, tls: "Tls | None", place: Place) -> dict[str, str]:
    """Parameters of the connection; raises `ScrapeError` for a URL that libpq cannot read."""
    more = {
        "application_name": "watchspec", "client_encoding": "UTF8", "keepalives_idle": "10",
        "keepalives_interval": "5", "keepalives_count": "3", **_tls(tls, place),
    }  # fmt: skip
    try:
        found = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        raise ScrapeError("protocol", "libpq cannot read the URL") from None  # its own words repeat the URL
    return found | more | ({"password": password} if password else {})


def encoded(parameters: dict[str, str], database: str | None = None) -> bytes:
    """The parameters as libpq takes them, with another database if one is given."""
    chosen = parameters | ({"dbname": database} if database is not None else {})
    return make_conninfo("", **chosen).encode()


def limits(version: int, seconds: float) -> str:
    """The statement that makes a session read only and bounds what it may wait for, for a scrape of that length.

    Set after connecting: what comes with the connection would be taken for the server's own setting. The limit on a
    statement leaves half the scrape for the others. The server keeps it, even if we are gone.
    """
    values = {
        "default_transaction_read_only": "on",
        "lock_timeout": str(_LOCK_MILLISECONDS),
        "statement_timeout": str(max(_LOCK_MILLISECONDS, int(seconds * 500))),
    }
    if version >= 140_000:
        values["client_connection_check_interval"] = "1000"
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in values.items())


def reason_of(text: str) -> Reason:
    """Why no connection came about."""
    lowered = text.lower()
    return next((found for part, found in _BY_TEXT if part in lowered), "refused")


def reason_of_state(state: str) -> Reason:
    """Why a statement failed."""
    return _BY_STATE.get(state, "protocol")


def _tls(tls: "Tls | None", place: Place) -> dict[str, str]:
    if tls is None:
        return {}
    files = {"sslrootcert": tls.ca, "sslcert": tls.cert, "sslkey": tls.key}
    given = {key: place.path(file) for key, file in files.items() if file}
    return {"sslmode": "verify-full" if tls.verify else "require", **given}
