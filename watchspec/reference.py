"""The reference of the spec's grammar, `docs/spec.md`, rendered from the models and their docstrings. Pure."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Final, get_type_hints

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from watchspec import docstrings
from watchspec.reference_examples import EXAMPLES, INTRODUCTION
from watchspec.reference_types import Link, describe, models
from watchspec.spec import Spec
from watchspec.spec._target import Target
from watchspec.spec.alerts import AlertSetting, Level
from watchspec.spec.base import Model, Patterns, Secret, Tls
from watchspec.units import Duration

_SHARED: Final[Mapping[type[Model], str]] = {
    Target: "Every target",
    AlertSetting: "Alert setting",
    Level: "Level",
    Patterns: "Patterns",
    Secret: "Secret",
    Tls: "TLS",
}
"""What several sections are made of, and how its own section is called."""

_EXTRA: Final = "A severity with its threshold, or a parameter of the alert with its value."


def reference() -> str:
    """The whole page, as Markdown."""
    titles = _titles()
    parts = [INTRODUCTION, *_section(Spec, "", titles)]
    for model, title in sorted(titles.items(), key=lambda item: item[0] in _SHARED):
        parts += [f"## {title}" if model in _SHARED else f"## `{title}`", *_section(model, title, titles)]
    return "\n\n".join(parts) + "\n"


def _titles() -> Mapping[type[Model], str]:
    """Every model → the title of its section: the keys that lead to it, or what it is called if it is shared."""
    found: dict[type[Model], str] = {Target: _SHARED[Target]}

    def walk(model: type[Model], path: str) -> None:
        for key, inner in models(model):
            if inner not in found:
                found[inner] = _SHARED.get(inner, f"{path}.{key}".removeprefix("."))
                walk(inner, found[inner])

    walk(Spec, "")
    return found


def _section(model: type[Model], title: str, titles: Mapping[type[Model], str]) -> Iterator[str]:
    def link(inner: type[Model]) -> str:
        return f"[{titles[inner]}](#{anchor(titles[inner])})"

    if title:
        yield inspect.cleandoc(str(model.__doc__))
    if issubclass(model, Target) and model is not Target:
        yield f"It also takes the keys of {link(Target).replace('Every', 'every')}."
    yield "\n".join(["| key | value | default | meaning |", "|---|---|---|---|", *_rows(model, link)])
    if title in EXAMPLES:
        yield f"```yaml\n{EXAMPLES[title].strip()}\n```"


def _rows(model: type[Model], link: Link) -> Iterator[str]:
    hints = get_type_hints(model, include_extras=True)
    inherited = set(Target.model_fields) if model is not Target and issubclass(model, Target) else set()
    meanings = docstrings.of(model)
    for name, field in model.model_fields.items():
        if name not in inherited:
            meaning = " ".join(meanings.get(name, "").split())
            yield f"| `{field.alias}` | {describe(hints[name], link)} | {_default(field)} | {meaning} |"
    if model.model_config.get("extra") == "allow":
        yield f"| *any other* | value or {link(Level)} | | {_EXTRA} |"


def _default(field: FieldInfo) -> str:
    match field.default:
        case value if value is PydanticUndefined:
            return "**required**"
        case bool() as value:
            return f"`{str(value).lower()}`"
        case str() | int() | Duration() as value if str(value):
            return f"`{value}`"
        case _:
            return ""


def anchor(title: str) -> str:
    """The anchor that GitHub gives a heading: letters, digits and dashes of it in lower case."""
    kept = (character for character in title.lower() if character.isalnum() or character in " -_")
    return "".join(kept).replace(" ", "-")
