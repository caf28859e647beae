"""A file → a frozen `Spec`, or every problem at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Final

from pydantic import ValidationError

from watchspec import meaning
from watchspec.errors import EnvironmentFailure, SpecInvalid, UsageError
from watchspec.explain import explain, shown
from watchspec.problems import Finding, Path, Problem
from watchspec.source import Source
from watchspec.spec import Spec

# Sections that nothing else in a spec refers to.
_ALONE: Final = frozenset({"labels", "links", "versions"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """A valid spec, with what is needed to speak about it."""

    spec: Spec
    source: Source
    folder: FilePath
    """Absolute folder of the file; relative secret files lie below it."""
    warnings: tuple[Problem, ...]


def load(path: FilePath) -> Loaded:
    """Read the spec at `path`; raise `SpecInvalid` with every problem, `UsageError` if there is no such file."""
    source = Source(_text(path), str(path))
    spec, problems = _validated(source)
    if wrong := [problem for problem in problems if not problem.warning]:
        raise SpecInvalid(wrong)
    assert spec is not None, "a spec without problems is a spec"  # noqa: S101
    return Loaded(spec, source, path.resolve().parent, tuple(sorted(problems, key=Problem.order)))


def _validated(source: Source) -> tuple[Spec | None, list[Problem]]:
    """The spec, if its form is right, and everything that can be said against it."""
    value = source.value
    if value is None:
        return None, [source.problem((), 'the file is empty; begin with "version: 1" and "name: NAME"')]
    if not isinstance(value, dict):
        return None, [source.problem((), f'the file must hold a mapping, is {shown(value)}; begin with "version: 1"')]
    try:
        spec = Spec.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # pydantic marks a faulty key with a last step "[key]".
        paths = [tuple(step for step in fault["loc"] if step != "[key]") for fault in faults]
        found = [source.problem(path, explain(fault, Spec)) for path, fault in zip(paths, faults, strict=True)]
        findings = [*meaning.duplicate_targets(value), *_rest(value, paths)]
    else:
        found, findings = [], [*meaning.duplicate_targets(value), *meaning.findings(spec)]
        return spec, [source.problem(f.path, f.message, warning=f.warning) for f in findings]
    return None, found + [source.problem(f.path, f.message) for f in findings if not f.warning]


def _rest(value: object, faulty: list[Path]) -> Iterator[Finding]:
    """What is wrong with the meaning of the rest, where a spec stands without the faulty keys: all problems at once."""
    if any(len(path) < 3 and path[0] not in _ALONE for path in faulty):  # a whole target would be missed elsewhere
        return
    try:
        spec = Spec.model_validate(_without(value, faulty))
    except ValidationError:
        return
    for finding in meaning.findings(spec):
        if not any(path[: len(finding.path)] == finding.path for path in faulty):
            yield finding


def _without(value: object, faulty: list[Path]) -> object:
    """`value` less the keys at the paths `faulty`; list items stay, for their numbers name them."""
    if isinstance(value, dict):
        return {
            key: _without(item, [path[1:] for path in faulty if path[0] == key])
            for key, item in value.items()
            if (key,) not in faulty
        }
    if isinstance(value, list):
        return [_without(item, [p[1:] for p in faulty if p[0] == index and p[1:]]) for index, item in enumerate(value)]
    return value


def _text(path: FilePath) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; name your spec, or write one: docs/spec.md shows how") from None
    except IsADirectoryError:
        raise UsageError(f"{path}: is a folder; name the file in it, such as {path / 'monitoring.yml'}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise EnvironmentFailure(f"{path}: cannot be read: {error.strerror}") from None
