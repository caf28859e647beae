"""PromQL → the names of the metrics that it reads.

A reader of tokens, not a parser: who asks has promtool to say what is wrong. In doubt it names too much, never too
little. Grammar: https://github.com/prometheus/prometheus/blob/main/promql/parser/lex.go
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generator.promql import regex

ANY: Final = ".*"
"""Stands for the names of a selector that gives none: `{job="shop"}`."""

_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*|\[[^\]]*\]+)               # also ranges and steps, which hold no selector
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
      | (?P<number>\.?[0-9][0-9a-zA-Z_.]*)
      | (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
      | (?P<sign>=~|!~|!=|=|.)""",
    re.VERBOSE | re.DOTALL,
)
_LABELS: Final = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
"""May be followed by labels in brackets."""
_WORDS: Final = _LABELS | {"and", "or", "unless", "atan2", "bool", "offset", "inf", "nan"}
_CALLED: Final = frozenset({"(", "by", "without"})
"""What follows the name of a function or aggregation."""
_IMPLIED: Final = {"info": "target_info"}
"""Function → what it reads without being told."""
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)
_SIGNS: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

_Tokens = Sequence[tuple[str, str]]
"""Kind and text of each; the last one is empty."""


def names(expr: str) -> frozenset[str]:
    """Regular expressions (RE2) that match the whole names of all metrics that `expr` reads; of each other few."""
    return frozenset(_names(_tokens(expr)))


def unquoted(text: str) -> str:
    """What a string of PromQL says, which are those of Go."""
    if text.startswith("`"):
        return text[1:-1]
    return _ESCAPE.sub(lambda found: _sign(found[1]), text[1:-1])


def _sign(escaped: str) -> str:
    if escaped[0] in "xuU" and len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    if len(escaped) == 3:
        return chr(int(escaped, 8))
    return _SIGNS.get(escaped, escaped)


def _tokens(expr: str) -> _Tokens:
    found = ((str(one.lastgroup), one[0]) for one in _TOKEN.finditer(expr))
    return [*((kind, text) for kind, text in found if kind != "skip"), ("", "")]


def _names(tokens: _Tokens) -> Iterator[str]:
    at = 0
    while at < len(tokens) - 1:
        kind, text = tokens[at]
        after = tokens[at + 1][1]
        if text == "{" or (kind == "name" and after == "{"):
            end = _end(tokens, at, "}")
            yield from [regex(text)] if kind == "name" else _selected(tokens[at + 1 : end])
            at = end
        elif kind == "name" and text.lower() in _WORDS:
            at = _end(tokens, at, ")") if text.lower() in _LABELS and after == "(" else at
        elif kind == "name" and after.lower() in _CALLED:
            yield from [_IMPLIED[text]] if text in _IMPLIED else []
        elif kind == "name":
            yield text
        at += 1


def _end(tokens: _Tokens, at: int, sign: str) -> int:
    """The place of the next `sign`, or of the last token."""
    return next((place for place in range(at, len(tokens) - 1) if tokens[place] == ("sign", sign)), len(tokens) - 2)


def _selected(inside: _Tokens) -> Iterator[str]:
    """What braces without a name before them pick: by a text alone, by a matcher of the name, or anything."""
    for place, (kind, text) in enumerate(inside):
        if kind != "text":
            continue
        before = [one for _, one in inside[max(place - 2, 0) : place]]
        if not before or before[-1] == ",":
            following = inside[place + 1][1] if place + 1 < len(inside) else ""
            if following in {"", ","}:  # else it is the quoted name of a label
                yield regex(unquoted(text))
                return
        elif before[0].strip("\"'`") == "__name__" and before[-1] in {"=", "=~"}:
            yield unquoted(text) if before[-1] == "=~" else regex(unquoted(text))
            return
    yield ANY
