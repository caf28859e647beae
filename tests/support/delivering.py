"""A real Alertmanager on the configuration of a spec, with a mailbox and with services that refuse."""

import io
import json
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from generator import alertmanager
from generator.layout import COMPOSE
from tests.live.conftest import demo
from tests.support.need import program
from tests.support.servers import Running, accepts, free_port
from watchspec.cli import main
from watchspec.load import load

BY_RECEIVER: Final = "receiver-name-in-metrics"
"""The feature of Alertmanager that counts by receiver."""
_SPEC: Final = """
version: 1
name: shop
labels: {{environment: test}}
links: {{alertmanager: "http://127.0.0.1:{alertmanager}"}}
hosts: [{{name: web-1}}]
redis:
  - {{name: cache, url: "redis://127.0.0.1:1", team: data, runs_on: web-1}}
  - {{name: sessions, url: "redis://127.0.0.1:2"}}
smtp: {{host: "127.0.0.1:{smtp}", from: alerts@example.com, require_tls: false}}
channels:
  mail: {{email: [ops@example.com, dev@example.com]}}
  hook: {{webhook: "http://127.0.0.1:{web}/webhook"}}
  refusing: {{webhook: "http://127.0.0.1:{closed}/"}}
  failing: {{webhook: "http://127.0.0.1:{failing}/"}}
  both: {{email: [ops@example.com], webhook: "http://127.0.0.1:{closed}/"}}
severities:
  critical: {{notify: [mail, hook], wait: 1s, interval: 1s, escalate: {{after: 30m, to: [refusing]}}}}
  warning: {{notify: [hook], wait: 1s, interval: 1s}}
maintenance:
  - {{name: always, targets: [sessions], weekdays: "monday:sunday"}}
watchdog: {{notify: hook}}
"""


@dataclass
class Stage:
    """What a test plays on."""

    folder: Path
    spec: Path
    port: int
    web: int
    server: Running
    failing: "Failing"
    by_receiver: bool
    """Whether this Alertmanager counts by receiver."""

    @property
    def url(self) -> str:
        """Of Alertmanager."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *argv: str) -> tuple[int, str, str]:
        """Status, standard output and standard error of a verb on the spec."""
        stdout, stderr = io.StringIO(), io.StringIO()
        status = main([*argv, "--spec", str(self.spec)], stdout, stderr)
        return status, stdout.getvalue(), stderr.getvalue()

    def messages(self) -> list[dict[str, Any]]:
        """What arrived, newest first."""
        found: list[dict[str, Any]] = self._get(f"http://127.0.0.1:{self.web}/messages")
        return found

    def fire(self, *alerts: Mapping[str, str]) -> None:
        """Let alerts with these labels fire."""
        body = json.dumps([{"labels": labels} for labels in alerts]).encode()
        request = urllib.request.Request(  # noqa: S310  # loopback
            f"{self.url}/api/v2/alerts", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            assert answer.status == 200

    def alerts(self) -> list[dict[str, Any]]:
        """What fires."""
        found: list[dict[str, Any]] = self._get(f"{self.url}/api/v2/alerts")
        return found

    def silences(self) -> list[dict[str, Any]]:
        """All silences."""
        found: list[dict[str, Any]] = self._get(f"{self.url}/api/v2/silences")
        return found

    def _get(self, url: str) -> Any:  # noqa: ANN401  # any JSON
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # loopback
            return json.loads(answer.read())


class Failing(ThreadingHTTPServer):
    """A service that answers what it is told to, 500 at first."""

    daemon_threads = True

    def __init__(self) -> None:
        self.status = 500
        super().__init__(("127.0.0.1", 0), _Refusal)


class _Refusal(BaseHTTPRequestHandler):
    server: Failing

    def do_POST(self) -> None:
        """Read it all, and refuse."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


@contextmanager
def stage(folder: Path, edit: Callable[[str], str] = str, *, by_receiver: bool = True) -> Iterator[Stage]:
    """All of it, running; `edit` changes the spec, and `by_receiver` is asked for where this version has it."""
    failing = Failing()
    thread = threading.Thread(target=failing.serve_forever)
    thread.start()
    ports = {name: free_port() for name in ("alertmanager", "smtp", "web", "closed")}
    spec = folder / "monitoring.yml"
    spec.write_text(edit(_SPEC.format(**ports, failing=failing.server_port)), encoding="utf-8")
    found = alertmanager.emit(load(spec).spec, replace(COMPOSE, files=str(folder)))
    for name, text in found.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    features = _features(by_receiver=by_receiver)
    command = [
        program("alertmanager"), f"--config.file={folder / 'alertmanager' / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{ports['alertmanager']}",
        "--cluster.listen-address=", *features,
    ]  # fmt: skip
    server = Running(ports["alertmanager"], command, folder / "log", lambda: accepts(ports["alertmanager"]))
    try:
        with demo("mailbox.py", "--smtp", str(ports["smtp"]), "--web", str(ports["web"])):
            server.start()
            yield Stage(folder, spec, ports["alertmanager"], ports["web"], server, failing, bool(features))
    finally:
        server.stop()
        failing.shutdown()
        thread.join()
        failing.server_close()


def _features(*, by_receiver: bool) -> Sequence[str]:
    done = subprocess.run([program("alertmanager"), "--help"], capture_output=True, text=True, check=False, timeout=30)
    has = BY_RECEIVER in done.stdout + done.stderr
    return [f"--enable-feature={BY_RECEIVER},utf8-strict-mode"] if has and by_receiver else []
