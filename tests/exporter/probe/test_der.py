"""Distinguished Encoding Rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.probe import der


@pytest.mark.parametrize(
    ("data", "expected"),
    [("550403", "2.5.4.3"), ("2a864886f70d010901", "1.2.840.113549.1.9.1"), ("883703", "2.999.3"), ("00", "0.0")],
)
def test_an_identifier_is_written_with_dots(data: str, expected: str) -> None:
    """Examples of X.690, section 8.19, and of certificates."""
    assert der.identifier(bytes.fromhex(data)) == expected


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300))))
def test_elements_come_back_as_they_were_encoded(elements: list[tuple[int, bytes]]) -> None:
    """With lengths of one byte and of several."""
    data = b"".join(bytes([tag]) + _length(len(content)) + content for tag, content in elements)

    assert der.parts(data) == elements


@pytest.mark.parametrize("data", [b"\x30", b"\x30\x05ab", b"\x30\x84\xff\xff\xff\xffab"])
def test_data_that_end_early_are_refused(data: bytes) -> None:
    """Before anything is made of them."""
    with pytest.raises(IndexError):
        der.parts(data)


@pytest.mark.parametrize(("tag", "data"), [(der.UTF8_STRING, b"\xc4\x90"), (der.BMP_STRING, b"\x01\x10")])
def test_text_is_read_by_its_tag(tag: int, data: bytes) -> None:
    """Both are the letter Đ."""
    assert der.text(tag, data).encode() == "Đ".encode()


def _length(number: int) -> bytes:
    return bytes([number]) if number < 0x80 else b"\x82" + number.to_bytes(2, "big")
