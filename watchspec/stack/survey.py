"""Look at a running stack, and ask it for what `status` says; what does not answer leaves the rest whole."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from watchspec.check import checked
from watchspec.errors import EnvironmentFailure, WatchspecError
from watchspec.load import Loaded
from watchspec.remote import Remote, RemoteFailure
from watchspec.stack import drift, note, questions
from watchspec.stack.note import Note
from watchspec.stack.parts import parts
from watchspec.stack.state import State
from watchspec.stack.status import Rules, Status

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks the parts that answer."""

    remotes: Mapping[str, Remote]
    unknown: list[str] = field(default_factory=list)
    """Why an answer is not there."""

    def ask(self, part: str, question: Callable[[Remote], _T]) -> _T | None:
        """The answer, if there is one."""
        if part not in self.remotes:
            return None
        try:
            return question(self.remotes[part])
        except RemoteFailure as error:
            self.unknown.append(f"{part}: {error.what}")
        except (LookupError, TypeError, ValueError):
            self.unknown.append(f"{part}: answers, but not as it should")
        return None


def survey(spec_file: Path) -> Status:
    """The stack of a spec now; raise `EnvironmentFailure` if none was started, or if the engine does not answer."""
    folder = spec_file.resolve().parent
    state = note.state_of(folder)
    found = note.read(state)
    if found is None:
        raise EnvironmentFailure(f"nothing runs for {spec_file}; start it: watchspec up")
    seen = parts(folder, state, found)
    loaded, lines = _spec(spec_file)
    asker = _Asker({part.name: questions.remote(folder, part) for part in seen if part.version})
    rules = asker.ask("prometheus", questions.rules)
    generated = _compared(loaded, rules, (folder, state, found), lines)
    severities = [*loaded.spec.matrix()] if loaded else []
    expected = [target.name for kind, _, target in loaded.spec.targets() if kind != "job"] if loaded else []
    return Status(
        found.way.value, str(spec_file), seen,
        targets=asker.ask("prometheus", lambda remote: questions.targets(remote, expected)),
        firing=asker.ask("alertmanager", lambda remote: questions.firing(remote, severities)),
        silences=asker.ask("alertmanager", questions.silences),
        rules=None if rules is None or generated is None else Rules(rules.total(), generated.total()),
        drift=lines, unknown=asker.unknown,
    )  # fmt: skip


def _spec(spec_file: Path) -> tuple[Loaded | None, list[str]]:
    """The spec as it is now; what is wrong with it."""
    try:
        return checked(spec_file), []
    except WatchspecError as error:
        first, *more = str(error).splitlines()
        others = f" (and {len(more)} more: watchspec check)" if more else ""
        return None, [f"the spec is wrong, what runs is an earlier one: {first}{others}"]


def _compared(
    loaded: Loaded | None, rules: drift.Named | None, where: tuple[Path, State, Note], lines: list[str]
) -> Counter[tuple[str, str]] | None:
    """The rules that the spec renders; `lines` gets what differs."""
    if loaded is None:
        return None
    folder, state, found = where
    files = drift.rendered(loaded, state, found)
    lines += drift.of_files(files, folder, state, found)
    lines += drift.of_parts(loaded, state, found)
    generated = drift.named(files)
    if rules is not None:
        lines += drift.of_rules(rules, generated)
    return generated
