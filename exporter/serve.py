"""The exporter's process: a server that runs until a signal ends it."""

import signal
import socket
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TextIO

from exporter import log, memory
from exporter.app import App, Options
from exporter.log import LOGGER
from exporter.server import Server, bound
from watchspec.child import Sourced
from watchspec.errors import UsageError


def serve(load: Callable[[], Sourced], options: Options, stderr: TextIO) -> int:
    """Serve what `load` gives until SIGTERM or SIGINT; SIGHUP loads again. Raises `WatchspecError` at the start."""
    memory.save()
    log.start(stderr)
    address = parse_listen(options.listen)
    app = App(load, options)
    for line in app.warnings:
        print(line, file=stderr)
    try:
        events = signals()
        server = bound(app.application, *address, app.web)
        app.attach(server)
        memory.settle()
        LOGGER.info("serving", extra={"fields": {"listen": options.listen, "targets": len(app.scraper.targets)}})
        run_until_signal(server, events, app.reload)
        app.scraper.hurry()
        server.stop()
    finally:
        app.scraper.close()
    LOGGER.info("stopped")
    return 0


def signals() -> "SimpleQueue[int]":
    """SIGTERM, SIGINT and SIGHUP as they come, from now on; before anybody can know that the exporter is there."""
    events: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda found, _: events.put(found))
    return events


def run_until_signal(server: Server, events: "SimpleQueue[int]", reload: Callable[[], object]) -> None:
    """Serve on a thread of its own; return after SIGTERM, SIGINT or the end of that thread. SIGHUP calls `reload`."""

    def run() -> None:
        try:
            server.serve()
        finally:
            events.put(signal.SIGTERM)

    threading.Thread(target=run, name="http", daemon=True).start()
    while events.get() == signal.SIGHUP:
        reload()


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
