"""TLS: what is told of certificates, also of those that cannot be verified."""

import time
from pathlib import Path

import pytest

from exporter.deadline import Deadline
from exporter.place import Place
from exporter.probe.trust import Trust
from tests.support.certificates import Pair, self_signed, signed
from tests.support.probing import Probe, Result
from tests.support.sockets import answering, saying, serving, silent
from watchspec.spec.base import Tls

LAST_CHAIN = "probe_ssl_last_chain_expiry_timestamp_seconds"


def expiry(result: Result) -> float:
    """In days from now."""
    return (result.values["probe_ssl_earliest_cert_expiry"] - time.time()) / 86400


def test_a_verified_certificate_is_told_whole(probe: Probe, tmp_path: Path, ca: Pair, trusted: dict[str, str]) -> None:
    """Its own authority's; the chain ends when its first certificate does."""
    with serving(answering("200 OK"), signed(tmp_path, "web", ca).server()) as port:
        result = probe(f"https://localhost:{port}", tls=trusted)

    assert result.why is None
    assert expiry(result) == pytest.approx(60, abs=1)  # the authority's, which the server sends too
    assert result.values[LAST_CHAIN] == result.values["probe_ssl_earliest_cert_expiry"]
    assert result.values["watchspec_probe_ssl_verified"] == 1
    assert result.values["probe_http_ssl"] == 1
    (info,) = [series for series in result.values if series.startswith("probe_ssl_last_chain_info")]
    assert 'subject="CN=localhost"' in info
    assert 'subjectalternative="localhost,also.localhost"' in info
    (version,) = [series for series in result.values if series.startswith("probe_tls_version_info")]
    assert version == 'probe_tls_version_info{version="TLS 1.3"}'


@pytest.mark.parametrize("scheme", ["https", "tcp"])
def test_a_certificate_that_vouches_for_itself_is_told_and_fails(probe: Probe, tmp_path: Path, scheme: str) -> None:
    """With its expiry."""
    with serving(answering("200 OK"), self_signed(tmp_path, "self").server()) as port:
        result = probe(f"{scheme}://localhost:{port}", tls={})

    assert (result.why, result.reason) == ("certificate", "tls")
    assert expiry(result) == pytest.approx(30, abs=1)
    assert result.values["watchspec_probe_ssl_verified"] == 0
    assert LAST_CHAIN not in result.values


def test_an_expired_certificate_tells_when_it_was(
    probe: Probe, tmp_path: Path, ca: Pair, trusted: dict[str, str]
) -> None:
    """In the past."""
    with serving(answering("200 OK"), signed(tmp_path, "old", ca, ends="20210101000000Z").server()) as port:
        result = probe(f"https://localhost:{port}", tls=trusted)

    assert result.why == "certificate"
    assert "expired" in result.detail
    assert result.values["probe_ssl_earliest_cert_expiry"] == 1609459200


def test_a_certificate_of_another_host_fails(probe: Probe, tmp_path: Path, ca: Pair, trusted: dict[str, str]) -> None:
    """Unless the spec says which name to expect."""
    with serving(answering("200 OK"), signed(tmp_path, "other", ca, host="other.example").server()) as port:
        wrong = probe(f"https://localhost:{port}", tls=trusted)
        right = probe(f"https://localhost:{port}", tls=trusted | {"server_name": "other.example"})

    assert (wrong.why, right.why) == ("certificate", None)
    assert wrong.values["watchspec_probe_ssl_verified"] == 0
    assert "probe_ssl_earliest_cert_expiry" in wrong.values


def test_a_certificate_that_nobody_verifies_is_neither_right_nor_wrong(probe: Probe, tmp_path: Path) -> None:
    """`verify: false` is the spec's own decision."""
    with serving(answering("200 OK"), self_signed(tmp_path, "self").server()) as port:
        result = probe(f"https://localhost:{port}", tls={"verify": False})

    assert result.why is None
    assert expiry(result) == pytest.approx(30, abs=1)
    assert not {"watchspec_probe_ssl_verified", LAST_CHAIN} & result.values.keys()


def test_nothing_is_said_to_a_server_that_cannot_be_verified(probe: Probe, tmp_path: Path) -> None:
    """Its certificate is looked at, and that is all."""
    heard: list[bytes] = []
    with serving(lambda _, said: heard.append(said), self_signed(tmp_path, "self").server()) as port:
        probe(f"https://localhost:{port}", headers={"Authorization": "Bearer x"})

    assert not any(heard)


def test_a_server_without_tls_fails_the_handshake(probe: Probe) -> None:
    """Not a matter of certificates."""
    with serving(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        result = probe(f"https://localhost:{port}")

    assert result.why == "tls"
    assert "watchspec_probe_ssl_verified" not in result.values


def test_a_handshake_that_never_ends_is_a_timeout(probe: Probe) -> None:
    """A server that accepts and is silent."""
    with serving(silent) as port:
        started = Deadline.after(1.5)
        result = probe(f"https://localhost:{port}", seconds=0.3)

    assert (result.why, started.left() > 0) == ("timeout", True)


def test_a_file_that_is_not_there_is_named(probe: Probe) -> None:
    """The spec's mistake, not the service's."""
    with serving(answering("200 OK")) as port:
        result = probe(f"https://localhost:{port}", tls={"ca": "nowhere.pem"})

    assert (result.why, "`tls`" in result.detail) == ("tls", True)


def test_a_new_authority_is_trusted_at_once(probe: Probe, tmp_path: Path) -> None:
    """Files are read again when they have changed, and only then."""
    first, second = self_signed(tmp_path, "first"), self_signed(tmp_path, "second")
    (tmp_path / "ca.pem").write_text(first.certificate.read_text())
    with serving(answering("200 OK"), second.server()) as port:
        assert probe(f"https://localhost:{port}", tls={"ca": "ca.pem"}).why == "certificate"
        (tmp_path / "ca.pem").write_text(second.certificate.read_text())
        assert probe(f"https://localhost:{port}", tls={"ca": "ca.pem"}).why is None


def test_services_of_the_same_settings_share_a_context(place: Place, ca: Pair) -> None:
    """Each would cost a megabyte."""
    tls = Tls(ca=str(ca.certificate))

    assert Trust(tls, place).context() is Trust(tls, place).context()
    assert Trust(tls, place).context() is not Trust(None, place).context()
