"""The certificates and the password that the parts of the compose stack show each other, where the spec says `secure`.

The authority and the password are made once and stay on the machine, in `secrets/tls/`. Certificates are made anew at
each start; their keys are in the volume only, each for the user of its part alone. The web configuration files, in
Prometheus's format, are there without `secure` too, and say nothing: the parts then are open.
"""

import json
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from watchspec.errors import EnvironmentFailure
from watchspec.stack.access import AT, PARTS, USER

_AUTHORITY_DAYS: Final = 3650
_DAYS: Final = 825
"""Of a certificate; no client takes one for longer (https://support.apple.com/103769)."""
_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_COST: Final = 10
"""The exponent of bcrypt; every scrape is a login, and what was right is remembered."""


def create(folder: Path) -> list[Path]:
    """Make the authority and the password in `folder`, if they are missing; what was made, the folder first."""
    folder.mkdir(mode=0o700, exist_ok=True)
    made: list[Path] = []
    if not (folder / "password").exists():
        made.append(_written(folder / "password", secrets.token_urlsafe(24) + "\n"))
    if not (folder / "ca.pem").exists():
        made += [_written(folder / name, "") for name in ("ca.key", "ca.pem")]
        subject = ("-x509", "-days", str(_AUTHORITY_DAYS), "-subj", "/CN=Watchspec stack")
        try:
            _openssl("req", *_KEY, *subject, "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
        except EnvironmentFailure:
            (folder / "ca.pem").unlink()
            raise
    return [folder, *made]


def _written(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def contents(folder: Path | None) -> Iterator[tuple[str, str, int | None]]:
    """Each file for the volume: name, text, and the user who alone may read it; `folder` is that of `create`.

    Without a folder the parts are open.
    """
    if folder is None:
        yield from ((f"{part}.yml", "{}\n", None) for part in PARTS)
        return
    import bcrypt  # noqa: PLC0415  # an open stack does without

    password = (folder / "password").read_text(encoding="utf-8").strip()
    yield "password", password, None
    yield "ca.pem", (folder / "ca.pem").read_text(encoding="utf-8"), None
    yield "client.yml", json.dumps(client()), None
    for part, owner in PARTS.items():
        certificate, key = _signed(part, folder)
        yield f"{part}.pem", certificate, None
        yield f"{part}.key", key, owner
        hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(_COST)).decode()
        yield f"{part}.yml", json.dumps(_web(part, hashed)), owner


def client() -> dict[str, object]:
    """What `promtool` and `amtool` take as `--http.config.file`."""
    login = {"username": USER, "password_file": f"{AT}/password"}
    return {"basic_auth": login, "tls_config": {"ca_file": f"{AT}/ca.pem"}}


def _web(part: str, hashed: str) -> dict[str, object]:
    """https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md; JSON is YAML."""
    files = {"cert_file": f"{part}.pem", "key_file": f"{part}.key"}
    return {"tls_server_config": {**files, "min_version": "TLS12"}, "basic_auth_users": {USER: hashed}}


def _signed(part: str, folder: Path) -> tuple[str, str]:
    """A fresh certificate for a part, under its name and that of the machine's loopback, and its key."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        request, key, made, names = (place / name for name in ("request", "key", "certificate", "names"))
        names.write_text(
            f"basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:{part},DNS:localhost,IP:127.0.0.1\n"
            "extendedKeyUsage=serverAuth\n"
        )
        _openssl("req", *_KEY, "-subj", f"/CN={part}", "-keyout", key, "-out", request)
        _openssl(
            "x509", "-req", "-in", request, "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-days", str(_DAYS),
            "-set_serial", str(secrets.randbits(64)), "-extfile", names, "-out", made,
        )  # fmt: skip
        return made.read_text(), key.read_text()


def _openssl(*arguments: str | Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise EnvironmentFailure("secure: there is no openssl here to make certificates with")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EnvironmentFailure(f"secure: openssl {arguments[0]} failed: {done.stderr.strip()}")
