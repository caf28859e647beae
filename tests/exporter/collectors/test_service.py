"""Services that are well, slow and wrong, each on a socket of its own."""

import socket
import time
from collections.abc import Callable

import pytest

from exporter.collectors.service import ServiceCollector
from exporter.deadline import Deadline
from exporter.place import Place
from exporter.reasons import ScrapeError
from tests.support.sockets import answering, serving
from watchspec.spec import Service

Values = Callable[[object], dict[str, float]]


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


def test_a_service_has_its_own_shorter_timeout(place: Place) -> None:
    """`timeout:` of the spec."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        error = failure(collector(place, f"http://127.0.0.1:{silent.getsockname()[1]}", timeout="200ms"))

    assert (error.reason, time.monotonic() - started < 1) == ("timeout", True)


def test_a_tcp_port_is_open_or_not(place: Place, values: Values) -> None:
    """Connecting is all that is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = values(collector(place, f"tcp://127.0.0.1:{port}").collect(Deadline.after(5)))
    assert found['probe_success{target="api"}'] == 1
    assert not [series for series in found if series.startswith("probe_http")]

    assert failure(collector(place, f"tcp://127.0.0.1:{port}")).reason == "refused"


def test_replicas_are_told_apart_by_instance(place: Place, values: Values) -> None:
    """Only where there are several."""
    spec = Service.model_validate({"name": "api", "url": ["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"]})

    found = values(ServiceCollector(spec, spec.url[1], place).down())

    assert found == {'probe_success{target="api",instance="127.0.0.1:2"}': 0}


def test_a_probe_that_hangs_is_a_timeout(place: Place, values: Values) -> None:
    """In the resolver, which keeps no deadline: what stands for the target meanwhile says so."""
    ours = collector(place, "http://127.0.0.1:1/")
    assert values(ours.down()) == {'probe_success{target="api"}': 0}

    found: list[dict[str, float]] = []
    with serving(lambda *_: found.append(values(ours.down()))) as port:
        probing = collector(place, f"http://127.0.0.1:{port}/")
        ours = probing
        failure(probing)

    assert found == [
        {'probe_success{target="api"}': 0, 'watchspec_probe_failure_info{reason="timeout",target="api"}': 1}
    ]
    assert values(ours.down()) == {'probe_success{target="api"}': 0}


def test_the_status_of_the_whole_is_told(place: Place, values: Values) -> None:
    """As the health page has it."""
    with serving(answering("200 OK", b'{"status": "degraded"}')) as port:
        found = values(collector(place, f"http://127.0.0.1:{port}/").collect(Deadline.after(5)))

    assert found['watchspec_health_status{target="api"}'] == 0
