"""Where a request comes from."""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

_FORWARDED: Final = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def is_local(environ: Mapping[str, Any]) -> bool:
    """Whether a client on this machine asks for itself: from a loopback address, and not through a proxy."""
    try:
        address = ipaddress.ip_address(environ.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback and not any(name in environ for name in _FORWARDED)


def is_foreign(environ: Mapping[str, Any]) -> bool:
    """Whether a browser says that a page of another site asks (RFC 6454 and Fetch Metadata)."""
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in {"none", "same-origin"}:
        return True
    origin = environ.get("HTTP_ORIGIN")
    return origin is not None and urlsplit(origin).netloc != environ.get("HTTP_HOST", "")
