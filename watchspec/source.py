"""YAML text → plain values that remember where they stood.

Read as YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema): `22:30`, `on` and `2026-12-05` stay text,
and a duplicate key is an error. Anchors work; so do `<<` merges, which 1.2 dropped but people still use.
"""

import re
from collections.abc import Iterator
from typing import Final, NoReturn, Self

import yaml

from watchspec.errors import SpecInvalid
from watchspec.problems import Path, Problem

_TAG: Final = "tag:yaml.org,2002:"
_CORE: Final = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's parser with the resolvers of YAML 1.2 in place of its own of 1.1."""

    yaml_implicit_resolvers: Final = {
        first if first != "\0" else "": [
            (_TAG + tag, re.compile(rf"(?:{pattern})\Z")) for tag, pattern, firsts in _CORE if first in firsts
        ]
        for first in {first for _, _, firsts in _CORE for first in firsts}
    }


class Number(float):
    """A float that keeps its text: version 3.10 is not 3.1."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Parse `text` as YAML 1.2 writes floats."""
        number = super().__new__(cls, re.sub(r"\.(inf|nan)$", r"\1", text.lower()))
        number.text = text
        return number

    def __reduce__(self) -> tuple[type["Number"], tuple[str]]:
        return Number, (self.text,)


class Source:
    """One parsed file: its plain value, and the place of any path in it."""

    def __init__(self, text: str, file: str) -> None:
        """Parse `text`; raise `SpecInvalid` with every duplicate key, or with the first syntax error."""
        self.file = file
        self.text = text
        self._problems: list[Problem] = []
        self._open: list[yaml.Node] = []
        self._root = self._compose(text)
        self.value: object = None if self._root is None else self._construct(self._root, ())
        if self._problems:
            raise SpecInvalid(self._problems)

    def problem(self, path: Path, message: str, *, warning: bool = False) -> Problem:
        """A problem at `path`, or at its nearest parent that the file contains."""
        line, column = self._place(path)
        return Problem(self.file, line, column, path, message, warning)

    def _compose(self, text: str) -> yaml.Node | None:
        try:
            return yaml.compose(text, Loader=_Loader)
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            self._refuse(line, 1, f"character #x{ord(str(error.character)[0]):04x} is not allowed in YAML; remove it")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._refuse(line, column, _syntax(error, text, line))

    def _refuse(self, line: int, column: int, message: str) -> NoReturn:
        raise SpecInvalid([Problem(self.file, line, column, (), message)])

    def _construct(self, node: yaml.Node, path: Path) -> object:
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if node in self._open:
            self._add(node, path, "contains itself through an alias; write it out")
            return None
        self._open.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return [self._construct(child, (*path, index)) for index, child in enumerate(node.value)]
        finally:
            self._open.pop()

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        lines: dict[str, int] = {}
        merged: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._add(key_node, path, "a key must be plain text")
                continue
            key = str(key_node.value)
            if key == "<<" and key_node.style not in {"'", '"'}:
                for part in _merged(self._construct(value_node, path)):
                    merged = {**part, **merged}
            elif key in found:
                self._add(key_node, (*path, key), f"duplicate key; it stands first in line {lines[key]}; remove one")
            else:
                found[key] = self._construct(value_node, (*path, key))
                lines[key] = key_node.start_mark.line + 1
        return {**merged, **found}

    def _add(self, node: yaml.Node, path: Path, message: str) -> None:
        mark = node.start_mark
        self._problems.append(Problem(self.file, mark.line + 1, mark.column + 1, path, message))

    def _place(self, path: Path) -> tuple[int, int]:
        node = self._root
        if node is None:
            return 1, 1
        mark = node.start_mark
        for step in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
            elif isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == step:
                        mark, node = key.start_mark, value
                        break
                else:
                    break
        return mark.line + 1, mark.column + 1


def _scalar(node: yaml.Node) -> object:
    tag, text = node.tag.removeprefix(_TAG), str(node.value)
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int":
        return int(text, 0 if text[:2] in {"0o", "0x"} else 10)
    return Number(text) if tag == "float" else text


def _merged(value: object) -> Iterator[dict[str, object]]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            yield part


def _syntax(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in str(error.problem):
        return "a tab; YAML is indented with spaces: replace it"
    said = " ".join(part for part in (error.problem, error.context and f"({error.context})") if part)
    return f"not valid YAML: {said}"
