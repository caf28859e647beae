"""Small things of the published families."""

import socket

import pytest

from exporter.probe.families import address_hash


@pytest.mark.parametrize(
    ("address", "family", "expected"),
    [
        ("127.0.0.1", socket.AF_INET, 3668918509),
        ("127.0.0.2", socket.AF_INET, 3618585652),
        ("::1", socket.AF_INET6, 1751717746),
    ],
)
def test_an_address_is_hashed_as_fnv_1a(address: str, family: socket.AddressFamily, expected: int) -> None:
    """Over its 4 or 16 bytes; the numbers are blackbox_exporter 0.28's."""
    assert address_hash(address, family) == expected


def test_the_scope_of_a_link_local_address_does_not_count() -> None:
    """It is this machine's business."""
    assert address_hash("fe80::1%eth0", socket.AF_INET6) == address_hash("fe80::1", socket.AF_INET6)
