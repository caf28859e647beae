"""What an exporter serves: the targets of a spec, which can be replaced while they are served."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from exporter import collectors
from exporter.collectors import Built, Watch
from exporter.heartbeats import Heartbeats
from exporter.linux.view import host_view
from exporter.log import LOGGER
from exporter.place import Place
from exporter.scrape import Scraper
from exporter.server import Server
from exporter.status import Board
from exporter.web import config
from exporter.web.application import Application
from exporter.web.config import Web
from exporter.web.site import Site
from watchspec.child import Sourced
from watchspec.errors import WatchspecError

if TYPE_CHECKING:
    from watchspec.spec import Spec


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says of one exporter."""

    listen: str
    """`HOST:PORT` or `:PORT`."""
    host: str | None = None
    """Which host of the spec this is; the first one by default."""
    root: Path = Path("/")
    """Where the host's root file system is seen."""
    web: Path | None = None
    """Prometheus's web configuration file."""
    state: Path | None = None
    """Folder in which heartbeats are remembered."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that can be wrong has been looked at."""

    sourced: Sourced
    place: Place
    built: Sequence[Built]
    web: Web


class App:
    """One exporter."""

    def __init__(self, load: Callable[[], Sourced], options: Options) -> None:
        """Build what `load` gives; raises `WatchspecError` for what the user can mend."""
        self._load = load
        self._options = options
        self._lock = threading.Lock()
        self._built: Sequence[Built] = ()
        self._server: Server | None = None
        self._beats = Heartbeats({}, options.state)
        self._board = Board()
        self.scraper = Scraper((), self._board.observe)
        prepared = self._prepared()
        self.web = prepared.web
        self.warnings = prepared.sourced.warnings
        self.application = Application(self._taken(prepared), self.web, self.reload)

    def attach(self, server: Server) -> None:
        """The server that follows the web configuration."""
        self._server = server

    def reload(self) -> str | None:
        """Take a changed spec and web configuration; wrong ones leave the old running, and what is wrong is returned.

        Targets that did not change keep their connections.
        """
        with self._lock:
            problem = self._reloaded()
            self.scraper.own.reloaded(worked=problem is None)
        return problem

    def _reloaded(self) -> str | None:
        try:
            prepared = self._prepared()
            if self._server is not None:
                self._server.use(prepared.web)
        except WatchspecError as error:
            for line in str(error).splitlines():
                LOGGER.error("spec refused", extra={"fields": {"problem": line}})
            return str(error)
        except Exception as error:  # noqa: BLE001  # a bug in loading must not end what runs
            LOGGER.error("unexpected", exc_info=error)
            return "the spec could not be loaded; the log says why"
        self.application.site = self._taken(prepared)
        self.application.use(prepared.web)
        for line in prepared.sourced.warnings:
            LOGGER.warning("spec", extra={"fields": {"problem": line}})
        LOGGER.info("spec taken", extra={"fields": {"targets": len(self.scraper.targets)}})
        return None

    def _prepared(self) -> Prepared:
        web = config.load(self._options.web)
        found = self._load()
        place = Place(found.folder, self._options.root, self._beats)
        built = collectors.build(found.spec, Watch.of(found.spec, self._options.host), place)
        collectors.check_secrets(built, place)
        return Prepared(found, place, built, web)

    def _taken(self, prepared: Prepared) -> Site:
        """Serve what was prepared; what is said of it."""
        spec = prepared.sourced.spec
        tokens = {job.name: partial(prepared.place.secret, job.heartbeat) for job in spec.jobs if job.heartbeat}
        self._beats.take(tokens)
        self._built = collectors.renewed(prepared.built, self._built)
        self.scraper.take(collector for one in self._built for collector in one.collectors)
        self._board.keep(self.scraper.collectors)
        has_host = any(one.kind == "host" for one in self.scraper.collectors)
        warning = host_view(self._options.root).warning if has_host else ""
        return Site(self.scraper, self._board, spec.name, links(spec), self._beats if tokens else None, lambda: warning)


def links(spec: "Spec") -> dict[str, str]:
    """What else people open: title → address."""
    found = spec.links
    return {"Grafana": found.grafana, "Prometheus": found.prometheus, "Alertmanager": found.alertmanager}
