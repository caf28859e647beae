"""`watchspec up` and `watchspec down`: generate, choose a way, run, say where everything is."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, assert_never

from watchspec.check import checked
from watchspec.load import Loaded
from watchspec.stack import channels, compose, demo, distribution, machine, native, process, report, secrets
from watchspec.stack.plan import Machine, Way, Wish, decide, missing
from watchspec.stack.process import Program
from watchspec.stack.state import State

STATE_FOLDER: Final = ".watchspec"
_NOTE: Final = "way.json"


@dataclass(frozen=True, slots=True)
class Request:
    """What `watchspec up` was asked for."""

    spec_file: Path
    wish: Wish
    ports: Mapping[str, int]
    demo: bool = False
    program: str = "watchspec"
    """How the user calls us."""


def up(request: Request, stdout: TextIO, stderr: TextIO) -> None:
    """Run the stack of a spec and print where it is; raise `WatchspecError`, and then nothing new was left running."""
    from generator import files  # noqa: PLC0415  # the generator is read only by who renders
    from generator.render import render  # noqa: PLC0415

    loaded = checked(request.spec_file)
    for warning in loaded.warnings:
        print(warning, file=stderr)
    rendered = render(loaded.spec)
    found = machine.look(loaded.folder)
    way = decide(found, request.wish)
    files.write(rendered, loaded.folder)
    if way is Way.INSTALL:
        way, found = _install(found, request, loaded.folder, stderr)
    state = State(loaded.folder / STATE_FOLDER)
    print(f"running {way.value}", file=stdout, flush=True)
    match way:
        case Way.COMPOSE:
            _compose(loaded, request, state, stderr)
            notes: list[str] = []
        case Way.NATIVE | Way.EXPORTER | Way.INSTALL:
            notes = _native(loaded, request, state, found, stderr)
        case _:
            assert_never(way)
    print(report.text(way, request.ports, notes, request.program, demo=request.demo), file=stdout)


def _install(found: Machine, request: Request, folder: Path, stderr: TextIO) -> tuple[Way, Machine]:
    packages = [name for name in distribution.lacking() if name.startswith("prometheus")]
    print(f"installing from the distribution, without starting services: {' '.join(packages)}", file=stderr, flush=True)
    distribution.install(packages)
    found = machine.look(folder)
    return decide(found, Wish(request.wish.way, install=False)), found


def _compose(loaded: Loaded, request: Request, state: State, stderr: TextIO) -> None:
    _end_processes(state)
    again = _noted(state).get("way") == Way.COMPOSE.name
    folder = loaded.folder / "secrets"
    secrets.create(folder, secrets.MAILBOXES[0])
    secrets.from_environment(loaded.spec, os.environ, folder / secrets.ENVIRONMENT)
    secrets.require(loaded.spec, folder / secrets.ENVIRONMENT, f"secrets/{secrets.ENVIRONMENT}")
    _warn(secrets.missing(loaded.spec, loaded.folder, contained=True), stderr)
    _note(state, Way.COMPOSE)
    spec_file = request.spec_file.resolve()
    compose.bring_up(loaded.spec, spec_file, stderr, demo=request.demo, again=again)


def _native(loaded: Loaded, request: Request, state: State, found: Machine, stderr: TextIO) -> list[str]:
    """Run the processes; what is worth saying about what is missing."""
    whole = found.prometheus and found.alertmanager
    if whole:
        channels.require(loaded.spec, str(found.alertmanager))
    if _noted(state).get("way") == Way.COMPOSE.name:
        compose.take_down(loaded.folder, stderr)
    notes = [note for note in (missing(found),) if note]
    shown: list[Program] = []
    addresses: dict[str, str] = {}
    if request.demo:
        secrets.create(loaded.folder / "secrets", f"http://{native.LOOPBACK}:{request.ports['mailbox']}/slack")
        shown = demo.programs(loaded.folder, state, request.ports)
        addresses = demo.addresses(shown, request.ports)
        notes += demo.missing(shown)
    place = native.Place(request.spec_file.resolve(), state, request.ports, addresses)
    native.configure(loaded.spec, place)
    if whole:
        secrets.require(loaded.spec, native.environment(state), f"{STATE_FOLDER}/{secrets.ENVIRONMENT}")
        _warn(secrets.missing(loaded.spec, loaded.folder), stderr)
        _warn(channels.doubtful(loaded.spec, loaded.folder, str(found.alertmanager)), stderr)
    wanted = [*shown, native.exporter(place)]
    if found.prometheus and found.alertmanager:
        wanted.append(native.alertmanager(loaded.spec, place, found.alertmanager))
        wanted.append(native.prometheus(loaded.spec, place, found.prometheus))
    for record in state.records():
        if record.name not in {program.name for program in wanted}:
            process.end(state, record.name)
    _note(state, Way.NATIVE)
    process.bring_up(wanted, state)
    return notes


def _warn(warnings: Iterable[str], stderr: TextIO) -> None:
    for warning in warnings:
        print(warning, file=stderr)


def down(folder: Path, stdout: TextIO, stderr: TextIO) -> None:
    """End what `up` started for the spec in `folder`; data and secrets stay."""
    state = State(folder / STATE_FOLDER)
    if _noted(state).get("way") == Way.COMPOSE.name:
        compose.take_down(folder, stderr)
        ended = ["the containers"]
    else:
        ended = _end_processes(state)
    (state.folder / _NOTE).unlink(missing_ok=True)
    print(f"ended: {', '.join(ended)}" if ended else "nothing was running", file=stdout)


def _end_processes(state: State) -> list[str]:
    ended = [record.name for record in state.records() if process.end(state, record.name)]
    demo.clean(state)
    return ended


def _note(state: State, way: Way) -> None:
    (state.below() / _NOTE).write_text(json.dumps({"way": way.name}), encoding="utf-8")


def _noted(state: State) -> dict[str, str]:
    path = state.folder / _NOTE
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
