"""Certificates made on the spot, by an authority of our own or by nobody."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.need import program


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        """What a server with this certificate wraps its sockets in."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def der(self) -> bytes:
        """The DER form of the certificate, the first in the file."""
        own, end, _ = self.certificate.read_text().partition("-----END CERTIFICATE-----\n")
        return ssl.PEM_cert_to_DER_cert(own + end)


def self_signed(folder: Path, name: str, subject: str = "/CN=localhost", days: int = 30) -> Pair:
    """A certificate for 127.0.0.1 and localhost that vouches for itself."""
    return _made(folder, name, "-x509", "-days", str(days), "-subj", subject, "-addext", names("localhost"))


def authority(folder: Path, subject: str = "/CN=Own CA") -> Pair:
    """A certificate authority: `ca.pem` and its key."""
    return _made(folder, "ca", "-x509", "-days", "60", "-subj", subject)


def signed(folder: Path, name: str, by: Pair, *, host: str = "localhost", ends: str = "20490101000000Z") -> Pair:
    """A certificate for 127.0.0.1 and `host` that an authority vouches for, until `ends`; with its chain."""
    request = _made(folder, name, "-subj", f"/CN={host}", "-addext", names(host))
    extensions = folder / f"{name}.ext"
    extensions.write_text(names(host))
    database = folder / f"{name}.index"
    database.write_text("")
    settings = folder / f"{name}.cnf"
    settings.write_text(
        f"[ca]\ndefault_ca=own\n[own]\ndatabase={database}\nnew_certs_dir={folder}\nrand_serial=yes\n"
        "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n"
    )
    made = folder / f"{name}.signed.pem"
    _run(
        "ca", "-batch", "-notext", "-config", settings, "-extfile", extensions, "-cert", by.certificate,
        "-keyfile", by.key, "-in", request.certificate, "-out", made,
        "-startdate", "20200101000000Z", "-enddate", ends,
    )  # fmt: skip
    made.write_text(made.read_text() + by.certificate.read_text())
    return Pair(made, request.key)


def names(host: str) -> str:
    """The extension with the names of a certificate."""
    return f"subjectAltName=DNS:{host},DNS:also.{host}" + (",IP:127.0.0.1" if host == "localhost" else "")


def _made(folder: Path, name: str, *options: str) -> Pair:
    made = Pair(folder / f"{name}.pem", folder / f"{name}.key")
    _run("req", "-utf8", "-newkey", "rsa:2048", "-nodes", "-keyout", made.key, "-out", made.certificate, *options)
    return made


def _run(*arguments: str | Path) -> None:
    subprocess.run([program("openssl"), *arguments], check=True, capture_output=True)
