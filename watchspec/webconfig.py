"""Read a Prometheus web configuration file in a process of its own: `python -m watchspec.webconfig FILE`.

Standard output gets what the file says as JSON, standard error every problem with its place, and the exit status is
that of the problem. Format: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
"""

import difflib
import json
import re
import ssl
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Final, TextIO

from watchspec.errors import EnvironmentFailure, SpecInvalid, UsageError, WatchspecError
from watchspec.problems import Path, Problem
from watchspec.source import Source

_VERSIONS: Final = {"TLS12": "TLSv1_2", "TLS13": "TLSv1_3"}
_AUTH: Final[Mapping[str, str]] = {
    "NoClientCert": "",
    "VerifyClientCertIfGiven": "",
    "RequireAndVerifyClientCert": "",
    "RequestClientCert": "a certificate that nobody verifies proves nothing; write VerifyClientCertIfGiven",
    "RequireAnyClientCert": "a certificate that nobody verifies proves nothing; write RequireAndVerifyClientCert",
}
"""Mode → why it is not offered; Python's TLS cannot ask for a certificate without verifying it."""
_SUITES: Final[Mapping[str, str]] = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305": "ECDHE-ECDSA-CHACHA20-POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": "ECDHE-ECDSA-AES128-SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": "ECDHE-ECDSA-AES256-SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305": "ECDHE-RSA-CHACHA20-POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-RSA-CHACHA20-POLY1305",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": "ECDHE-RSA-AES128-SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": "ECDHE-RSA-AES256-SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "AES128-GCM-SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384",
    # Those of TLS 1.3 are always offered, by Go and by Python.
    "TLS_AES_128_GCM_SHA256": "",
    "TLS_AES_256_GCM_SHA384": "",
    "TLS_CHACHA20_POLY1305_SHA256": "",
}
"""Go's names (crypto/tls) → OpenSSL's (`man openssl-ciphers`)."""
_HEADERS: Final = (
    "Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
    "X-XSS-Protection",
)  # fmt: skip
_SECTIONS: Final = ("tls_server_config", "http_server_config", "basic_auth_users")
_TLS_KEYS: Final = (
    "cert_file", "key_file", "client_ca_file", "client_auth_type", "client_allowed_sans", "min_version", "max_version",
    "cipher_suites", "prefer_server_cipher_suites",
)  # fmt: skip
_ELSEWHERE: Final[Mapping[str, str]] = {
    "cert": "not offered; put it into a file and write cert_file",
    "key": "a key is never written into a configuration; put it into a file and write key_file",
    "client_ca": "not offered; put it into a file and write client_ca_file",
    "curve_preferences": "not offered; OpenSSL's own order is used: remove it",
    "rate_limit": "not offered; connections and scrapes are bounded anyway: remove it",
}
_BCRYPT: Final = re.compile(r"\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}")
_DEAREST: Final = 16
"""The exponent of bcrypt above which a login takes seconds."""


class _File:
    """One file, and what is wrong with it."""

    def __init__(self, source: Source, folder: FilePath) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._folder = folder

    def refuse(self, path: Path, message: str) -> None:
        """Remember that `path` is wrong."""
        self.problems.append(self._source.problem(path, message))

    def mapping(self, value: object, path: Path, known: Sequence[str] = ()) -> dict[str, object]:
        """A section, empty if it is not there; `known` are its keys, unless any will do."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.refuse(path, "must be a mapping")
            return {}
        for key in value if known else ():
            if key not in known:
                self.refuse((*path, key), _ELSEWHERE.get(key) or f"unknown key; {_hint(key, known)}")
        return {key: item for key, item in value.items() if not known or key in known}

    def text(self, value: object, path: Path) -> str | None:
        """A text, if it is there."""
        if value is None or (isinstance(value, str) and value):
            return value
        self.refuse(path, "must be text")
        return None

    def path(self, value: object, path: Path) -> str | None:
        """A file; a relative one lies beside the configuration."""
        name = self.text(value, path)
        return None if name is None else str(self._folder / name)

    def texts(self, value: object, path: Path) -> list[str]:
        """A list of texts."""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return [str(item) for item in value]
        if value is not None:
            self.refuse(path, "must be a list of texts")
        return []


def read(file: FilePath) -> dict[str, object]:
    """What the file says: `tls`, `users`, `headers`; raises `WatchspecError` with every problem."""
    source = Source(_text(file), str(file))
    found = _File(source, file.resolve().parent)
    sections = found.mapping(source.value, (), (*_SECTIONS, "rate_limit"))
    if "rate_limit" in sections:
        found.refuse(("rate_limit",), _ELSEWHERE["rate_limit"])
    document: dict[str, object] = {
        "tls": _tls(found, sections["tls_server_config"]) if sections.get("tls_server_config") is not None else None,
        "headers": _headers(found, sections.get("http_server_config")),
        "users": _users(found, sections.get("basic_auth_users")),
    }
    if found.problems:
        raise SpecInvalid(found.problems)
    return document


def _tls(found: _File, value: object) -> dict[str, object]:
    at = "tls_server_config"
    given = found.mapping(value, (at,), _TLS_KEYS)
    paths = {key: found.path(given.get(key), (at, key)) for key in ("cert_file", "key_file", "client_ca_file")}
    for key in ("cert_file", "key_file"):
        if given.get(key) is None:
            found.refuse((at,), f"{key} is missing; TLS needs a certificate and its key")
    mode = found.text(given.get("client_auth_type"), (at, "client_auth_type")) or "NoClientCert"
    _auth(found, mode, paths["client_ca_file"], (at, "client_auth_type"))
    versions = _versions(found, given)
    sans = found.texts(given.get("client_allowed_sans"), (at, "client_allowed_sans"))
    if sans and mode != "RequireAndVerifyClientCert":
        found.refuse((at, "client_allowed_sans"), "needs client_auth_type: RequireAndVerifyClientCert")
    suites = found.texts(given.get("cipher_suites"), (at, "cipher_suites"))
    return {
        **paths,
        "client_auth_type": mode,
        "client_allowed_sans": sans,
        **versions,
        "ciphers": _ciphers(found, suites),
    }


def _auth(found: _File, mode: str, authorities: str | None, path: Path) -> None:
    if mode not in _AUTH:
        found.refuse(path, f'"{mode}" is no such mode; {_hint(mode, _AUTH)}')
    elif _AUTH[mode]:
        found.refuse(path, f"{mode} is not offered: {_AUTH[mode]}")
    elif mode != "NoClientCert" and authorities is None:
        found.refuse(path, f"{mode} needs client_ca_file, the authorities that signed the clients' certificates")
    elif mode == "NoClientCert" and authorities is not None:
        found.refuse(
            ("tls_server_config", "client_ca_file"), "nobody is asked for a certificate; write client_auth_type as well"
        )


def _versions(found: _File, given: Mapping[str, object]) -> dict[str, str]:
    lowest = _version(found, given, "min_version", "TLS12")
    highest = _version(found, given, "max_version", "TLS13")
    if lowest > highest:
        found.refuse(("tls_server_config", "min_version"), "is above max_version")
    return {"min_version": _VERSIONS[lowest], "max_version": _VERSIONS[highest]}


def _version(found: _File, given: Mapping[str, object], key: str, usual: str) -> str:
    path = ("tls_server_config", key)
    name = found.text(given.get(key), path) or usual
    if name in _VERSIONS:
        return name
    old = " is broken (RFC 8996)" if name in {"TLS10", "TLS11"} else " is no such version"
    found.refuse(path, f'"{name}"{old}; write TLS12 or TLS13')
    return usual


def _ciphers(found: _File, suites: Iterable[str]) -> str:
    chosen = []
    for index, name in enumerate(suites):
        path = ("tls_server_config", "cipher_suites", index)
        if name not in _SUITES:
            found.refuse(path, f'"{name}" is no suite that is offered; {_hint(name, _SUITES)}')
        elif _SUITES[name] and not _usable(_SUITES[name]):
            found.refuse(path, f"this machine's OpenSSL does not have {name}; remove it")
        else:
            chosen.append(_SUITES[name])
    return ":".join(filter(None, chosen))


def _usable(cipher: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).set_ciphers(cipher)
    except ssl.SSLError:
        return False
    return True


def _headers(found: _File, value: object) -> dict[str, str]:
    given = found.mapping(value, ("http_server_config",), ("headers", "http2"))
    if not isinstance(given.get("http2", True), bool):
        found.refuse(("http_server_config", "http2"), "must be true or false")
    headers = found.mapping(given.get("headers"), ("http_server_config", "headers"), _HEADERS)
    shown = {}
    for name, content in headers.items():
        path = ("http_server_config", "headers", name)
        line = found.text(content, path)
        if line is not None and line.isprintable() and line.isascii():
            shown[name] = line
        elif line is not None:
            found.refuse(path, "must be printable ASCII text on one line")
    return shown


def _users(found: _File, value: object) -> dict[str, str]:
    users = {}
    for name, hashed in found.mapping(value, ("basic_auth_users",)).items():
        path = ("basic_auth_users", name)
        match = _BCRYPT.fullmatch(hashed) if isinstance(hashed, str) else None
        if match is None:
            found.refuse(path, "not a bcrypt hash; make one with: htpasswd -nBC 10 NAME")
        elif not 4 <= int(match[1]) <= _DEAREST:
            found.refuse(path, f"a bcrypt cost of {int(match[1])}; take one from 4 to {_DEAREST}, such as 10")
        elif ":" in name or not name:
            found.refuse(path, 'a user\'s name is not empty and has no ":"')
        else:
            users[name] = match[0]
    return users


def _hint(word: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(word, names, 1)
    return f'did you mean "{close[0]}"?' if close else f"known: {', '.join(names)}"


def _text(file: FilePath) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{file}: no such file; --web.config.file names a Prometheus web configuration") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 text at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise EnvironmentFailure(f"{file}: cannot be read: {error.strerror}") from None


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO, parse: Callable[[FilePath], object] = read) -> int:
    """Print what the file says; the exit status."""
    try:
        json.dump(parse(FilePath(argv[0])), stdout)
    except WatchspecError as error:
        print(error, file=stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))
