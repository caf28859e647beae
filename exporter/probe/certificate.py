"""What a certificate says, read from its DER form: the standard library tells only of verified ones."""

import calendar
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from exporter.probe import der
from exporter.probe.names import distinguished

_ALTERNATIVE_NAMES: Final = bytes.fromhex("551d11")
"""The extension 2.5.29.17, subjectAltName."""
_DNS_NAME: Final = 0x82
_EXTENSIONS: Final = 0xA3
_VERSION: Final = 0xA0


@dataclass(frozen=True, slots=True)
class Certificate:
    """One X.509 certificate; texts are written as Go's crypto/x509 writes them, which blackbox_exporter shows."""

    expires: float
    """`notAfter`, in Unix seconds."""
    subject: str
    issuer: str
    serial: str
    """Hexadecimal, in whole bytes."""
    dns_names: tuple[str, ...]
    fingerprint: str
    """SHA-256 of the DER form, in hexadecimal."""


@lru_cache(maxsize=256)
def read(data: bytes) -> Certificate:
    """The certificate; raises `ValueError` if it is none. Structure: RFC 5280, section 4.1."""
    try:
        inside = der.parts(der.parts(der.parts(data)[0][1])[0][1])
        first = 1 if inside[0][0] == _VERSION else 0
        serial, _, issuer, validity, subject = (content for _, content in inside[first : first + 5])
        return Certificate(
            expires=_moment(*der.parts(validity)[1]),
            subject=distinguished(subject),
            issuer=distinguished(issuer),
            serial=serial.lstrip(b"\0").hex(),
            dns_names=tuple(name for tag, content in inside if tag == _EXTENSIONS for name in _dns_names(content)),
            fingerprint=hashlib.sha256(data).hexdigest(),
        )
    except (IndexError, UnicodeDecodeError):
        raise ValueError("not a certificate") from None


def _moment(tag: int, text: bytes) -> float:
    digits = text.decode("ascii")
    if tag == der.UTC_TIME:  # two digits of a year from 1950 to 2049
        digits = ("19" if int(digits[:2]) >= 50 else "20") + digits
    elif tag != der.GENERALIZED_TIME:
        raise ValueError("not a time")
    return calendar.timegm(time.strptime(digits, "%Y%m%d%H%M%SZ"))


def _dns_names(extensions: bytes) -> Iterator[str]:
    for _, extension in der.parts(der.parts(extensions)[0][1]):
        elements = der.parts(extension)
        if elements[0][1] == _ALTERNATIVE_NAMES:
            names = der.parts(der.parts(elements[-1][1])[0][1])
            yield from (name.decode("latin-1") for tag, name in names if tag == _DNS_NAME)
