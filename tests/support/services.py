"""Every service of the internet that Alertmanager can reach, played by one proxy that keeps what it is asked.

A client that uses it as its HTTP proxy, and trusts any certificate, believes that it speaks with the real host.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.certificates import self_signed

_PUBLISHED: Final = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId>'
    "</PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>"
)
_SENT: Final = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1}}}
_ANSWERS: Final[Mapping[str, object]] = {
    "hooks.slack.com": "ok",
    "slack.com": {"ok": True},
    "api.telegram.org": _SENT,
    "chat.example.com": {"success": True},
    "example.atlassian.net": {"issues": [], "id": "1", "key": "OPS-1"},
    "sns.eu-west-1.amazonaws.com": _PUBLISHED,
}
"""Host → what it answers when all is well; an empty object from the others."""


@dataclass(frozen=True)
class Asked:
    """A request that arrived."""

    host: str
    method: str
    path: str
    headers: Mapping[str, str]
    """With names in lower case."""
    body: str

    def json(self) -> Any:  # noqa: ANN401  # any JSON
        """The body as data."""
        return json.loads(self.body)


class Services(ThreadingHTTPServer):
    """The proxy."""

    daemon_threads = True

    def __init__(self, context: SSLContext) -> None:
        self.context = context
        self.asked: list[Asked] = []
        super().__init__(("127.0.0.1", 0), _Visit)

    @property
    def url(self) -> str:
        """What a client has as its proxy."""
        return f"http://127.0.0.1:{self.server_port}"

    def of(self, host: str) -> list[Asked]:
        """What a host was asked, oldest first."""
        return [asked for asked in self.asked if asked.host == host]


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Services
    host = ""

    def do_CONNECT(self) -> None:
        """Be the host that is asked for, from here on."""
        self.host = self.path.partition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)

    def finish(self) -> None:
        """Close what CONNECT has put in the place of the socket."""
        super().finish()
        self.connection.close()

    def do_POST(self) -> None:
        """Keep the request and say that all is well."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        host = self.host or str(urlsplit(self.path).hostname)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(host, self.command, self.path, headers, body))
        answer = _ANSWERS.get(host, {})
        data = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if isinstance(answer, str) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST  # noqa: N815  # names of the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


@contextmanager
def services(folder: Path) -> Iterator[Services]:
    """The proxy, running; its certificate lies in `folder`."""
    with Services(self_signed(folder, "services").server()) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
