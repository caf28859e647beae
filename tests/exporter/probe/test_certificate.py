"""Certificates in DER form."""

import ssl
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.probe import certificate
from tests.support.certificates import Pair, self_signed, signed
from tests.support.need import program


def test_a_certificate_is_read_as_openssl_reads_it(tmp_path: Path, ca: Pair) -> None:
    """Serial number, fingerprint and expiry."""
    pair = signed(tmp_path, "web", ca)
    command = [program("openssl"), "x509", "-noout", "-serial", "-fingerprint", "-sha256", "-enddate", "-in"]
    text = subprocess.run([*command, pair.certificate], check=True, capture_output=True, text=True).stdout
    said = dict(line.split("=", 1) for line in text.splitlines())

    found = certificate.read(pair.der())

    assert found.serial == said["serial"].lower()
    assert found.fingerprint == said["sha256 Fingerprint"].replace(":", "").lower()
    assert found.expires == ssl.cert_time_to_seconds(said["notAfter"])
    assert found.dns_names == ("localhost", "also.localhost")


def test_names_are_written_as_go_writes_them(tmp_path: Path, ca: Pair) -> None:
    """The common name first, then from small to large; what has no short name last. Checked against Go 1.27."""
    found = certificate.read(signed(tmp_path, "web", ca).der())

    assert found.subject == "CN=localhost"
    assert found.issuer == r"CN=Own CA,OU=A+OU=B,O=Own\, Inc.,C=RS,1.2.840.113549.1.9.1=a@example.com"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("/CN= #x", r"CN=\ #x"),
        ("/CN=a;b<c>d", r"CN=a\;b\<c\>d"),
        ("/CN=Đorđe", "CN=Đorđe"),
        ("/C=RS/ST=Vojvodina/L=Novi Sad/O=X/serialNumber=5", "SERIALNUMBER=5,ST=Vojvodina,L=Novi Sad,O=X,C=RS"),
    ],
)
def test_special_characters_of_a_name_are_escaped(tmp_path: Path, subject: str, expected: str) -> None:
    """As RFC 2253 asks."""
    assert certificate.read(self_signed(tmp_path, "x", subject).der()).subject.encode() == expected.encode()


@given(st.binary(max_size=200))
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    """With the one error that is documented."""
    with pytest.raises(ValueError, match=r"."):
        certificate.read(data)


@pytest.mark.parametrize("length", [0, 1, 10, 100, 300])
def test_a_certificate_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    """However much of it is there."""
    data = self_signed(tmp_path, "x").der()
    with pytest.raises(ValueError, match="not a certificate"):
        certificate.read(data[:length])
