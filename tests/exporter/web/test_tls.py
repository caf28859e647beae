"""TLS of the server."""

import http.client
import shutil
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exporter.web import lobby
from exporter.web.config import Tls, Web
from exporter.web.tls import allowed
from tests.support.certificates import Pair, authority, signed
from watchspec.errors import EnvironmentFailure

Serve = Callable[..., Any]


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    """An authority, a server's pair, another one of it, a client's, and one by an authority that nobody knows."""
    folder, strange = tmp_path_factory.mktemp("ca"), tmp_path_factory.mktemp("strange")
    by, unknown = authority(folder), authority(strange)
    found = {name: signed(folder, name, by) for name in ("server", "renewed")}
    found["client"] = signed(folder, "client", by, host="client.example")
    return {"ca": by, **found, "stranger": signed(strange, "stranger", unknown)}


@pytest.fixture
def tls(pairs: dict[str, Pair], tmp_path: Path) -> Tls:
    """Settings whose files the test may change."""
    for source, name in ((pairs["server"].certificate, "cert.pem"), (pairs["server"].key, "key.pem")):
        shutil.copy(source, tmp_path / name)
    return Tls(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))


@pytest.fixture
def client(pairs: dict[str, Pair]) -> Callable[..., ssl.SSLContext]:
    """What a client trusts and shows."""

    def make(shows: str | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(pairs["ca"].certificate))
        if shows is not None:
            context.load_cert_chain(pairs[shows].certificate, pairs[shows].key)
        return context

    return make


def _asking(tls: Tls, pairs: dict[str, Pair], mode: str, *names: str) -> Web:
    return Web(Tls(tls.cert_file, tls.key_file, str(pairs["ca"].certificate), mode, names))


def _enters(running: Any, context: ssl.SSLContext) -> bool:  # noqa: ANN401  # the fixture's
    try:
        return bool(running.ask("/-/ready", context=context).status == 200)
    except (ssl.SSLError, OSError, http.client.HTTPException):
        return False


def test_pages_are_served_over_tls(serve: Serve, tls: Tls, client: Callable[..., ssl.SSLContext]) -> None:
    """To a client that verifies the certificate."""
    assert _enters(serve(web=Web(tls)), client())


def test_a_client_that_speaks_http_is_told_so(serve: Serve, tls: Tls) -> None:
    """Rather than left in the dark."""
    answer = serve(web=Web(tls)).ask("/metrics")

    assert (answer.status, answer.body) == (400, b"This is HTTPS; write https://\n")


@pytest.mark.parametrize(
    ("mode", "shows", "enters"),
    [
        ("VerifyClientCertIfGiven", None, True),
        ("VerifyClientCertIfGiven", "client", True),
        ("VerifyClientCertIfGiven", "stranger", False),
        ("RequireAndVerifyClientCert", None, False),
        ("RequireAndVerifyClientCert", "client", True),
        ("RequireAndVerifyClientCert", "stranger", False),
    ],
)
def test_a_client_shows_its_certificate(  # noqa: PLR0917  # fixtures
    serve: Serve, tls: Tls, pairs: dict[str, Pair], client: Callable[..., ssl.SSLContext],
    mode: str, shows: str | None, enters: bool,
) -> None:  # fmt: skip
    """One that the authority signed."""
    assert _enters(serve(web=_asking(tls, pairs, mode)), client(shows)) is enters


@pytest.mark.parametrize(
    ("name", "enters"), [("client.example", True), ("also.client.example", True), ("other.example", False)]
)
def test_a_client_may_need_a_name(  # noqa: PLR0917  # fixtures
    serve: Serve, tls: Tls, pairs: dict[str, Pair], client: Callable[..., ssl.SSLContext], name: str, enters: bool
) -> None:
    """Among those of its certificate."""
    running = serve(web=_asking(tls, pairs, "RequireAndVerifyClientCert", name))

    assert _enters(running, client("client")) is enters


def test_a_certificate_without_names_is_not_allowed_where_one_is_asked_for() -> None:
    """Nor no certificate at all."""
    assert not allowed({}, ("a",))
    assert not allowed({"subjectAltName": ()}, ("a",))
    assert allowed(None, ())


def test_a_reload_needs_a_certificate_that_was_verified(
    serve: Serve, tls: Tls, pairs: dict[str, Pair], client: Callable[..., ssl.SSLContext]
) -> None:
    """From wherever it comes."""
    running = serve(web=_asking(tls, pairs, "RequireAndVerifyClientCert"), reload=lambda: None)

    assert running.ask("/-/reload", "POST", client("client"), X_Forwarded_For="x").status == 200


def _serial(port: int, context: ssl.SSLContext) -> str:
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as wrapped,
    ):
        certificate = wrapped.getpeercert()
        assert certificate
        return str(certificate["serialNumber"])


def test_a_renewed_certificate_is_served_without_a_restart(
    serve: Serve, tls: Tls, pairs: dict[str, Pair], client: Callable[..., ssl.SSLContext]
) -> None:
    """And what is half written leaves the old one; a connection that is open stays so."""
    running = serve(web=Web(tls))
    kept = running.connection(client())
    kept.request("GET", "/-/ready")
    assert kept.getresponse().read()
    first = _serial(running.port, client())

    shutil.copy(pairs["renewed"].certificate, tls.cert_file)
    half = _serial(running.port, client())
    shutil.copy(pairs["renewed"].key, tls.key_file)
    second = _serial(running.port, client())

    assert first == half
    assert second != first
    kept.request("GET", "/-/ready")
    assert kept.getresponse().status == 200
    kept.close()


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01"])
def test_clients_that_do_not_finish_the_handshake_hold_up_nobody(
    serve: Serve, tls: Tls, client: Callable[..., ssl.SSLContext], first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And are sent away."""
    monkeypatch.setattr(lobby, "HEAD_SECONDS", 1.0)
    running = serve(web=Web(tls))
    slow = [socket.create_connection(("127.0.0.1", running.port), 10) for _ in range(50)]
    for one in slow:
        one.sendall(first)

    assert _enters(running, client())
    for one in slow:
        with one:
            assert one.recv(100) == b""


@pytest.mark.parametrize(
    ("cert", "key", "says"),
    [
        ("missing.pem", "key.pem", "cannot be read: No such file or directory"),
        ("key.pem", "key.pem", "not a usable PEM file"),
        ("cert.pem", "cert.pem", "not a usable PEM file"),
    ],
)
def test_files_that_cannot_be_used_are_named(serve: Serve, tls: Tls, cert: str, key: str, says: str) -> None:
    """Before the exporter listens."""
    folder = Path(tls.cert_file).parent

    with pytest.raises(EnvironmentFailure, match=says) as caught:
        serve(web=Web(Tls(str(folder / cert), str(folder / key))))
    assert cert in str(caught.value)


def test_tls_cannot_come_or_go_while_the_server_runs(serve: Serve, tls: Tls) -> None:
    """That would lock everybody out, or in."""
    with pytest.raises(EnvironmentFailure, match="restart"):
        serve(web=Web(tls)).server.use(Web())
    with pytest.raises(EnvironmentFailure, match="restart"):
        serve().server.use(Web(tls))


def test_old_versions_are_not_spoken(serve: Serve, tls: Tls, client: Callable[..., ssl.SSLContext]) -> None:
    """TLS 1.3 alone, where the file says so."""
    running = serve(web=Web(Tls(tls.cert_file, tls.key_file, min_version="TLSv1_3")))
    old = client()
    old.maximum_version = ssl.TLSVersion.TLSv1_2

    assert not _enters(running, old)
    assert _enters(running, client())
