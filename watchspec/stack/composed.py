"""Run the stack in containers, or let the one that runs take a changed spec: all of it, or nothing.

Containers read a copy of the spec below `.watchspec/`, written in place: a mounted file stays the one that it was when
an editor puts another in its stead. It is the last spec that was taken, so that whatever is restarted finds a good one.
"""

import os
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from watchspec.errors import EnvironmentFailure, WatchspecError
from watchspec.load import load
from watchspec.remote import NOBODY, Login
from watchspec.stack import access, compose, note, secrets
from watchspec.stack.containers import Container, asked, containers
from watchspec.stack.job import Job, Outcome
from watchspec.stack.note import Note
from watchspec.stack.plan import Way
from watchspec.stack.process import contents
from watchspec.stack.reload import RELOADING, Refused, reload
from watchspec.stack.saved import Saved
from watchspec.stack.state import State

_COPY: Final = "spec.yml"
PORTS: Final[Mapping[str, int]] = {"prometheus": 9090, "alertmanager": 9093, "exporter": 9877, "grafana": 3000}
"""Part → the port that it listens on in its container."""
_RELOAD_INSIDE: Final = """
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:9877/-/reload", method="POST"), timeout=60)
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())
"""
"""The exporter takes orders from its own machine alone, which is its container."""


@dataclass(frozen=True, slots=True)
class _Stack:
    """The project, and where its progress is told."""

    folder: Path
    demo: bool
    stderr: TextIO

    def run(self, values: Mapping[str, str], *words: str) -> None:
        """A command of Compose."""
        compose.run(compose.command(self.folder, *words, demo=self.demo), values, self.stderr)

    def containers(self) -> dict[str, Container]:
        """All of them, those of the demo too."""
        return containers(compose.command(self.folder, demo=True))

    def hashes(self, values: Mapping[str, str]) -> dict[str, str]:
        """Service → Compose's hash of what it is to be."""
        words = compose.command(self.folder, "config", "--hash", "*", demo=True)
        lines = asked(words, {**os.environ, **values}).splitlines()
        return {name: digest for name, _, digest in (line.partition(" ") for line in lines)}


def bring_up(job: Job, stderr: TextIO, *, build: bool = True) -> Outcome:
    """Start what does not run, let what runs take the spec; raise `WatchspecError`, and all is as it was before."""
    from generator import files  # noqa: PLC0415  # the generator is read only by who renders

    stack = _Stack(job.folder, job.request.demo, stderr)
    before, earlier, copy = stack.containers(), note.read(job.state), job.state.below() / _COPY
    values = compose.variables(job.loaded.spec, copy)
    _prepare_secrets(job, stderr)
    with ExitStack() as undo:  # from the last line to the first
        if any(one.runs for one in before.values()) and copy.is_file():
            undo.callback(_up_again, stack, copy)
        undo.callback(Saved.of(job.folder).put_back)
        if copy.is_file():
            undo.callback(_write_in_place, copy, copy.read_text(encoding="utf-8"))
        files.write(job.rendered, job.folder)
        _write_in_place(copy, job.text)
        note.write(job.state, _note(job, earlier.taken if earlier else {}))
        reloaded = _take(stack, values, before, _changed(job, earlier), build=build)
        after = stack.containers()
        undo.pop_all()
    note.write(job.state, _note(job, digests(job.folder, job.state)))
    return _outcome(before, after, reloaded)


def _note(job: Job, taken: Mapping[str, str]) -> Note:
    return Note(Way.COMPOSE, str(job.request.spec_file.resolve()), job.request.demo, taken=taken)


def _prepare_secrets(job: Job, stderr: TextIO) -> None:
    spec, folder = job.loaded.spec, job.folder / "secrets"
    secrets.create(folder, secrets.MAILBOXES[0])
    secrets.from_environment(spec, os.environ, folder / secrets.ENVIRONMENT)
    secrets.require(spec, folder / secrets.ENVIRONMENT, f"secrets/{secrets.ENVIRONMENT}")
    for warning in secrets.missing(spec, job.folder, contained=True):
        print(warning, file=stderr)


def _take(
    stack: _Stack, values: Mapping[str, str], before: Mapping[str, Container], changed: set[str], *, build: bool
) -> list[str]:
    """Reload what runs and has something new, start the rest; the names of what was reloaded."""
    running = {name for name, one in before.items() if one.runs}
    if running and not stack.demo:
        gone = [name for name in compose.DEMO if name in before]
        if gone:
            compose.run(
                compose.command(stack.folder, "rm", "--stop", "--force", *gone, demo=True), values, stack.stderr
            )
    if build:  # before and not with `up`, which of two services that build the same image would note an older one
        stack.run(values, "build")
    if not running:
        stack.run(values, *compose.UP)
        return []
    wanted = stack.hashes(values)
    stays = {name for name in running if before[name].config == wanted.get(name) and _is_current(before[name])}
    stack.run(values, *compose.SECRETS)
    reloaded = [name for name in RELOADING if name in stays & changed and before[name].answers]
    for name in reloaded:
        _reload(stack, name, before[name])
    # Grafana takes data sources only at its start; others begin again if they are not well enough to be asked.
    for name in sorted(stays & changed - {*reloaded}):
        stack.run(values, "restart", name)
    stack.run(values, *compose.UP)
    return reloaded


def _is_current(container: Container) -> bool:
    """Whether its image is still the one that its name stands for."""
    name = asked(("docker", "inspect", "--format", "{{.Config.Image}}", container.identity)).strip()
    return asked(("docker", "image", "inspect", "--format", "{{.Id}}", name)).strip() == container.image


def _reload(stack: _Stack, name: str, container: Container) -> None:
    if name != "exporter" or container.secure:
        since = ("--since", f"{time.time():.3f}")
        words = compose.command(stack.folder, "logs", "--no-log-prefix", *since, name, demo=True)
        url = address(name, container)
        reload(name, url, lambda: asked(words), login(stack.folder, url))
        return
    words = compose.command(stack.folder, "exec", "-T", name, "python", "-c", _RELOAD_INSIDE, demo=stack.demo)
    try:
        compose.run(words, {}, stack.stderr)
    except EnvironmentFailure as error:
        raise Refused(name, str(error)) from None


def address(name: str, container: Container) -> str:
    """Where a part is reached from this machine; empty if no port of it is published."""
    port = _published(name, container)
    if port is None:
        return ""
    return f"https://localhost:{port}" if container.secure and name in RELOADING else f"http://127.0.0.1:{port}"


def _published(name: str, container: Container) -> int | None:
    return container.ports.get(PORTS.get(name, 0), next(iter(container.ports.values()), None))


def login(folder: Path, url: str) -> Login:
    """What the part at an address asks for, in the stack of a folder."""
    tls = folder / access.MACHINE
    return Login(access.USER, tls / "password", tls / "ca.pem") if url.startswith("https:") else NOBODY


def _up_again(stack: _Stack, copy: Path) -> None:
    """The files are the old ones again: who took the new ones goes back, what was made anew is made as it was."""
    with suppress(WatchspecError):  # what went wrong at first is what the user hears
        stack.run(compose.variables(load(copy).spec, copy), *compose.UP)
    for name, container in stack.containers().items():
        if name in RELOADING and container.runs:
            with suppress(WatchspecError):
                _reload(stack, name, container)


def _write_in_place(path: Path, text: str) -> None:
    """The same file for who has it mounted; who may enter the folder is the folder's business."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def _reads(folder: Path, state: State) -> dict[str, Iterable[Path]]:
    """Part → what it reads."""
    return {
        **dict.fromkeys(("prometheus", "prometheus-2"), (folder / "prometheus", folder / "rules")),
        **dict.fromkeys(("alertmanager", "alertmanager-2"), (folder / "alertmanager",)),
        "exporter": (state.folder / _COPY, folder / "secrets"),
        "grafana": (folder / "grafana" / "provisioning",),
    }


def digests(folder: Path, state: State) -> dict[str, str]:
    """Part → digest of what it would read now."""
    return {name: contents(paths) for name, paths in _reads(folder, state).items()}


def _changed(job: Job, earlier: Note | None) -> set[str]:
    """The parts whose files are others than those that they run with."""
    taken = earlier.taken if earlier else {}
    return {name for name, digest in digests(job.folder, job.state).items() if digest != taken.get(name)}


def _outcome(before: Mapping[str, Container], after: Mapping[str, Container], reloaded: Iterable[str]) -> Outcome:
    names = [name for name in after if name != "secrets"]
    same = [name for name in names if name in before and _start(before[name]) == _start(after[name])]
    return Outcome(
        tuple(name for name in names if name not in same), tuple(reloaded),
        tuple(name for name in same if name not in reloaded), again=any(one.runs for one in before.values()),
        secure=any(one.secure for one in after.values()),
        ports={name: port for name, one in after.items() if (port := _published(name, one)) is not None},
    )  # fmt: skip


def _start(container: Container) -> tuple[str, float]:
    return container.identity, container.since
