"""Jinja2 on `<< >>` for the catalogue's texts; `{{ }}` belongs to Prometheus.

Two environments that differ in what a value becomes: PromQL in expressions, people's words in summaries.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template, Undefined, UndefinedError

from generator.arithmetic import computed, parsed
from generator.history import past
from generator.kept import Templates
from generator.promql import Promql, also, example, literal, matcher, number, pattern, string, unlike
from generator.values import Value, people
from watchspec.units import Duration, Ratio

_PUT_IN: Final = re.compile(r"<<(.*?)>>")
_FUNCTIONS: Final = {
    "also": also, "example": example, "matcher": matcher, "past": past, "pattern": pattern, "string": string,
    "unlike": unlike,
}  # fmt: skip
"""What expressions may call."""


def _range(value: Duration) -> Promql:
    return Promql(str(value))


def _percent(share: Ratio) -> Promql:
    """`share` as it stands in the name of a record: `95`, `99_9`."""
    return Promql(str(share).rstrip("%").replace(".", "_"))


def _environment(name: str, finalize: Callable[[Value], str]) -> Environment:
    environment = Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=StrictUndefined,
        finalize=finalize,
        autoescape=False,  # noqa: S701  # what is rendered is PromQL and text, not HTML; `finalize` quotes
        cache_size=0,
        loader=FunctionLoader(str),  # a template's name is its text
        bytecode_cache=Templates(name),
    )
    environment.globals.update(_FUNCTIONS)
    environment.filters.update(percent=_percent, range=_range)
    return environment


def _number(value: Value | Undefined) -> Promql:
    # An undefined value raises when it becomes text, which says its name.
    return Promql(value) if isinstance(value, Undefined) else number(value)


def _plain(value: object) -> str:
    return str(value)


_EXPRESSIONS: Final = _environment("expression", _number)


def _literal(value: Value) -> str:
    return literal(people(value))


_TEXTS: Final = _environment("text", _literal)

_WORDS: Final = _environment("words", _plain)


@cache
def _compiled(text: str, *, expression: bool) -> Template:
    return (_EXPRESSIONS if expression else _TEXTS).get_template(text)


@cache
def _wording(text: str) -> Template:
    return _WORDS.get_template(text)


def words(text: str, context: Mapping[str, object]) -> str:
    """`text` with what is put in as it is: the value of a label."""
    return _wording(text).render(context) if "<<" in text else text


def expression(text: str, context: Mapping[str, object]) -> str:
    """`text` as PromQL; bare text in it is a `TypeError`, an unknown name an `UndefinedError`."""
    return _put(text, context, _number, expression=True) if "<<" in text else text


def message(text: str, context: Mapping[str, object]) -> str:
    """`text` for people, still with Prometheus's `{{ }}`; what is put in is never expanded by Prometheus."""
    return _put(text, context, _literal, expression=False) if "<<" in text else text


def _put(text: str, context: Mapping[str, object], finalize: Callable[[Any], str], *, expression: bool) -> str:
    """Arithmetic is put in here: compiling a template for it takes Jinja most of the time of a whole run."""
    pieces = _pieces(text)
    if pieces is None:
        return _compiled(text, expression=expression).render(context)
    names = {**_FUNCTIONS, **context}
    try:
        return "".join(piece if isinstance(piece, str) else finalize(computed(piece, names)) for piece in pieces)
    except (KeyError, AttributeError) as error:
        raise UndefinedError(f"{error} is undefined") from None


@cache
def _pieces(text: str) -> Sequence[str | ast.expr] | None:
    """Text and what is put in, by turns; None where only Jinja knows what to do."""
    around, inside = _PUT_IN.split(text)[::2], _PUT_IN.findall(text)
    found = [parsed(piece) for piece in inside]
    if None in found or any("<<" in piece or "<%" in piece or "<#" in piece for piece in around):
        return None
    return [piece for pair in zip_longest(around, found) for piece in pair if piece is not None]
