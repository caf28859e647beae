"""The exporter's pages over HTTP."""

import gzip
import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exporter import collectors
from exporter.place import Place
from exporter.scrape import Scrape
from exporter.server import Application, bound
from watchspec.errors import EnvironmentFailure
from watchspec.spec import Spec

Get = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def get(spec: Callable[..., Spec], tmp_path: Path) -> Iterator[Get]:
    """Ask a running exporter of one host and one Redis that is down."""
    found = spec(hosts=[{"name": "web"}], redis=[{"name": "cache", "url": "redis://127.0.0.1:1"}])
    scrape = Scrape(collectors.build(collectors.watched(found, None), Place(tmp_path)))
    server = bound(Application(scrape), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve)
    thread.start()

    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", server.bind_addr[1], timeout=20)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, body

    yield ask
    server.stop()
    thread.join()
    scrape.close()


def test_the_page_is_the_text_format(get: Get) -> None:
    """Whatever the client would rather have."""
    status, headers, body = get("/metrics", Accept="application/openmetrics-text;version=1.0.0")

    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b'\nredis_up{target="cache"} 0\n' in body
    assert b"\nnode_load1 " in body
    assert b'\nwatchspec_scrape_success{kind="host",target="web"} 1\n' in body


def test_the_page_is_packed_for_who_can_unpack_it(get: Get) -> None:
    """Prometheus always can."""
    _, headers, body = get("/metrics", Accept_Encoding="gzip")

    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(body)
    assert b"node_load1 " in gzip.decompress(body)


def test_a_part_of_the_page_can_be_asked_for(get: Get) -> None:
    """By kind and by target; what does not exist is named."""
    _, _, by_kind = get("/metrics?collect[]=redis")
    _, _, by_target = get("/metrics?target=web")
    status, _, text = get("/metrics?target=nobody&collect[]=mongodb")

    assert (b"redis_up" in by_kind, b"node_load1" in by_kind) == (True, False)
    assert (b"redis_up" in by_target, b"node_load1" in by_target) == (False, True)
    assert (status, text) == (400, b"unknown: mongodb, nobody\n")


@pytest.mark.parametrize("path", ["/-/healthy", "/-/ready", "/"])
def test_signs_of_life_and_the_front_page(get: Get, path: str) -> None:
    """Without asking any target."""
    assert get(path)[0] == 200


def test_other_paths_and_methods_are_refused(get: Get) -> None:
    """With the status that says which of the two it is."""
    assert get("/nothing")[0] == 404
    status, headers, _ = get("/metrics", "POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")
    assert get("/metrics", "HEAD")[2] == b""


def test_a_header_too_large_is_refused(get: Get) -> None:
    """The exporter keeps its memory."""
    assert get("/metrics", X_Large="x" * 100_000)[0] == 413


# Cheroot drops the socket that it could not bind without closing it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_address_in_use_is_one_line() -> None:
    """That says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentFailure) as caught:
            bound(Application(Scrape([])), "127.0.0.1", port)

    assert (
        str(caught.value) == f"cannot listen on 127.0.0.1:{port}: the address is in use; choose another with --listen"
    )
