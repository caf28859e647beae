"""The exporter's life: from a spec to a server, until a signal ends it."""

import signal
import socket
import threading
from pathlib import Path
from typing import TextIO

from cheroot import wsgi

from exporter import collectors, log, memory
from exporter.log import LOGGER
from exporter.place import Place
from exporter.scrape import Scrape
from exporter.server import Application, bound
from watchspec.errors import UsageError
from watchspec.spec import Spec


def serve(spec: Spec, folder: Path, *, listen: str, host: str | None, root: Path, stderr: TextIO) -> int:
    """Serve the targets of `spec` that `host` watches until SIGTERM or SIGINT; the exit status.

    `folder` is where relative secret files lie, `root` where the host's root file system is seen.
    """
    memory.use_one_arena()
    log.start(stderr)
    address = parse_listen(listen)
    targets = tuple(collectors.watched(spec, host))
    place = Place(folder, root)
    collectors.check_secrets(targets, place)
    scrape = Scrape(collectors.build(targets, place))
    try:
        server = bound(Application(scrape), *address)
        memory.settle()
        LOGGER.info("serving", extra={"fields": {"listen": listen, "targets": len(scrape.targets)}})
        run_until_signal(server)
        scrape.hurry()
        server.stop()
    finally:
        scrape.close()
    LOGGER.info("stopped")
    return 0


def run_until_signal(server: wsgi.Server) -> None:
    """Serve on a thread of its own; return after SIGTERM, SIGINT or the end of that thread."""
    over = threading.Event()

    def run() -> None:
        try:
            server.serve()
        finally:
            over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    threading.Thread(target=run, name="http", daemon=True).start()
    over.wait()


def parse_listen(text: str) -> tuple[str, int]:
    """`HOST:PORT` or `:PORT` → what to bind; all addresses, IPv6 among them where there is any, without a host."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not 0 <= int(port) < 65536:
        raise UsageError(f'--listen {text}: not an address; write HOST:PORT or :PORT, such as ":9877"')
    return host.strip("[]") or _anywhere(), int(port)


def _anywhere() -> str:
    try:
        socket.socket(socket.AF_INET6, socket.SOCK_STREAM).close()
    except OSError:
        return "0.0.0.0"  # noqa: S104  # what was asked for
    return "::"
