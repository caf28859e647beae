"""Distinguished names as Go's `pkix.Name.String` writes them: RFC 2253 in an order of its own.

Source: https://pkg.go.dev/crypto/x509/pkix#Name.String
"""

import re
from collections.abc import Mapping
from typing import Final

from exporter.probe import der

_KNOWN: Final[Mapping[str, str]] = {
    "2.5.4.5": "SERIALNUMBER", "2.5.4.3": "CN", "2.5.4.17": "POSTALCODE", "2.5.4.9": "STREET", "2.5.4.8": "ST",
    "2.5.4.7": "L", "2.5.4.11": "OU", "2.5.4.10": "O", "2.5.4.6": "C",
}  # fmt: skip
"""Attributes with a name, in the order in which they are written; several values of one are joined by `+`."""
_SINGLE: Final = frozenset({"2.5.4.3", "2.5.4.5"})
_SPECIAL: Final = re.compile(r'[,+"\\<>;]|^[ #]| $')


def distinguished(name: bytes) -> str:
    """The text of a `Name` (RFC 5280, section 4.1.2.4), given its content."""
    known: dict[str, list[str]] = {}
    others: list[str] = []
    for _, group in der.parts(name):
        for _, attribute in der.parts(group):
            (_, key), (tag, content) = der.parts(attribute)[:2]
            found, value = der.identifier(key), der.text(tag, content)
            if found in _KNOWN:
                known[found] = [value] if found in _SINGLE else [*known.get(found, ()), value]
            else:
                others.append(f"{found}={_escaped(value)}")
    named = ["+".join(f"{_KNOWN[key]}={_escaped(value)}" for value in known[key]) for key in _KNOWN if key in known]
    return ",".join([*named, *reversed(others)])


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", value)
