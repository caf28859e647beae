"""Distinguished Encoding Rules, as far as certificates need them (ITU-T X.690)."""

from typing import Final

UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
UTF8_STRING: Final = 0x0C
BMP_STRING: Final = 0x1E


def parts(data: bytes) -> list[tuple[int, bytes]]:
    """The elements of a sequence: tag and content of each; raises `IndexError` if the data end early."""
    found = []
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise IndexError("the data end early")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def identifier(data: bytes) -> str:
    """An object identifier in dotted form (section 8.19)."""
    arcs = [0]
    for byte in data:
        arcs[-1] = arcs[-1] << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(0)
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:-1]]))


def text(tag: int, content: bytes) -> str:
    """A string of any of the types that names are made of."""
    encoding = {UTF8_STRING: "utf-8", BMP_STRING: "utf-16-be"}.get(tag, "latin-1")
    return content.decode(encoding, "replace")
