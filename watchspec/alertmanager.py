"""A running Alertmanager, through its API v2: where it is, how to log in, and one clear line when it does not answer.

https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

import argparse
import getpass
import json
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from watchspec.errors import UsageError
from watchspec.load import Loaded
from watchspec.remote import NOBODY, TIMEOUT, Login, Pairs, Remote, loopback
from watchspec.stack import access
from watchspec.stack.state import State

_STATE_FOLDER: Final = ".watchspec"
_SECURE: Final = "https://localhost:9093"
"""The compose stack's, where the spec says `secure`."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One matcher of a silence, or of a question to the API; a regular expression is anchored at both ends."""

    name: str
    value: str
    regex: bool = False
    equal: bool = True

    @property
    def operator(self) -> str:
        """`=`, `!=`, `=~` or `!~`."""
        return {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}[
            self.regex, self.equal
        ]

    def holds(self, value: str) -> bool:
        """Whether a label with `value`, empty where there is none, passes; raises `re.error` as Python reads it."""
        same = re.fullmatch(self.value, value, re.DOTALL) is not None if self.regex else value == self.value
        return same is self.equal

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.name}{self.operator}"{value}"'


class Alertmanager:
    """One Alertmanager; every method raises `EnvironmentFailure`, in one line, if it does not do what it is asked."""

    def __init__(self, url: str, origin: str, login: Login = NOBODY) -> None:
        """`origin` is who names the address; raise `UsageError` for one that cannot be called."""
        self.remote = Remote("Alertmanager", url, origin, login)
        self.url = self.remote.url

    def alerts(self, matchers: Iterable[Matcher] = ()) -> list[dict[str, Any]]:
        """The alerts that fire and pass all of `matchers`, silenced and inhibited ones too."""
        found: list[dict[str, Any]] = self._json(list, "GET", "/api/v2/alerts", [("filter", str(m)) for m in matchers])
        return found

    def send(self, alerts: Iterable[Mapping[str, object]]) -> None:
        """Hand over alerts as Prometheus does."""
        self._ask("POST", "/api/v2/alerts", body=list(alerts))

    def silences(self) -> list[dict[str, Any]]:
        """All silences, those too that ended in the last days."""
        found: list[dict[str, Any]] = self._json(list, "GET", "/api/v2/silences")
        return found

    def silence(self, silence: Mapping[str, object]) -> str:
        """Make a silence; its ID."""
        return str(self._json(dict, "POST", "/api/v2/silences", body=silence)["silenceID"])

    def end_silence(self, identity: str) -> None:
        """End a silence now."""
        self._ask("DELETE", f"/api/v2/silence/{identity}")

    def status(self) -> dict[str, Any]:
        """Version and configuration; secrets are hidden in it."""
        found: dict[str, Any] = self._json(dict, "GET", "/api/v2/status")
        return found

    def metrics(self) -> str:
        """What it says of itself, as Prometheus reads it."""
        return self._ask("GET", "/metrics")

    def _json(self, form: type, method: str, path: str, query: Pairs = (), body: object = None) -> Any:  # noqa: ANN401  # any JSON of this form
        return self.remote.json(form, method, path, query, _encoded(body), patience=TIMEOUT)

    def _ask(self, method: str, path: str, query: Pairs = (), body: object = None) -> str:
        return self.remote.ask(method, path, query, _encoded(body), patience=TIMEOUT)


def connect(arguments: argparse.Namespace, loaded: Loaded) -> Alertmanager:
    """The Alertmanager that `arguments`, the spec or the running stack names, in this order."""
    login = Login(arguments.username, arguments.password_file, arguments.ca_file)
    links = loaded.spec.links
    if arguments.alertmanager:
        return Alertmanager(arguments.alertmanager, "--alertmanager", login)
    if "alertmanager" in links.model_fields_set:
        return Alertmanager(links.alertmanager, "links.alertmanager of the spec", login)
    if running := State(loaded.folder / _STATE_FOLDER).running("alertmanager"):
        return Alertmanager(f"http://127.0.0.1:{running.port}", "of the stack that runs", login)
    if loaded.spec.secure and login == NOBODY:
        folder = loaded.folder / access.MACHINE
        return Alertmanager(_SECURE, "of the secure stack", Login(access.USER, folder / "password", folder / "ca.pem"))
    return Alertmanager(links.alertmanager, "the usual address", login)


def author() -> str:
    """Who runs this, as others know them: `user@host`; raise `UsageError` if this machine does not say."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):
        raise UsageError("who are you? this machine does not know; set USER, or give --author") from None


def log_of(alertmanager: Alertmanager, loaded: Loaded) -> str:
    """Where its log is read, in words."""
    state = State(loaded.folder / _STATE_FOLDER)
    running = state.running("alertmanager")
    parts = urlsplit(alertmanager.url)
    if running and parts.port == running.port and loopback(parts.hostname or ""):
        return str(Path(_STATE_FOLDER) / "log" / "alertmanager.log")
    return "Alertmanager's log"


def _encoded(body: object) -> bytes:
    return b"" if body is None else json.dumps(body).encode()
