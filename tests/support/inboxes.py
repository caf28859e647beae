"""Webhooks that take what Alertmanager sends, or refuse it, or are not there, as a test tells them."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from tests.support.servers import free_port, wait_until

Labels = Mapping[str, str]
PATIENCE: Final = 20.0
"""Seconds in which a message that is to come must come."""


@dataclass(frozen=True)
class Message:
    """A message that was taken."""

    at: float
    """When, in Unix seconds."""
    firing: tuple[Labels, ...]
    resolved: tuple[Labels, ...]

    def about(self, labels: Labels) -> bool:
        """Whether one of its alerts has all of `labels`."""
        return any(labels.items() <= alert.items() for alert in (*self.firing, *self.resolved))


@dataclass(frozen=True)
class Answer:
    """What is said to a message."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds until it is said."""


class Inbox:
    """The receiver of one channel; it is there from `open` to `close`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.messages: list[Message] = []
        """What was taken, oldest first."""
        self.refused: list[float] = []
        """When a message was refused, in Unix seconds."""
        self.answer = Answer()
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Where it is, open or not."""
        return f"http://127.0.0.1:{self.port}/"

    def open(self) -> None:
        """Listen, always on the same port."""
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.05,)).start()

    def close(self) -> None:
        """Refuse connections from now on."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def of(self, **labels: str) -> list[Message]:
        """What came about an alert with `labels`."""
        return [message for message in self.messages if message.about(labels)]

    def firing(self, **labels: str) -> list[Message]:
        """What came to say that an alert with `labels` fires."""
        return [m for m in self.messages if any(labels.items() <= alert.items() for alert in m.firing)]

    def resolved(self, **labels: str) -> list[Message]:
        """What came to say that an alert with `labels` is over."""
        return [m for m in self.messages if any(labels.items() <= alert.items() for alert in m.resolved)]

    def told(self, count: int = 1, /, **labels: str) -> Message:
        """Wait until `count` messages say that an alert with `labels` fires; the last of them."""
        wait_until(lambda: len(self.firing(**labels)) >= count, f"{count} messages about {labels}", PATIENCE)
        return self.firing(**labels)[count - 1]

    def ended(self, **labels: str) -> Message:
        """Wait until a message says that an alert with `labels` is over."""
        wait_until(lambda: bool(self.resolved(**labels)), f"the end of {labels}", PATIENCE)
        return self.resolved(**labels)[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with the usual 5, a burst would be told a second late

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        super().__init__(("127.0.0.1", inbox.port), _Visit)


class _Visit(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Answer as the test says; what is not refused is kept."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        inbox, now = self.server.inbox, time.time()
        answer = inbox.answer
        time.sleep(answer.delay)
        if answer.status < 300:
            by_status: dict[str, list[Labels]] = {"firing": [], "resolved": []}
            for alert in body["alerts"]:
                by_status[alert["status"]].append(alert["labels"])
            inbox.messages.append(Message(now, tuple(by_status["firing"]), tuple(by_status["resolved"])))
        else:
            inbox.refused.append(now)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""
