"""Annotation → the words of the reference: what may be written for a key."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from watchspec.spec.base import Address, LabelName, MetricName, Model, Name, Shorthand
from watchspec.spec.channels import MailAddress, Topic
from watchspec.spec.delivery import Days, Moment, Times, TimeZone
from watchspec.spec.prometheus import Version
from watchspec.units import Duration, Ratio, Size

Link = Callable[[type[Model]], str]
"""A model → the link to its section."""

# Told by their last validator, the one that makes them what they are.
_ALIASES: Final = (
    (Address, "`host:port`"),
    (LabelName, "label name"),
    (MetricName, "metric name"),
    (Name, "name"),
    (MailAddress, "mail address"),
    (Topic, "ARN"),
    (Days, "list of days"),
    (Times, "time of day"),
    (Moment, "date and time"),
    (TimeZone, "time zone"),
    (Version, "version"),
)
_PLAIN: Final[Mapping[object, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    Duration: "duration",
    Ratio: "percentage",
    Size: "size",
}
_SHORTER: Final[Mapping[object, str]] = {"string": "text", "object": "[Secret](#secret)"}
_SCALAR: Final = {str, int, float, bool}


def describe(annotation: object, link: Link) -> str:
    """What may be written where `annotation` stands, in words."""
    if get_origin(annotation) is not None:
        return _composed(annotation, link)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return link(annotation)
    return _PLAIN[annotation]


def models(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """The models that the fields of `model` are made of, each with the key that leads there."""
    for name, annotation in get_type_hints(model, include_extras=True).items():
        if name in model.model_fields or name == "__pydantic_extra__":
            for found in _inside(annotation):
                yield name.removesuffix("_"), found


def _composed(annotation: object, link: Link) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:], link)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of {describe(arguments[0], link)}"
    if origin is Mapping:
        return f"{describe(arguments[0], link)} → {describe(arguments[1], link)}"
    return _either([member for member in arguments if member is not NoneType], link)


def _either(members: Sequence[object], link: Link) -> str:
    if set(members) >= _SCALAR:
        return "value"
    words = [describe(member, link) for member in members]
    return f"{words[1]}, or a list of them" if words[0] == f"list of {words[-1]}" else " or ".join(words)


def _inside(annotation: object) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _inside(argument)


def _annotated(base: object, metadata: tuple[Any, ...], link: Link) -> str:
    for alias, words in _ALIASES:
        if get_args(alias)[-1] in metadata:
            return words
    words = "URL" if any(_is_url(item) for item in metadata) else describe(base, link)
    short = next((item.schema for item in metadata if isinstance(item, Shorthand)), None)
    if short is None or words == "list of days":
        return words
    if get_origin(base) is tuple:
        return f"{words.removeprefix('list of ')}, or a list of them"
    shorter = f"`{short['const']}`" if "const" in short else _SHORTER.get(short["type"], "value")
    return f"{shorter} or {words}"


def _is_url(metadata: object) -> bool:
    """Whether it is a validator made by `url_of`."""
    return getattr(getattr(metadata, "func", None), "__qualname__", "").startswith("url_of.")
