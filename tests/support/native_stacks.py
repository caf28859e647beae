"""A small stack of this machine's own programs, and what can be seen of it."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.support import need
from watchspec.cli import main
from watchspec.stack import ports
from watchspec.stack.machine import free_port
from watchspec.stack.state import State

SPEC = """\
version: 1
name: small
hosts: [{name: local}]
channels: {ops: {webhook: "http://127.0.0.1:9/"}}
severities: {critical: {notify: ops}, warning: {notify: ops}, info: {notify: ops}}
prometheus: {scrape_interval: 1s}
"""


@dataclass(frozen=True)
class Stack:
    """A spec in a folder of its own, with ports that nobody else has."""

    folder: Path
    ports: Mapping[str, int]

    @property
    def spec(self) -> Path:
        """The file."""
        return self.folder / "monitoring.yml"

    @property
    def flags(self) -> list[str]:
        """What `up` is told."""
        return ["--native", "--no-install", *(f"--port={name}={port}" for name, port in self.ports.items())]

    def run(self, verb: str, *more: str) -> tuple[int, str, str]:
        """One verb on the spec: exit status, output, errors."""
        return _called(verb, str(self.spec), *more)

    def run_logs(self, *more: str) -> tuple[int, str, str]:
        """`watchspec logs`, whose arguments are parts."""
        return _called("logs", *more, "--spec", str(self.spec))

    def up(self, *more: str) -> tuple[int, str, str]:
        """`watchspec up`."""
        return self.run("up", *self.flags, *more)

    def change(self, old: str, new: str) -> None:
        """Replace a word of the spec."""
        text = self.spec.read_text()
        assert old in text
        self.spec.write_text(text.replace(old, new))

    def get(self, part: str, path: str) -> str:
        """The body of a page."""
        with urlopen(f"http://127.0.0.1:{self.ports[part]}{path}", timeout=10) as answer:
            body: bytes = answer.read()
        return body.decode()

    def loaded(self) -> dict[str, Any]:
        """What Prometheus runs with: its configuration, and the queries of its rules."""
        config = json.loads(self.get("prometheus", "/api/v1/status/config"))["data"]["yaml"]
        groups = json.loads(self.get("prometheus", "/api/v1/rules"))["data"]["groups"]
        return {"config": config, "rules": [(rule["name"], rule["query"]) for one in groups for rule in one["rules"]]}

    def pids(self) -> dict[str, int]:
        """What runs, by part."""
        return {record.name: record.pid for record in State(self.folder / ".watchspec").alive()}

    def files(self) -> dict[str, bytes]:
        """All that is generated, and all that the parts read."""
        found = [path for path in self.folder.rglob("*") if path.is_file() and path != self.spec]
        ours = [path for path in found if not {"data", "log", "run"} & {*path.relative_to(self.folder).parts}]
        return {str(path): path.read_bytes() for path in ours}


def _called(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main([*words], out, err), out.getvalue(), err.getvalue()


@contextmanager
def native_stack(folder: Path, text: str = SPEC) -> Iterator[Stack]:
    """A running one."""
    for name in ("prometheus", "promtool", "alertmanager"):
        need.program(name)
    folder.mkdir()
    stack = Stack(folder, {name: free_port() for name in ports.DEFAULTS})
    stack.spec.write_text(text)
    try:
        status, _, err = stack.up()
        assert status == 0, err
        yield stack
    finally:
        stack.run("down")
