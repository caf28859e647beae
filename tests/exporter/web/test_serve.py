"""The whole exporter behind TLS and a password: started, reloaded, searched for what it must not say."""

import base64
import http.client
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bcrypt
import pytest

from tests.support.certificates import Pair, authority, signed

_SECRETS = {"redis": "S3cretRedis", "token": "S3cretToken", "key": "S3cretKey", "bob": "hunter2"}
_SPEC = """
version: 1
name: shop
services:
  - {name: api, url: "http://127.0.0.1:PORT/", headers: {X-Api-Key: {secret: {file: key}}}}
redis: [{name: cache, url: "redis://watchspec@127.0.0.1:PORT", password: {file: redis}}]
jobs: [{name: backup, heartbeat: {file: token}, every: 24h}]
"""


@dataclass
class Exporter:
    """A process, and the folder it was started in."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    context: ssl.SSLContext

    def ask(self, path: str, method: str = "GET", user: str = "bob", **headers: str) -> tuple[int, str]:
        """Status and body."""
        login = base64.b64encode(f"{user}:{_SECRETS['bob']}".encode()).decode()
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=self.context)
        connection.request(method, path, headers={"Authorization": f"Basic {login}"} | headers)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, body

    @property
    def log(self) -> str:
        """What it has written."""
        return (self.folder / "log").read_text()

    def users(self, *names: str) -> None:
        """Let these in."""
        hashed = bcrypt.hashpw(_SECRETS["bob"].encode(), bcrypt.gensalt(4)).decode()
        tls = "tls_server_config: {cert_file: server.signed.pem, key_file: server.key}"
        lines = [f"  {name}: {hashed}" for name in names]
        (self.folder / "web.yml").write_text("\n".join([tls, "basic_auth_users:", *lines]) + "\n")


@pytest.fixture(scope="module")
def liar() -> Iterator[int]:
    """A server that sends back what it was sent, credentials and all."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                sent = client.recv(65536)
                client.sendall(b"-ERR you said " + sent.replace(b"\r\n", b" ") + b" bob@example.com\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    yield int(server.getsockname()[1])
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.fixture
def exporter(tmp_path: Path, liar: int) -> Iterator[Exporter]:
    """`watchspec serve` with a web configuration file."""
    by: Pair = authority(tmp_path)
    signed(tmp_path, "server", by)
    (tmp_path / "monitoring.yml").write_text(_SPEC.replace("PORT", str(liar)))
    for name in ("redis", "token", "key"):
        (tmp_path / name).write_text(_SECRETS[name])
    command = [
        sys.executable,
        "-m",
        "exporter",
        "monitoring.yml",
        "--listen",
        "127.0.0.1:0",
        "--web.config.file",
        "web.yml",
    ]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command[command.index("127.0.0.1:0")] = f"127.0.0.1:{port}"
    context = ssl.create_default_context(cafile=str(by.certificate))
    with (tmp_path / "log").open("wb") as log:
        made = Exporter(tmp_path, port, None, context)  # type: ignore[arg-type]  # started below
        made.users("bob")
        made.process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
        _until_it_serves(made)
        yield made
        made.process.terminate()
        assert made.process.wait(20) == 0


def _until_it_serves(exporter: Exporter) -> None:
    over = time.monotonic() + 30
    while "msg=serving" not in exporter.log:
        assert exporter.process.poll() is None, exporter.log
        assert time.monotonic() < over, exporter.log
        time.sleep(0.05)


def test_users_and_spec_are_taken_anew_by_a_reload(exporter: Exporter) -> None:
    """And a mistake in either leaves both as they were."""
    assert (exporter.ask("/-/ready")[0], exporter.ask("/-/ready", user="eve")[0]) == (200, 401)

    exporter.users("eve")
    assert exporter.ask("/-/reload", "POST")[0] == 200
    assert (exporter.ask("/-/ready")[0], exporter.ask("/-/ready", user="eve")[0]) == (401, 200)

    with (exporter.folder / "web.yml").open("a") as file:
        file.write("basic_auth: {}\n")
    status, said = exporter.ask("/-/reload", "POST", user="eve")
    assert (status, said) == (500, 'web.yml:4:1: basic_auth: unknown key; did you mean "basic_auth_users"?\n')
    assert exporter.ask("/-/ready", user="eve")[0] == 200


def test_no_secret_leaves_the_process(exporter: Exporter) -> None:
    """Though the targets send back what they were sent, and a token was wrong."""
    exporter.ask("/heartbeat/backup", "POST", Authorization=f"Bearer {_SECRETS['token']}x")
    assert exporter.ask("/heartbeat/backup", "POST", Authorization=f"Bearer {_SECRETS['token']}")[0] == 204

    pages = {path: exporter.ask(path)[1] for path in ("/metrics", "/health", "/", "/nothing")}

    assert [one["status"] for one in json.loads(pages["/health"])["targets"]] == ["down", "down", "up"]
    for text in (*pages.values(), exporter.log):
        assert not [name for name, secret in _SECRETS.items() if secret in text]
        assert not re.search(r"bob@example|\$2[aby]\$", text)
