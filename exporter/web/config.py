"""Prometheus's web configuration file, read by a child process: the exporter has no YAML in its memory."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from watchspec.errors import EnvironmentFailure, UsageError

_PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Tls:
    """How the exporter shows who it is, and how it asks clients who they are; paths are absolute."""

    cert_file: str
    key_file: str
    client_ca_file: str | None = None
    client_auth_type: str = "NoClientCert"
    """As Go names them; `VerifyClientCertIfGiven` or `RequireAndVerifyClientCert` where clients are asked."""
    client_allowed_sans: tuple[str, ...] = ()
    """A client's certificate must have one of these names; any will do if there are none."""
    min_version: str = "TLSv1_2"
    max_version: str = "TLSv1_3"
    """Names of `ssl.TLSVersion`."""
    ciphers: str = ""
    """OpenSSL's list for TLS 1.2; its own choice if it is empty."""

    @property
    def files(self) -> tuple[str, ...]:
        """What is read again when it changes."""
        return tuple(filter(None, (self.cert_file, self.key_file, self.client_ca_file)))


@dataclass(frozen=True, slots=True)
class Web:
    """What the file says."""

    tls: Tls | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    """Name → bcrypt hash."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every answer."""

    @property
    def asks_certificate(self) -> bool:
        """Whether no client gets in without a certificate that was verified."""
        return self.tls is not None and self.tls.client_auth_type == "RequireAndVerifyClientCert"


OPEN: Final = Web()
"""No TLS, no users: what holds without a file."""


def load(path: Path | None) -> Web:
    """What the file says; raises `UsageError` with every problem, one a line. Without a path everything is open."""
    if path is None:
        return OPEN
    # The same modules as ours, however this process came by them.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-P", "-m", "watchspec.webconfig", str(path)]
    try:
        ended = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, env=environment, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentFailure(f"{path}: loading took more than {_PATIENCE:g} s") from None
    said = ended.stderr.decode("utf-8", "replace").strip()
    if ended.returncode:
        raise (UsageError if ended.returncode == 2 else EnvironmentFailure)(said)
    return _web(json.loads(ended.stdout))


def _web(document: Mapping[str, Mapping[str, object] | None]) -> Web:
    tls = document["tls"]
    users, headers = document["users"] or {}, document["headers"] or {}
    return Web(
        None if tls is None else _tls(tls),
        {name: str(value) for name, value in users.items()},
        {name: str(value) for name, value in headers.items()},
    )


def _tls(values: Mapping[str, object]) -> Tls:
    names = values.get("client_allowed_sans")
    text = {name: str(value) for name, value in values.items() if isinstance(value, str)}
    return Tls(**text, client_allowed_sans=tuple(map(str, names)) if isinstance(names, list) else ())
