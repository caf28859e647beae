"""Jinja2 on `<< >>` for the catalogue's texts; `{{ }}` belongs to Prometheus.

Two environments that differ in what a value becomes: PromQL in expressions, people's words in summaries.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template, Undefined, UndefinedError

from generator.promql import Promql, also, example, literal, matcher, number, pattern, string
from generator.values import Value, people
from watchspec.units import Duration

_PLAIN: Final = re.compile(r"<< (\w+) >>")


def _range(value: Duration) -> Promql:
    return Promql(str(value))


def _environment(finalize: Callable[[Value], str]) -> Environment:
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
    )
    environment.globals.update(also=also, example=example, matcher=matcher, pattern=pattern, string=string)
    environment.filters["range"] = _range
    return environment


def _number(value: Value | Undefined) -> Promql:
    # An undefined value raises when it becomes text, which says its name.
    return Promql(value) if isinstance(value, Undefined) else number(value)


def _plain(value: object) -> str:
    return str(value)


_EXPRESSIONS: Final = _environment(_number)


def _literal(value: Value) -> str:
    return literal(people(value))


_TEXTS: Final = _environment(_literal)

_WORDS: Final = _environment(_plain)


@cache
def _compiled(text: str, *, expression: bool) -> Template:
    return (_EXPRESSIONS if expression else _TEXTS).from_string(text)


@cache
def _wording(text: str) -> Template:
    return _WORDS.from_string(text)


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
    """Plain names are put in here: compiling a template for them takes Jinja most of the time of a whole run."""
    plain = _PLAIN.sub("", text)
    if "<<" in plain or "<%" in plain:
        return _compiled(text, expression=expression).render(context)
    try:
        return _PLAIN.sub(lambda found: finalize(context[found[1]]), text)
    except KeyError as error:
        raise UndefinedError(f"{error} is undefined") from None
