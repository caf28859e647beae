"""A running Alertmanager, through its API v2: where it is, how to log in, and one clear line when it does not answer.

https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

import argparse
import base64
import getpass
import http.client
import json
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

from watchspec.errors import EnvironmentFailure, SecretUnreadable, UsageError
from watchspec.load import Loaded
from watchspec.stack.state import State

TIMEOUT: Final = 10.0
"""Seconds that one answer may take."""
_STATE_FOLDER: Final = ".watchspec"
_LOOPBACK: Final = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")


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


@dataclass(frozen=True, slots=True)
class Login:
    """What a reverse proxy or Alertmanager's own web configuration asks of who calls."""

    username: str | None = None
    password_file: Path | None = None
    authorities: Path | None = None
    """Certificates of the authorities to trust; those of the system by default."""


class Alertmanager:
    """One Alertmanager; every method raises `EnvironmentFailure`, in one line, if it does not do what it is asked."""

    def __init__(self, url: str, origin: str, login: Login = Login()) -> None:  # it is frozen
        """`origin` is who names the address; raise `UsageError` for one that cannot be called."""
        parts = _split(url)
        if parts is None:
            raise UsageError(f"{origin} {url}: not an address of Alertmanager; write one such as http://localhost:9093")
        if parts.username or parts.password:
            raise UsageError(f"{origin}: no login in an address, where others see it; --username and --password-file")
        self.url, self.origin = url.rstrip("/"), origin
        self._headers = _headers(login)
        handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=_context(login))]
        if _LOOPBACK.fullmatch(parts.hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

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

    def _json(
        self, form: type, method: str, path: str, query: Iterable[tuple[str, str]] = (), body: object = None
    ) -> Any:  # noqa: ANN401  # any JSON of this form
        text = self._ask(method, path, query, body)
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, form):
            raise self._failure("answers, but not as Alertmanager does; is the address right?")
        return found

    def _ask(self, method: str, path: str, query: Iterable[tuple[str, str]] = (), body: object = None) -> str:
        asked = urlencode(list(query))
        data = None if body is None else json.dumps(body).encode()
        headers = self._headers | ({"Content-Type": "application/json"} if data else {})
        request = urllib.request.Request(  # noqa: S310  # the scheme was looked at
            f"{self.url}{path}{'?' if asked else ''}{asked}", data, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return str(answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error) from None
        except urllib.error.URLError as error:
            raise self._failure(f"does not answer: {_why(error.reason)}", mend=True) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(f"does not answer: {_why(error)}", mend=True) from None

    def _refused(self, error: urllib.error.HTTPError) -> EnvironmentFailure:
        if error.code in {401, 403}:
            return self._failure(f"refuses the login ({error.code}); give --username and --password-file")
        said = error.read(2000).decode("utf-8", "replace")
        try:
            known = json.loads(said)
            said = str(known.get("message", known)) if isinstance(known, dict) else str(known)
        except ValueError:
            said = "" if said.startswith("<") else said
        said = " ".join(said.split())
        return self._failure(f"refuses ({error.code}){f': {said}' if said else ', is the address right?'}")

    def _failure(self, what: str, *, mend: bool = False) -> EnvironmentFailure:
        named = "" if self.origin == "--alertmanager" else f" ({self.origin})"
        instead = "; start it with `watchspec up`, or name another: --alertmanager URL" if mend else ""
        return EnvironmentFailure(f"Alertmanager at {self.url}{named} {what}{instead}")


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
    if running and parts.port == running.port and _LOOPBACK.fullmatch(parts.hostname or ""):
        return str(Path(_STATE_FOLDER) / "log" / "alertmanager.log")
    return "Alertmanager's log"


def _split(url: str) -> SplitResult | None:
    """The parts of an address that can be called."""
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _headers(login: Login) -> dict[str, str]:
    if login.username is None:
        if login.password_file is not None:
            raise UsageError("--password-file: whose password? give --username too")
        return {}
    if login.password_file is None:
        raise UsageError("--username: give --password-file too, the file that holds the password")
    try:
        password = login.password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretUnreadable(f"--password-file {login.password_file}: {_why(error)}") from None
    return {"Authorization": f"Basic {base64.b64encode(f'{login.username}:{password}'.encode()).decode()}"}


def _context(login: Login) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(login.authorities) if login.authorities else None)
    except (OSError, ssl.SSLError) as error:
        raise EnvironmentFailure(f"--ca-file {login.authorities}: {_why(error)}") from None


def _why(reason: object) -> str:
    match reason:
        case TimeoutError():
            return f"no answer within {TIMEOUT:g} s"
        case ssl.SSLCertVerificationError():
            return f"{reason.verify_message}; --ca-file names who signed its certificate"
        case socket.gaierror():
            return "no such host"
        case OSError() if reason.strerror:
            return reason.strerror[0].lower() + reason.strerror[1:]
        case _:
            return str(reason) or type(reason).__name__
