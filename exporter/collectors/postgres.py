"""A PostgreSQL server: kept, read-only connections, and one round trip for all figures."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.place import Place
from exporter.postgres import connect
from exporter.postgres.kept import Sessions
from exporter.postgres.reading import Reading
from exporter.reasons import ScrapeError
from exporter.redact import redact
from watchspec.errors import SecretUnreadable

if TYPE_CHECKING:
    from watchspec.spec import Postgres

_UP: Final = ("pg_up", "Whether PostgreSQL answers (1) or not (0).")


class PostgresCollector:
    """Reads one server."""

    kind: Final = "postgres"
    labels: Final = ""

    def __init__(self, spec: "Postgres", place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._place = place
        self._common = render(target=spec.name)
        url = urlsplit(spec.url)
        self._server = f"{url.hostname}:{url.port or 5432}"
        self._sessions = Sessions()
        self._reading = Reading(spec, render(server=self._server))
        self._secret = ""
        self._scrapes = 0
        self._cut = False

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Everything the server says; raises `ScrapeError`."""
        started, out = time.perf_counter(), Families(self._common)
        self._scrapes += 1
        self._cut = False
        try:
            self._collect(out, deadline)
        except ScrapeError as error:
            self.close()
            self._finish(out, started, failed=True)
            families = out if self._reading.answered else self.down()
            reason = "timeout" if self._cut or not deadline.left() else error.reason
            raise ScrapeError(reason, redact(str(error), [self._secret]), families) from None
        except BaseException:
            self.close()
            raise
        self._finish(out, started, failed=False)
        return out

    def down(self) -> Iterable[Family]:
        """`pg_up 0`."""
        out = Families(self._common)
        out.gauge(*_UP, 0)
        self._own(out, 0.0, failed=True)
        return out

    def abort(self) -> None:
        """Cut the connections, so that a wait for a frozen server ends; its own limits end what it still does."""
        self._cut = True
        self._sessions.abort()

    def close(self) -> None:
        """Close the connections."""
        self._sessions.close_all()

    def _collect(self, out: Families, deadline: Deadline) -> None:
        self._reading.answered = False
        self._sessions.parameters = self._parameters()
        self._reading.begin(self._secret)
        session, new = self._sessions.session(None, deadline)
        try:
            self._reading.first(out, session, deadline)
        except ScrapeError:
            # The server may have closed a kept connection since the last scrape; a new one tells whether it is well.
            if new or self._cut or self._reading.answered or not deadline.left():
                raise
            self.close()
            session, _ = self._sessions.session(None, deadline)
            self._reading.first(out, session, deadline)
        self._reading.rest(out, session, self._sessions, deadline)

    def _parameters(self) -> dict[str, str]:
        password = self._spec.password
        try:
            self._secret = self._place.secret(password) if password is not None else ""
        except SecretUnreadable as error:
            raise ScrapeError("missing_secret", str(error)) from None
        return connect.conninfo(self._spec.url, self._secret, self._spec.tls, self._place)

    def _finish(self, out: Families, started: float, *, failed: bool) -> None:
        out.gauge(*_UP, 1)
        self._reading.publish(out)
        self._own(out, time.perf_counter() - started, failed=failed)

    def _own(self, out: Families, seconds: float, *, failed: bool) -> None:
        out.gauge("pg_exporter_last_scrape_error", "Whether the last scrape failed (1) or not (0).", int(failed))
        out.gauge("pg_exporter_last_scrape_duration_seconds", "How long it took, in seconds.", seconds)
        out.counter("pg_exporter_scrapes_total", "Scrapes of this server.", self._scrapes)
