"""A broken service costs only its own samples."""

import socket
import ssl
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.need import program
from tests.support.serving import Page, Serving, quiet
from tests.support.talkers import blackhole, dripping, endless, silent, talker

Watch = Callable[..., AbstractContextManager[Serving]]
Harmless = Callable[[Serving, str, str], Page]
_OK = b"HTTP/1.1 200 OK\r\n"
_MOST_READ = 1024 * 1024


def service(port: int, scheme: str = "http", **more: object) -> dict[str, object]:
    """The target, as a spec has it."""
    return {"name": "broken", "url": f"{scheme}://localhost:{port}", **more}


def certificate(folder: Path, days: int) -> ssl.SSLContext:
    """What a server shows that signed for itself; with -1 day it was over yesterday."""
    key, request, made = (folder / f"{name}.pem" for name in ("key", "request", "certificate"))
    name, openssl = ("-subj", "/CN=localhost"), program("openssl")
    command = [openssl, "req", "-newkey", "rsa:2048", "-nodes", *name, "-keyout", str(key), "-out", str(request)]
    subprocess.run(command, check=True, capture_output=True)
    command = [openssl, "x509", "-req", "-in", str(request), "-signkey", str(key), "-days", str(days)]
    subprocess.run([*command, "-out", str(made)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context


def secure(context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """Shake hands and answer that all is well."""

    def talk(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as secured:
            secured.recv(4096)
            secured.sendall(_OK + b"Content-Length: 0\r\n\r\n")

    return talk


@pytest.mark.parametrize(
    "talk",
    [silent, dripping(_OK, b"X"), dripping(_OK + b"Content-Length: 100000\r\n\r\n", b"x")],
    ids=["silent", "slow-dripping headers", "slow-dripping body"],
)
def test_a_service_that_does_not_finish_times_out(
    watch: Watch, harmless: Harmless, talk: Callable[[socket.socket], None]
) -> None:
    """However steadily it says something."""
    with talker(talk) as port, watch(services=[service(port)]) as exporter:
        _, before = quiet(exporter)
        page = harmless(exporter, "service", "broken")
        assert page.values['probe_success{target="broken"}'] == 0
        assert page.reasons("broken") == {"timeout"}
        exporter.settled(before)


def test_an_endless_body_is_cut_off(watch: Watch, harmless: Harmless) -> None:
    """Neither time nor memory is spent on what follows the first MiB."""
    with talker(endless(_OK + b"\r\n")) as port, watch(services=[service(port)]) as exporter:
        _, before = quiet(exporter)
        page = harmless(exporter, "service", "broken")
        assert page.values['probe_http_uncompressed_body_length{target="broken"}'] <= _MOST_READ
        assert page.seconds < 1
        exporter.settled(before)


def test_endless_headers_are_cut_off(watch: Watch, harmless: Harmless) -> None:
    """As an answer that makes no sense."""
    with talker(endless(_OK + b"X-Long: ")) as port, watch(services=[service(port)]) as exporter:
        _, before = quiet(exporter)
        page = harmless(exporter, "service", "broken")
        assert page.reasons("broken") == {"protocol"}
        assert page.seconds < 1
        exporter.settled(before)


@pytest.mark.parametrize("scheme", ["http", "tcp"])
def test_a_blackholed_port_times_out(watch: Watch, harmless: Harmless, scheme: str) -> None:
    """The connection is never made."""
    with blackhole() as port, watch(services=[service(port, scheme)]) as exporter:
        _, before = quiet(exporter)
        assert harmless(exporter, "service", "broken").reasons("broken") == {"timeout"}
        exporter.settled(before)


@pytest.mark.parametrize("days", [-1, 30], ids=["expired", "self-signed"])
def test_a_bad_certificate_fails_but_its_expiry_is_told(
    watch: Watch, harmless: Harmless, tmp_path: Path, days: int
) -> None:
    """It is then that somebody wants to know it."""
    with talker(secure(certificate(tmp_path, days))) as port, watch(services=[service(port, "https")]) as exporter:
        _, before = quiet(exporter)
        page = harmless(exporter, "service", "broken")
        assert page.values['probe_success{target="broken"}'] == 0
        assert page.reasons("broken") == {"tls"}
        left = page.values['probe_ssl_earliest_cert_expiry{target="broken"}'] - page.values["node_time_seconds"]
        assert left == pytest.approx(days * 86400, abs=600)
        exporter.settled(before)


def test_an_expired_certificate_that_is_not_verified_is_no_failure(
    watch: Watch, harmless: Harmless, tmp_path: Path
) -> None:
    """Whoever says `verify: false` means it; the expiry is told all the same."""
    with (
        talker(secure(certificate(tmp_path, -1))) as port,
        watch(services=[service(port, "https", tls={"verify": False})]) as exporter,
    ):
        page = harmless(exporter, "service", "broken")

    assert page.values['probe_success{target="broken"}'] == 1
    assert page.values['probe_ssl_earliest_cert_expiry{target="broken"}'] < page.values["node_time_seconds"]
