"""What every section of the spec is made of: frozen models, names, units, addresses, secrets."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from watchspec.units import Duration, Ratio, Size

# No plug-in that happens to be installed has a say in what a spec means; looking for one takes as long as reading it.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


class Model(BaseModel):
    """A section: frozen, no unknown keys; a field that shadows a Python keyword ends in `_` here, not in YAML."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=False,
        alias_generator=lambda name: name.removesuffix("_"),
        hide_input_in_errors=True,
        defer_build=True,  # most sections are validated as part of a whole spec only
    )


@dataclass(frozen=True, eq=False)
class Shorthand:
    """Tells the JSON Schema that a shorter form is accepted too; the conversion is the validator beside it."""

    schema: JsonSchemaValue

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [self.schema, handler(core)]}


def _unit(parse: Callable[[str], object], example: str) -> tuple[PlainValidator, PlainSerializer, WithJsonSchema]:
    def read(value: object) -> object:
        if isinstance(value, (Duration, Ratio, Size)):
            return value
        if isinstance(value, (dict, list)) or value is None or isinstance(value, bool):
            raise ValueError(f'must be text such as "{example}"')
        return parse(getattr(value, "text", str(value)))

    return PlainValidator(read), PlainSerializer(str), WithJsonSchema({"type": "string", "examples": [example]})


_DURATION, _RATIO, _SIZE = _unit(Duration.parse, "5m"), _unit(Ratio.parse, "99.9%"), _unit(Size.parse, "10GB")
DurationText = Annotated[Duration, *_DURATION]
RatioText = Annotated[Ratio, *_RATIO]
SizeText = Annotated[Size, *_SIZE]


def _name(text: str) -> str:
    if not text or text != text.strip() or not text.isprintable():
        raise ValueError("a name is printable text on one line, without spaces around it")
    if len(text) > 200:
        raise ValueError(f"a name has at most 200 characters; this one has {len(text)}")
    return text


Name = Annotated[str, AfterValidator(_name)]
"""The name of a target, team, channel, severity: any printable text, at most 200 characters."""

_LABEL: Final = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")
_METRIC: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def _label(text: str) -> str:
    if not _LABEL.fullmatch(text):
        raise ValueError(f'"{text}" is not a label name; use letters, digits and _, and begin with a letter')
    return text


def _metric(text: str) -> str:
    if not _METRIC.fullmatch(text):
        raise ValueError(f'"{text}" is not a metric name; use letters, digits and _, and begin with a letter')
    return text


LabelName = Annotated[str, AfterValidator(_label)]
MetricName = Annotated[str, AfterValidator(_metric)]


_NO_HOST: Final = re.compile(r"[\s/?#@]")
"""What would make a URL of an address."""


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or _NO_HOST.search(host) or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f'"{text}" is not an address; write host:port')
    return text


Address = Annotated[str, AfterValidator(_address)]
"""`host:port`."""


def _page(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    if parts is None or parts.scheme or parts.netloc:
        raise ValueError("is not a path; write one such as /metrics, and the rest of the address in url:")
    return text


Page = Annotated[str, AfterValidator(_page)]
"""A path on a server, with a query perhaps."""


def url_of(*schemes: str) -> AfterValidator:
    """Accept a URL of one of `schemes`; refuse a password in it, without repeating it."""

    def check(text: str) -> str:
        try:
            parts: SplitResult = urlsplit(text)
            port = parts.port
        except ValueError:
            raise ValueError("not a URL; the port must be a number up to 65535") from None
        if parts.password is not None:
            raise ValueError(
                "a password does not belong in a URL; remove it and write password: {file: PATH} or {env: NAME}"
            )
        if parts.scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        if not parts.hostname and parts.scheme != "unix":
            raise ValueError(f"names no host; write {schemes[0]}://HOST:PORT")
        if parts.scheme == "tcp" and not port:
            raise ValueError("names no port; write tcp://HOST:PORT")
        return text

    return AfterValidator(check)


def listed(value: object) -> object:
    """Let `x` stand for `[x]`."""
    return [value] if isinstance(value, str) else value


def shorthand(key: str, schema: JsonSchemaValue | None = None) -> tuple[BeforeValidator, Shorthand]:
    """Let a scalar stand for `{key: scalar}`."""

    def expand(value: object) -> object:
        return value if value is None or isinstance(value, (dict, list, BaseModel)) else {key: value}

    return BeforeValidator(expand), Shorthand(schema or {"type": "string"})


class Patterns(Model):
    """Which of several things are reported; shell patterns (`*`, `?`, `[ab]`). Exclusion wins."""

    include: tuple[str, ...] = ()
    """Only what matches one of these; empty means everything."""
    exclude: tuple[str, ...] = ()
    """Never what matches one of these."""


class Secret(Model):
    """Where a secret lies; never the secret."""

    file: str | None = None
    """A file that holds it; relative to the folder of the spec."""
    env: str | None = None
    """An environment variable that holds it."""

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  # pydantic's own signature
        """Exactly one of the two."""
        if (self.file is None) == (self.env is None):
            raise ValueError("give one of file and env")

    def __str__(self) -> str:
        return f"file {self.file}" if self.file else f"environment variable {self.env}"


def _no_literal(value: object) -> object:
    if not isinstance(value, (dict, Secret)):
        raise ValueError(
            "a secret is never written into the spec; put it into a file and write {file: PATH}, or {env: NAME}"
        )
    return value


SecretRef = Annotated[Secret, BeforeValidator(_no_literal)]


class Tls(Model):
    """How a TLS server is verified, and how we show who we are."""

    ca: str | None = None
    """File of the certificate authorities to trust, instead of the system's."""
    cert: str | None = None
    """File of our own certificate, where the server asks for one."""
    key: str | None = None
    """File of its private key."""
    server_name: str | None = None
    """The name that the server's certificate must have, where it is not the one in the address."""
    verify: bool = True
    """Whether the certificate is verified at all."""
