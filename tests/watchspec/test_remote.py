"""Servers that somebody else runs: what is sent to them, and what is said when they do not answer well."""

import base64
import socket
from pathlib import Path

import pytest

from tests.support.sockets import answering, serving
from watchspec.errors import UsageError
from watchspec.remote import Login, Remote, RemoteFailure


def test_a_question_carries_its_login_and_its_form(tmp_path: Path) -> None:
    """The password comes from its file, without the newline at its end."""
    heard: list[bytes] = []

    def answer(sock: socket.socket, request: bytes) -> None:
        heard.append(request)
        answering("200 OK", b'{"data": 1}')(sock, request)

    (tmp_path / "password").write_text("secret\n")
    with serving(answer) as port:
        login = Login("ana", tmp_path / "password")
        remote = Remote("Prometheus", f"http://127.0.0.1:{port}/behind/", "--prometheus", login)
        found = remote.json(dict, "POST", "/api", [("a", "b c")], b"query=up", kind="application/x-www-form-urlencoded")

    assert found == {"data": 1}
    head, _, body = heard[0].decode().partition("\r\n\r\n")
    assert head.startswith("POST /behind/api?a=b+c HTTP/1.1\r\n")
    assert f"Authorization: Basic {base64.b64encode(b'ana:secret').decode()}" in head
    assert "application/x-www-form-urlencoded" in head
    assert body == "query=up"


@pytest.mark.parametrize(
    ("status", "body", "what"),
    [
        ("400 Bad Request", b'{"message": "alertmanager says"}', "refuses (400): alertmanager says"),
        ("400 Bad Request", b'{"status": "error", "error": "prometheus says"}', "refuses (400): prometheus says"),
        ("404 Not Found", b"<html>a proxy says", "refuses (404), is the address right?"),
        ("403 Forbidden", b"", "refuses the login (403); give --username and --password-file"),
        ("200 OK", b"[]", "answers, but not as Prometheus does; is the address right?"),
    ],
)
def test_a_reason_is_told_with_its_address_and_without(status: str, body: bytes, what: str) -> None:
    """For a command line, and for a place where the address is known."""
    with serving(answering(status, body)) as port:
        url = f"http://127.0.0.1:{port}"
        with pytest.raises(RemoteFailure) as caught:
            Remote("Prometheus", url, "links.prometheus of the spec").json(dict, "GET", "/")

    assert caught.value.what == what
    assert str(caught.value) == f"Prometheus at {url} (links.prometheus of the spec) {what}"


@pytest.mark.parametrize("url", ["localhost:9090", "ftp://localhost", "http://", "http://localhost:0", "http://[::1"])
def test_an_address_that_cannot_be_called_is_refused_with_one_that_can(url: str) -> None:
    """Before anybody is asked."""
    with pytest.raises(UsageError, match=r"not an address of Alertmanager; write one such as http://localhost:9093"):
        Remote("Alertmanager", url, "--alertmanager")
