"""Services that are well, slow, wrong and endless, each on a socket of its own."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exporter.collectors.service import ServiceCollector
from exporter.deadline import Deadline
from exporter.place import Place
from exporter.reasons import ScrapeError
from tests.support.need import program
from watchspec.spec import Service

Values = Callable[[object], dict[str, float]]
Answer = Callable[[socket.socket, bytes], None]


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that reads one request of each connection and answers; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                    with context.wrap_socket(plain, server_side=True) if context else plain as sock:
                        answer(sock, sock.recv(65536))
                except ssl.SSLError:
                    continue
                except (ConnectionError, TimeoutError):
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def answering(status: str, body: bytes = b"", *headers: str) -> Answer:
    """An ordinary answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda sock, _: sock.sendall("\r\n".join(lines).encode() + body)


def collector(place: Place, url: str, **more: object) -> ServiceCollector:
    """A collector of the service at `url`."""
    spec = Service.model_validate({"name": "api", "url": url, **more})
    return ServiceCollector(spec, spec.url[0], place)


def failure(ours: ServiceCollector, seconds: float = 5) -> ScrapeError:
    """The failure of a probe."""
    with pytest.raises(ScrapeError) as caught:
        ours.collect(Deadline.after(seconds))
    return caught.value


def test_a_well_service_tells_of_itself_and_its_components(place: Place, values: Values) -> None:
    """Status, phases, lengths, and what its health page says."""
    body = b'{"status": "ok", "components": {"db": {"status": "up"}, "mq": {"status": "down"}}}'
    requests: list[bytes] = []

    def answer(sock: socket.socket, request: bytes) -> None:
        requests.append(request)
        answering("200 OK", body)(sock, request)

    with serving(answer) as port:
        found = values(collector(place, f"http://127.0.0.1:{port}/", health="/health").collect(Deadline.after(5)))

    assert requests[0].startswith(b"GET /health HTTP/1.1\r\n")
    assert found['probe_success{target="api"}'] == 1
    assert found['probe_http_status_code{target="api"}'] == 200
    assert found['probe_http_content_length{target="api"}'] == len(body)
    assert found['probe_http_version{target="api"}'] == 1.1
    assert found['probe_http_ssl{target="api"}'] == 0
    assert found['probe_ip_protocol{target="api"}'] == 4
    assert found['watchspec_health_component_up{component="db",target="api"}'] == 1
    assert found['watchspec_health_component_up{component="mq",target="api"}'] == 0
    phases = sum(value for series, value in found.items() if series.startswith("probe_http_duration_seconds"))
    assert 0 < phases <= found['probe_duration_seconds{target="api"}']


def test_a_service_that_answers_500_fails_with_its_samples(place: Place, values: Values) -> None:
    """The status is worth knowing."""
    with serving(answering("500 Oops", b"no")) as port:
        error = failure(collector(place, f"http://127.0.0.1:{port}"))

    assert error.reason == "status"
    found = values(error.families)
    assert (found['probe_success{target="api"}'], found['probe_http_status_code{target="api"}']) == (0, 500)


def test_redirects_are_followed_and_secrets_stay_at_home(place: Place, tmp_path: Path, values: Values) -> None:
    """A header goes to the spec's own host, not to where it redirects."""
    (tmp_path / "token").write_text("S3cret")
    seen: list[bytes] = []

    def answer(sock: socket.socket, request: bytes) -> None:
        seen.append(request)
        answering("200 OK")(sock, request)

    with (
        serving(answer) as there,
        serving(answering("302 Found", b"", f"Location: http://127.0.0.1:{there}/x")) as here,
    ):
        ours = collector(place, f"http://127.0.0.1:{here}", headers={"X-Token": {"secret": {"file": "token"}}})
        found = values(ours.collect(Deadline.after(5)))

    assert found['probe_http_redirects{target="api"}'] == 1
    assert seen[0].startswith(b"GET /x ")
    assert b"S3cret" not in seen[0]


@pytest.mark.parametrize(
    ("location", "reason"), [("/again", "status"), ("file:///etc/passwd", "protocol"), ("gopher://x/", "protocol")]
)
def test_a_redirect_without_end_or_elsewhere_is_refused(place: Place, location: str, reason: str) -> None:
    """Ten are enough; other schemes are none of ours."""
    with serving(answering("301 Moved", b"", f"Location: {location}")) as port:
        assert failure(collector(place, f"http://127.0.0.1:{port}")).reason == reason


def endless(sock: socket.socket, _: bytes) -> None:
    """A body that never ends."""
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"x" * 65536)


def dripping(sock: socket.socket, _: bytes) -> None:
    """A head that comes byte by byte."""
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000:
        sock.sendall(bytes([byte]))
        time.sleep(0.01)


def test_an_endless_body_is_read_up_to_a_limit(place: Place, values: Values) -> None:
    """The service answers; its body is cut."""
    with serving(endless) as port:
        found = values(collector(place, f"http://127.0.0.1:{port}").collect(Deadline.after(5)))

    assert found['probe_http_uncompressed_body_length{target="api"}'] == 1024 * 1024


def test_a_dripping_service_is_left_at_the_deadline(place: Place) -> None:
    """However short each single wait."""
    with serving(dripping) as port:
        started = time.monotonic()
        error = failure(collector(place, f"http://127.0.0.1:{port}"), seconds=0.3)

    assert (error.reason, time.monotonic() - started < 1) == ("timeout", True)


def test_a_service_has_its_own_shorter_timeout(place: Place) -> None:
    """`timeout:` of the spec."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        error = failure(collector(place, f"http://127.0.0.1:{silent.getsockname()[1]}", timeout="200ms"))

    assert (error.reason, time.monotonic() - started < 1) == ("timeout", True)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 100 + b"\r\n"])
def test_what_is_not_http_is_no_success(place: Place, answer: bytes) -> None:
    """And not a bug of ours."""
    with serving(lambda sock, _: sock.sendall(answer)) as port:
        assert failure(collector(place, f"http://127.0.0.1:{port}")).reason in {"protocol", "refused"}


def test_a_tcp_port_is_open_or_not(place: Place, values: Values) -> None:
    """Connecting is all that is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = values(collector(place, f"tcp://127.0.0.1:{port}").collect(Deadline.after(5)))
    assert found['probe_success{target="api"}'] == 1
    assert not [series for series in found if series.startswith("probe_http")]

    assert failure(collector(place, f"tcp://127.0.0.1:{port}")).reason == "refused"


def test_a_name_that_nobody_has_is_a_dns_failure(place: Place) -> None:
    """`.invalid` never resolves (RFC 6761)."""
    assert failure(collector(place, "http://nobody.invalid/")).reason == "dns"


def test_replicas_are_told_apart_by_instance(place: Place, values: Values) -> None:
    """Only where there are several."""
    spec = Service.model_validate({"name": "api", "url": ["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"]})

    found = values(ServiceCollector(spec, spec.url[1], place).down())

    assert found == {'probe_success{target="api",instance="127.0.0.1:2"}': 0}


def test_a_certificate_is_verified_and_its_expiry_told(place: Place, tmp_path: Path, values: Values) -> None:
    """Against the spec's own authority; without it, the probe fails."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
         "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with serving(answering("200 OK"), context) as port:
        url = f"https://127.0.0.1:{port}"
        found = values(collector(place, url, tls={"ca": "cert.pem"}).collect(Deadline.after(5)))
        careless = values(collector(place, url, tls={"verify": False}).collect(Deadline.after(5)))
        error = failure(collector(place, url))

    for samples in (found, careless):
        expiry = samples['probe_ssl_earliest_cert_expiry{target="api"}']
        assert expiry == pytest.approx(time.time() + 30 * 86400, abs=3600)
    assert found['probe_http_ssl{target="api"}'] == 1
    assert found['probe_tls_version_info{version="TLS 1.3",target="api"}'] == 1
    assert error.reason == "tls"
