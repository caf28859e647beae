"""Failures of the network → reasons."""

import errno
import socket
import ssl
from typing import get_args

import pytest

from exporter.probe import failure
from exporter.probe.failure import ProbeError, Why
from exporter.reasons import Reason, ScrapeError


@pytest.mark.parametrize(
    ("error", "why", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "dns", "dns"),
        (ssl.SSLCertVerificationError("expired"), "certificate", "tls"),
        (ssl.SSLEOFError("eof"), "tls", "tls"),
        (TimeoutError("timed out"), "timeout", "timeout"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "refused", "refused"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "reset", "refused"),
        (BrokenPipeError(errno.EPIPE, "pipe"), "reset", "refused"),
        (OSError(errno.EHOSTUNREACH, "no route"), "unreachable", "refused"),
        (ScrapeError("timeout", "late"), "timeout", "timeout"),
        (ProbeError("redirect", "round and round"), "redirect", "protocol"),
    ],
)
def test_each_failure_has_a_reason_of_its_own_and_one_of_the_scrape(
    error: OSError | ScrapeError, why: Why, reason: Reason
) -> None:
    """The probe's is finer."""
    found = failure.of(error)

    assert (found.why, found.reason) == (why, reason)


def test_every_reason_of_a_probe_is_one_of_a_scrape() -> None:
    """No reason leads to a key that is missing."""
    assert {ProbeError(why, "").reason for why in get_args(Why)} <= set(get_args(Reason))
