"""What is asked of a service, and which answer counts as well."""

import re
import warnings
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator

from watchspec.spec.base import Model, Shorthand, SizeText
from watchspec.units import Size

_STATUS: Final = re.compile(r"[1-5](\d\d|xx)")
_HEADER: Final = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_LONGEST_PATTERN: Final = 500
_LARGEST_BODY: Final = 16 * 1024 * 1024
_LONGEST_TEXT: Final = 4096


def _status(value: object) -> str:
    text = str(getattr(value, "text", value)).lower()
    if not _STATUS.fullmatch(text):
        raise ValueError(f'"{text}" is not a status; write a code such as 204, or a class such as 2xx')
    return text


def _statuses(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else [value]


def _pattern(text: str) -> str:
    if len(text) > _LONGEST_PATTERN:
        raise ValueError(f"a pattern has at most {_LONGEST_PATTERN} characters; this one has {len(text)}")
    if "\0" in text:
        raise ValueError("a pattern has no zero bytes; write \\x00")
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}; mend it, or write contains: TEXT") from None
    return text


def _body_size(size: Size) -> Size:
    if not 0 < size.bytes <= _LARGEST_BODY:
        raise ValueError(f"must be at most 16MB, and more than nothing; is {size}")
    return size


def _text(text: str) -> str:
    if not 0 < len(text) <= _LONGEST_TEXT:
        raise ValueError(f"must be text of 1 to {_LONGEST_TEXT} characters; this has {len(text)}")
    return text


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise ValueError(f'"{name}" is not the name of a header; use letters, digits and -')
    return name


Text = Annotated[str, AfterValidator(_text)]
HeaderName = Annotated[str, AfterValidator(_header)]
"""A token of RFC 9110, section 5.6.2."""
Status = Annotated[str, BeforeValidator(_status), WithJsonSchema({"type": ["string", "integer"]})]
"""A code (`204`) or a class of them (`2xx`)."""
Statuses = Annotated[tuple[Status, ...], BeforeValidator(_statuses), Shorthand({"type": ["string", "integer"]})]


class Body(Model):
    """What must be in a body, and what must not."""

    contains: Text | None = None
    """Text that must be in it."""
    matches: Annotated[str, AfterValidator(_pattern)] | None = None
    """Python regular expression that must match somewhere in it; it runs in a process of its own, which costs more."""
    lacks: Text | None = None
    """Text that must not be in it."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.contains is None and self.matches is None and self.lacks is None:
            raise ValueError("expects nothing; give contains, matches or lacks")
        return self


class Health(Model):
    """One question to the service and the answer that counts as well."""

    path: str = ""
    """Path on each URL of the service; the URL itself without it."""
    method: Literal["GET", "HEAD", "POST"] = "GET"
    """How it is asked."""
    send: Text | None = None
    """The body of a `POST`, or what is said first on a `tcp://` connection."""
    status: Annotated[tuple[Status, ...], BeforeValidator(_statuses), Shorthand({"type": ["string", "integer"]})] = (
        "2xx",
    )
    """Status codes that count as well: `204`, or `2xx` for a class."""
    body: Body | None = None
    """What the body must say; on a `tcp://` connection, its first line."""
    headers: Mapping[HeaderName, Text] = {}
    """Headers of the answer, each with text that it must contain, in any case of letters."""
    redirects: bool = True
    """Whether redirects are followed, ten at the most."""
    max_body: Annotated[SizeText, AfterValidator(_body_size)] | None = None
    """A longer body is a failure; without it 1 MiB is read and the rest left."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.method == "HEAD" and self.body is not None:
            raise ValueError("an answer to HEAD has no body; remove body, or write method: GET")
        return self
