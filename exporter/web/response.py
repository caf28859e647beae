"""What goes back to a client."""

import re
import zlib
from dataclasses import dataclass, replace
from typing import Final

PLAIN: Final = "text/plain; charset=utf-8"
SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every answer; the web configuration's and the answer's own win.

Source: https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""
_WORTH_PACKING: Final = 1024
_REFUSED: Final = re.compile(r"q\s*=\s*0(\.0*)?")


@dataclass(frozen=True, slots=True)
class Response:
    """Body, status line, headers."""

    body: bytes = b""
    status: str = "200 OK"
    type: str = PLAIN
    headers: tuple[tuple[str, str], ...] = ()


def text(line: str, status: str = "200 OK", *headers: tuple[str, str]) -> Response:
    """One line of plain text."""
    return Response(f"{line}\n".encode("utf-8", "replace"), status, headers=headers)


def zipped(response: Response, accepted: str) -> Response:
    """The same, packed at the fastest level, if the client takes gzip and it is worth it."""
    if not takes_gzip(accepted) or len(response.body) < _WORTH_PACKING:
        return response
    packer = zlib.compressobj(1, wbits=31)
    headers = (*response.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return replace(response, body=packer.compress(response.body) + packer.flush(), headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` names gzip, other than to refuse it (RFC 9110, section 12.5.3)."""
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            return not _REFUSED.fullmatch(weight.strip())
    return False
