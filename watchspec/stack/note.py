"""What `up` remembers of how it was called, for the verbs after it, in `.watchspec/way.json`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Final

from watchspec.stack.plan import Way
from watchspec.stack.state import State

STATE_FOLDER: Final = ".watchspec"
_FILE: Final = "way.json"


@dataclass(frozen=True, slots=True)
class Note:
    """How the stack of a folder runs."""

    way: Way
    spec: str = ""
    """Absolute path of the spec; empty in a note of an older version."""
    demo: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)
    """`host:port` of the spec → the one that a native stack contacts instead."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """Where the parts of a native stack listen."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """Part → digest of the files that it runs with."""


def state_of(folder: Path) -> State:
    """The state of the stack whose spec lies in `folder`."""
    return State(folder / STATE_FOLDER)


def read(state: State) -> Note | None:
    """The note of the last `up`, if nothing has ended that stack since."""
    path = state.folder / _FILE
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    known = {one.name: found[one.name] for one in fields(Note) if one.name in found}
    return Note(**{**known, "way": Way[known["way"]]})


def write(state: State, note: Note) -> None:
    """Replace the note; never half of it."""
    path = state.below() / _FILE
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({**asdict(note), "way": note.way.name}), encoding="utf-8")
    fresh.replace(path)


def remove(state: State) -> None:
    """The stack has ended."""
    (state.folder / _FILE).unlink(missing_ok=True)
