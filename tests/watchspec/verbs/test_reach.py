"""How a verb reaches Alertmanager, or says in a line why it does not."""

import base64
import io
import socket
from pathlib import Path

import pytest

from tests.support.certificates import Pair, self_signed
from tests.support.sockets import answering, serving, silent
from watchspec import alertmanager
from watchspec.cli import main
from watchspec.stack import access, tls


def ran(spec: Path, *argv: str) -> tuple[int, str]:
    """Status and standard error of `silence list`, which asks as little as can be."""
    stderr = io.StringIO()
    return main(["silence", "list", "--spec", str(spec), *argv], io.StringIO(), stderr), stderr.getvalue()


def test_no_alertmanager_is_one_clear_line(bare: Path) -> None:
    """Who named the address, and what to do."""
    assert ran(bare) == (
        1,
        (
            "Alertmanager at http://127.0.0.1:1 (links.alertmanager of the spec) does not answer: connection refused;"
            " start it with `watchspec up`, or name another: --alertmanager URL\n"
        ),
    )
    status, stderr = ran(bare, "--alertmanager", "http://name.invalid")
    assert (status, stderr.count("\n")) == (1, 1)
    assert stderr.startswith("Alertmanager at http://name.invalid does not answer: ")


def test_an_alertmanager_that_hangs_is_given_up(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person waits for it."""
    monkeypatch.setattr(alertmanager, "TIMEOUT", 0.3)
    with serving(silent) as port:
        status, stderr = ran(bare, "--alertmanager", f"http://127.0.0.1:{port}")
    assert (status, stderr.count("\n")) == (1, 1)
    assert "does not answer: no answer within 0.3 s" in stderr


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answering("200 OK", b"<html>hello"), "answers, but not as Alertmanager does"),
        (answering("200 OK", b'{"a": 1}'), "answers, but not as Alertmanager does"),
        (answering("404 Not Found", b"<html>"), "refuses (404), is the address right?"),
        (answering("401 Unauthorized"), "refuses the login (401); give --username and --password-file"),
        (answering("500 Internal Server Error", b'"no\\nspace"'), "refuses (500): no space"),
    ],
)
def test_what_is_no_alertmanager_is_one_clear_line(bare: Path, answer: object, said: str) -> None:
    """Another program at the address, or a proxy before it."""
    with serving(answer) as port:  # type: ignore[arg-type]
        status, stderr = ran(bare, "--alertmanager", f"http://127.0.0.1:{port}")
    assert (status, stderr.count("\n")) == (1, 1)
    assert said in stderr


@pytest.mark.parametrize("url", ["localhost:9093", "ftp://localhost", "http://", "http://[", "http://ana:pw@localhost"])
def test_an_address_that_cannot_be_called_is_refused(bare: Path, url: str) -> None:
    """Among them one with a password in it, where others see it."""
    status, stderr = ran(bare, "--alertmanager", url)
    assert (status, stderr.count("\n")) == (2, 1)
    assert stderr.startswith("--alertmanager")
    assert "ana:pw" not in stderr or "no login in an address" in stderr


def test_a_login_over_tls_reaches_alertmanager(bare: Path, tmp_path: Path) -> None:
    """The certificate is checked, and the password comes from a file."""
    pair = self_signed(tmp_path, "am", "/CN=localhost", 30)
    (tmp_path / "password").write_text("hush\n")
    heard: list[bytes] = []

    def answer(sock: socket.socket, request: bytes) -> None:
        heard.append(request)
        answering("200 OK", b"[]")(sock, request)

    with serving(answer, pair.server()) as port:
        url = ["--alertmanager", f"https://localhost:{port}"]
        status, stderr = ran(bare, *url)
        assert (status, stderr.count("\n")) == (1, 1)
        assert "--ca-file names who signed its certificate" in stderr
        login = ["--username", "ana", "--password-file", str(tmp_path / "password")]
        assert ran(bare, *url, "--ca-file", str(pair.certificate), *login) == (0, "")
    assert b"Authorization: Basic " + base64.b64encode(b"ana:hush") in heard[-1]


@pytest.mark.parametrize(
    ("argv", "status", "said"),
    [
        (["--username", "ana"], 2, "give --password-file too"),
        (["--password-file", "x"], 2, "whose password? give --username too"),
        (["--username", "ana", "--password-file", "nowhere"], 1, "--password-file nowhere: no such file"),
        (["--ca-file", "nowhere"], 1, "--ca-file nowhere: no such file"),
    ],
)
def test_half_a_login_is_refused(bare: Path, argv: list[str], status: int, said: str) -> None:
    """Before anybody is called."""
    found, stderr = ran(bare, *argv)
    assert (found, stderr.count("\n")) == (status, 1)
    assert said in stderr


def test_a_secure_stack_is_found_with_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files below `secrets/tls/` are the login where none is given."""
    spec, folder = tmp_path / "monitoring.yml", tmp_path / access.MACHINE
    spec.write_text("version: 1\nname: safe\nsecure: true\n")
    folder.parent.mkdir()
    tls.create(folder)
    for name, text, _ in tls.contents(folder):
        (tmp_path / name).write_text(text)
    heard: list[bytes] = []

    def answer(sock: socket.socket, request: bytes) -> None:
        heard.append(request)
        answering("200 OK", b"[]")(sock, request)

    with serving(answer, Pair(tmp_path / "alertmanager.pem", tmp_path / "alertmanager.key").server()) as port:
        monkeypatch.setattr(alertmanager, "_SECURE", f"https://localhost:{port}")
        assert ran(spec) == (0, "")
    login = f"{access.USER}:{(tmp_path / 'password').read_text()}"
    assert b"Authorization: Basic " + base64.b64encode(login.encode()) in heard[-1]
