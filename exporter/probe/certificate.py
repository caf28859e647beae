"""When a certificate expires, read from its DER form: the standard library tells only of verified ones."""

import calendar
import time
from typing import Final

_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18


def expiry(der: bytes) -> float:
    """`notAfter` of an X.509 certificate in Unix seconds; raises `ValueError` if it is none.

    Structure: RFC 5280, section 4.1. The validity is the fourth element of the first one, after the optional version.
    """
    try:
        inside = _parts(_parts(_parts(der)[0][1])[0][1])
        version = 1 if inside[0][0] == 0xA0 else 0
        tag, text = _parts(inside[version + 3][1])[1]
    except IndexError:
        raise ValueError("not a certificate") from None
    digits = text.decode("ascii")
    if tag == _UTC_TIME:  # two digits of a year from 1950 to 2049
        digits = ("19" if int(digits[:2]) >= 50 else "20") + digits
    elif tag != _GENERALIZED_TIME:
        raise ValueError("not a time")
    return calendar.timegm(time.strptime(digits, "%Y%m%d%H%M%SZ"))


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """The elements of a sequence: tag and content of each."""
    found = []
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        found.append((tag, data[at : at + length]))
        at += length
    return found
