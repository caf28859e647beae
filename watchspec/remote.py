"""Servers that somebody else runs, through HTTP: how to log in, and one clear line when one does not answer."""

import base64
import http.client
import json
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

from watchspec.errors import EnvironmentFailure, SecretUnreadable, UsageError

TIMEOUT: Final = 10.0
"""Seconds that one answer may take."""
_LOOPBACK: Final = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
_PORTS: Final = {"Alertmanager": 9093, "Prometheus": 9090}
Pairs = Iterable[tuple[str, str]]


class RemoteFailure(EnvironmentFailure):
    """A server does not do what it is asked; `what` is the reason alone, without its address."""

    def __init__(self, message: str, what: str) -> None:
        self.what = what
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Login:
    """What a reverse proxy or a server's own web configuration asks of who calls."""

    username: str | None = None
    password_file: Path | None = None
    authorities: Path | None = None
    """Certificates of the authorities to trust; those of the system by default."""


NOBODY: Final = Login()
"""No login, and the system's authorities."""


class Remote:
    """One server; every method raises `RemoteFailure` if it does not do what it is asked. Threads may share it."""

    def __init__(self, name: str, url: str, origin: str, login: Login = NOBODY) -> None:
        """`name` is what people call it, `origin` who names the address; raise `UsageError` if it cannot be called."""
        parts = _split(url)
        if parts is None:
            example = f"http://localhost:{_PORTS[name]}"
            raise UsageError(f"{origin} {url}: not an address of {name}; write one such as {example}")
        if parts.username or parts.password:
            raise UsageError(f"{origin}: no login in an address, where others see it; --username and --password-file")
        self.url, self._name, self._origin = url.rstrip("/"), name, origin
        self._headers = _headers(login)
        handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=_context(login))]
        if loopback(parts.hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def json(self, form: type, method: str, path: str, query: Pairs = (), body: bytes = b"", **more: Any) -> Any:  # noqa: ANN401  # any JSON of this form
        """The answer, which is JSON of this `form` (list, dict); the rest is as `ask` takes it."""
        try:
            found = json.loads(self.ask(method, path, query, body, **more))
        except ValueError:
            found = None
        if not isinstance(found, form):
            raise self._failure(f"answers, but not as {self._name} does; is the address right?")
        return found

    def ask(
        self, method: str, path: str, query: Pairs = (), body: bytes = b"", *,
        kind: str = "application/json", patience: float = TIMEOUT,
    ) -> str:  # fmt: skip
        """The text of the answer, within `patience` seconds; `body`, if there is one, is of the content type `kind`."""
        asked = urlencode(list(query))
        headers = self._headers | ({"Content-Type": kind} if body else {})
        request = urllib.request.Request(  # noqa: S310  # the scheme was looked at
            f"{self.url}{path}{'?' if asked else ''}{asked}", body or None, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=patience) as answer:
                return str(answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error) from None
        except urllib.error.URLError as error:
            raise self._failure(f"does not answer: {_why(error.reason, patience)}", mend=True) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(f"does not answer: {_why(error, patience)}", mend=True) from None

    def _refused(self, error: urllib.error.HTTPError) -> RemoteFailure:
        if error.code in {401, 403}:
            return self._failure(f"refuses the login ({error.code}); give --username and --password-file")
        said = error.read(2000).decode("utf-8", "replace")
        try:
            known = json.loads(said)
            # Alertmanager says `message`, Prometheus `error`.
            said = str(known.get("message") or known.get("error") or known) if isinstance(known, dict) else str(known)
        except ValueError:
            said = "" if said.startswith("<") else said
        said = " ".join(said.split())
        return self._failure(f"refuses ({error.code}){f': {said}' if said else ', is the address right?'}")

    def _failure(self, what: str, *, mend: bool = False) -> RemoteFailure:
        option = f"--{self._name.lower()}"
        named = "" if self._origin == option else f" ({self._origin})"
        instead = f"; start it with `watchspec up`, or name another: {option} URL" if mend else ""
        return RemoteFailure(f"{self._name} at {self.url}{named} {what}{instead}", what)


def loopback(host: str) -> bool:
    """Whether `host` is this machine, which no proxy leads to."""
    return _LOOPBACK.fullmatch(host) is not None


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


def _why(reason: object, patience: float = TIMEOUT) -> str:
    match reason:
        case TimeoutError():
            return f"no answer within {patience:g} s"
        case ssl.SSLCertVerificationError():
            return f"{reason.verify_message}; --ca-file names who signed its certificate"
        case socket.gaierror():
            return "no such host"
        case OSError() if reason.strerror:
            return reason.strerror[0].lower() + reason.strerror[1:]
        case _:
            return str(reason) or type(reason).__name__
