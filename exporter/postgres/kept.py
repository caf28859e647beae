"""Connections to a server's databases: made when needed, the last few kept."""

from collections import OrderedDict
from typing import Final

from exporter.deadline import Deadline
from exporter.postgres.connect import encoded
from exporter.postgres.session import Session

_MOST: Final = 3
"""Connections kept besides the main one, so that a server with a hundred databases does not give us a hundred."""


class Sessions:
    """At most one connection a database, and at most `_MOST` besides that of the URL's own database."""

    def __init__(self) -> None:
        self.parameters: dict[str, str] = {}
        """Of new connections, as libpq names them."""
        self._open: OrderedDict[str | None, Session] = OrderedDict()

    def session(self, database: str | None, deadline: Deadline) -> tuple[Session, bool]:
        """The connection to that database (`None`: the URL's own), and whether it is new; raises `ScrapeError`."""
        found = self._open.get(database)
        if found is not None:
            self._open.move_to_end(database)
            return found, False
        self._make_room(database)
        session = self._open[database] = Session.connect(encoded(self.parameters, database), deadline)
        return session, True

    def abort(self) -> None:
        """Cut all connections, from another thread."""
        for session in list(self._open.values()):
            session.abort()

    def close(self, database: str | None) -> None:
        """Close the connection to one database."""
        session = self._open.pop(database, None)
        if session is not None:
            session.close()

    def close_all(self) -> None:
        """Close every connection."""
        while self._open:
            self._open.popitem()[1].close()

    def _make_room(self, database: str | None) -> None:
        others = [name for name in self._open if name is not None]
        if database is not None and len(others) >= _MOST:
            self.close(others[0])
