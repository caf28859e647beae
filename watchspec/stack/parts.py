"""Every part of a running stack, as the machine or the engine and the part itself see it."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from watchspec.remote import RemoteFailure
from watchspec.stack import compose, composed, native, process, questions
from watchspec.stack.containers import Container, asked, containers
from watchspec.stack.note import Note
from watchspec.stack.plan import Way
from watchspec.stack.reload import RELOADING
from watchspec.stack.state import Record, State
from watchspec.stack.status import Part

_ANSWERING: Final = (*RELOADING, "grafana")
"""Who says of itself whether it is ready, and which version it is."""
_HANDS_OUT: Final = "secrets"
"""The container that ends at once."""


def parts(folder: Path, state: State, found: Note) -> Sequence[Part]:
    """All that shall run, the watching ones first; each is asked for itself. Raises if the engine does not answer."""
    seen = _contained(folder, found) if found.way is Way.COMPOSE else _processes(state, found)
    with ThreadPoolExecutor() as pool:
        return list(pool.map(partial(_asked, folder), sorted(seen, key=_order)))


def _order(part: Part) -> tuple[int, str]:
    rank = [*_ANSWERING].index(part.name) if part.name in _ANSWERING else len(_ANSWERING)
    return rank, part.name


def _processes(state: State, found: Note) -> Iterator[Part]:
    records = {record.name: record for record in state.records()}
    for name in {*records, *found.taken}:
        yield _process(state, name, records.get(name))


def _process(state: State, name: str, record: Record | None) -> Part:
    if record is None or record.process() is None:
        log = state.folder / "log" / f"{name}.log"
        return Part(name, "not running", well=False, problem=f"it ended; its log: {log}" if log.exists() else "")
    address = f"{native.LOOPBACK}:{record.port}"
    if name in _ANSWERING:
        return Part(name, "running", well=True, since=record.created, address=f"http://{address}")
    open_ = process.accepts(record.port)
    return Part(
        name, "running" if open_ else "accepts no connection", well=open_, since=record.created, address=address
    )


def _contained(folder: Path, found: Note) -> Iterator[Part]:
    there = containers(compose.command(folder, demo=True))
    words = compose.command(folder, "config", "--services", demo=found.demo)
    for name in asked(words, dict(os.environ)).split():
        container = there.get(name)
        if name != _HANDS_OUT:
            yield _container(name, container)
        elif container is not None and not container.runs and container.exit_code:
            yield Part(name, "failed", well=False, problem="the secrets were not handed out: watchspec logs secrets")


def _container(name: str, found: Container | None) -> Part:
    if found is None:
        return Part(name, "not running", well=False)
    if not found.runs:
        return Part(name, found.status, well=False, problem=f"its log: watchspec logs {name}")
    state = found.health or found.status
    return Part(
        name, state, well=state in {"healthy", "running"}, since=found.since, address=composed.address(name, found)
    )


def _asked(folder: Path, part: Part) -> Part:
    """The part with what it says itself."""
    if part.name not in _ANSWERING or not part.address:
        return part
    there = questions.remote(folder, part)
    try:
        questions.ready(there, part.name)
        known = replace(part, version=questions.version(there, part.name))
        refused = part.name in RELOADING and not questions.took(there, part.name)
    except RemoteFailure as error:
        return replace(part, well=False, state=f"{part.state}, not ready", problem=error.what)
    except (LookupError, TypeError):
        return replace(part, well=False, problem="answers, but not as it should; does something else listen there?")
    if refused:
        return replace(known, well=False, problem="refused its last configuration and runs with the one before")
    return replace(known, state="healthy") if part.well else known
