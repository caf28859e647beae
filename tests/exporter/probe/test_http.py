"""Where redirects lead, and what goes with them."""

from pathlib import Path
from socket import socket

import pytest

from tests.support.certificates import Pair, signed
from tests.support.probing import Probe
from tests.support.sockets import Answer, answering, serving

SECRET = {"Authorization": {"secret": {"file": "token"}}}


@pytest.fixture(autouse=True)
def token(tmp_path: Path) -> None:
    """A secret that goes into a header."""
    (tmp_path / "token").write_text("Bearer S3cret")


def noting(heard: list[bytes], status: str = "200 OK", *headers: str) -> Answer:
    """An answer that notes what was asked."""

    def answer(sock: socket, said: bytes) -> None:
        heard.append(said)
        answering(status, b"", *headers)(sock, said)

    return answer


def test_a_secret_stays_with_its_own_host(probe: Probe) -> None:
    """Also when a redirect leads back."""
    heard: list[bytes] = []
    with serving(noting(heard)) as there:
        to = f"Location: http://127.0.0.1:{there}/x"
        with serving(noting(heard, "302 Found", to)) as here:
            result = probe(f"http://127.0.0.1:{here}", headers=SECRET)

    assert (result.why, result.values["probe_http_redirects"]) == (None, 1)
    assert [b"S3cret" in said for said in heard] == [True, False]


def test_a_secret_follows_a_redirect_within_its_host(probe: Probe) -> None:
    """As a browser's would."""
    heard: list[bytes] = []

    def answer(sock: socket, said: bytes) -> None:
        heard.append(said)
        here = answering("200 OK") if b"/x" in said else answering("302 Found", b"", "Location: /x")
        here(sock, said)

    with serving(answer) as port:
        result = probe(f"http://127.0.0.1:{port}", headers=SECRET)

    assert result.why is None
    assert [b"S3cret" in said for said in heard] == [True, True]


@pytest.mark.parametrize(("status", "method"), [("301 Moved", b"GET"), ("303 See", b"GET"), ("307 Again", b"POST")])
def test_a_post_is_repeated_only_where_it_should_be(probe: Probe, status: str, method: bytes) -> None:
    """307 and 308 keep the method."""
    heard: list[bytes] = []

    def answer(sock: socket, said: bytes) -> None:
        heard.append(said)
        here = answering("200 OK") if b"/x" in said else answering(status, b"", "Location: /x")
        here(sock, said)

    with serving(answer) as port:
        probe(f"http://127.0.0.1:{port}", health={"method": "POST", "send": "ping"})

    assert heard[1].startswith(method + b" /x")
    assert heard[1].endswith(b"ping") is (method == b"POST")


def test_a_redirect_to_tls_is_verified(probe: Probe, tmp_path: Path, ca: Pair, trusted: dict[str, str]) -> None:
    """And told."""
    with (
        serving(answering("200 OK"), signed(tmp_path, "web", ca).server()) as there,
        serving(answering("301 Moved", b"", f"Location: https://localhost:{there}/")) as here,
    ):
        well = probe(f"http://127.0.0.1:{here}", tls=trusted)
        unknown = probe(f"http://127.0.0.1:{here}")

    assert (well.why, well.values["probe_http_ssl"]) == (None, 1)
    assert unknown.why == "certificate"
    assert unknown.values["watchspec_probe_ssl_verified"] == 0


def test_what_the_answer_says_of_itself_is_told(probe: Probe) -> None:
    """Its date, lengths and version; a date that is none is left out."""
    with serving(answering("200 OK", b"12345", "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT")) as port:
        found = probe(f"http://127.0.0.1:{port}").values
    with serving(answering("200 OK", b"", "Last-Modified: yesterday")) as port:
        without = probe(f"http://127.0.0.1:{port}").values

    assert found["probe_http_last_modified_timestamp_seconds"] == 1445412480
    assert found["probe_http_content_length"] == found["probe_http_uncompressed_body_length"] == 5
    assert found["probe_http_version"] == 1.1
    assert found["probe_ip_addr_hash"] == 3668918509  # of 127.0.0.1, as blackbox_exporter has it
    assert "probe_http_last_modified_timestamp_seconds" not in without
