"""A validation error → one sentence with the fix. pydantic's own words never reach the user."""

import difflib
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from watchspec.problems import Path

_SHAPES: Final[Mapping[str, str]] = {
    "model_type": "a mapping",
    "mapping_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
_BOUNDS: Final[Mapping[str, str]] = {
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def explain(error: ErrorDetails, model: type[BaseModel]) -> str:
    """The sentence for one pydantic error of `model`; its place is `error["loc"]`."""
    kind = error["type"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_key(str(error["loc"][-1]), _keys(model, error["loc"][:-1]))
    if kind == "missing":
        return "is missing; add it"
    if kind == "literal_error":
        return f"must be {_either(context['expected'])}, is {shown(error['input'])}"
    if kind in _SHAPES:
        return f"must be {_SHAPES[kind]}, is {shown(error['input'])}{_quote_hint(kind, error['input'])}"
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**context)
    return error["msg"].removeprefix("Value error, ")


def unknown_key(key: str, allowed: list[str]) -> str:
    """The sentence for a key that nobody knows: the nearest known one, else all of them."""
    return f"unknown key; {suggestion(key, allowed)}"


def suggestion(word: str, allowed: list[str]) -> str:
    """`did you mean "x"?`, or the whole list where nothing is near."""
    near = difflib.get_close_matches(word.lower(), allowed, n=1, cutoff=0.7)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(allowed)}"


def shown(value: object) -> str:
    """A value as a message may show it; containers by their shape only."""
    match value:
        case None:
            return "empty"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
        case _:
            return str(getattr(value, "text", value))


def _quote_hint(kind: str, value: object) -> str:
    plain = getattr(value, "text", value)
    return f'; write "{plain}" in quotes' if kind == "string_type" and isinstance(value, (int, float)) else ""


def _either(expected: str) -> str:
    return expected.replace("'", "")


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that a mapping at `path` may have, sorted."""
    kinds: list[object] = [model]
    for step in path:
        kinds = [inner for kind in kinds for inner in _inside(kind, step)]
    return sorted({key for kind in kinds for key in _fields(kind)})


def _fields(kind: object) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield field.alias or name


def _inside(kind: object, step: str | int) -> Iterator[object]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        found = [field.annotation for name, field in kind.model_fields.items() if step == (field.alias or name)]
        extra: Any = kind.__annotations__.get("__pydantic_extra__")
        for annotation in found or ([get_args(extra)[1]] if extra else []):
            yield from _models(annotation)
    elif get_origin(kind) is not None:
        yield from _models(get_args(kind)[-1 if isinstance(step, str) else 0])


def _models(annotation: object) -> Iterator[object]:
    """`annotation` without `Annotated`, each member of a union on its own."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _models(get_args(annotation)[0])
    elif origin in {Union, UnionType}:
        for member in get_args(annotation):
            yield from _models(member)
    else:
        yield annotation
