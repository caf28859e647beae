"""Text put safely into PromQL, into the templates of rules, and into Alertmanager's matchers."""

import re
from collections.abc import Sequence
from decimal import Decimal
from string import ascii_letters
from typing import Final, assert_never

from generator.values import Value
from watchspec.units import Duration, Ratio, Size, plain

# Go's regexp.QuoteMeta, https://pkg.go.dev/regexp#QuoteMeta; re.escape would escape more than RE2's readers expect.
_META: Final = re.compile(r"[\\.+*?()|\[\]{}^$]")


class Promql(str):
    """Text that is PromQL already and is put in as it is."""

    __slots__ = ()


def string(text: str) -> Promql:
    """`text` as a double-quoted string of PromQL, which are also those of Alertmanager's matchers."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return Promql(f'"{escaped}"')


def regex(text: str) -> str:
    """A regular expression (RE2) that matches `text` alone."""
    return _META.sub(r"\\\g<0>", text)


def matcher(label: str, values: Sequence[str]) -> Promql:
    """A matcher of `label` on exactly `values`: `target="a"`, or `target=~"a|b"`."""
    if len(values) == 1:
        return Promql(f"{label}={string(values[0])}")
    return Promql(f"{label}=~{string('|'.join(map(regex, values)))}")


# A piece of a Redis pattern: https://redis.io/docs/latest/commands/keys/
_GLOB: Final = re.compile(r"(?P<star>\*)|(?P<one>\?)|\[(?P<not>\^?)(?P<set>[^\]]+)\]|\\?(?P<plain>.)", re.DOTALL)


def pattern(label: str, glob: str) -> Promql:
    """A matcher of `label` on what a Redis pattern matches; on the text itself if it has no wildcard."""
    only = fixed(glob)
    return Promql(f"{label}=~{string(glob_regex(glob))}") if only is None else matcher(label, [only])


def unlike(label: str, globs: Sequence[str]) -> Promql:
    """One more matcher after others: `label` is like none of some Redis patterns; nothing for none."""
    if not globs:
        return Promql("")
    return Promql(f", {label}!~{string('|'.join(map(glob_regex, globs)))}")


def fixed(glob: str) -> str | None:
    """The only text that a Redis pattern matches; None where it has a wildcard."""
    pieces = list(_GLOB.finditer(glob))
    return "".join(piece["plain"] for piece in pieces) if all(piece["plain"] for piece in pieces) else None


def glob_regex(glob: str) -> str:
    """A Redis pattern as a regular expression."""
    return "".join(map(_glob_regex, _GLOB.finditer(glob)))


def example(glob: str) -> str:
    """A text that a Redis pattern matches."""
    return "".join(piece["plain"] or _instead(piece) for piece in _GLOB.finditer(glob))


def _glob_regex(piece: re.Match[str]) -> str:
    if piece["set"]:
        inside = piece["set"].replace("\\", "\\\\").replace("[", "\\[")
        return f"[{piece['not']}{inside}]"
    return ".*" if piece["star"] else "." if piece["one"] else regex(piece["plain"])


def _instead(piece: re.Match[str]) -> str:
    if not piece["set"] or not piece["not"]:
        return piece["set"][0] if piece["set"] else "1"
    return next(letter for letter in ascii_letters if letter not in piece["set"])


def also(label: str | None, value: str) -> Promql:
    """One more matcher after others: `, handler="/api"`; nothing for an empty value."""
    return Promql(f", {matcher(label, [value])}" if label and value else "")


def number(value: Value) -> Promql:
    """`value` in base units: ratios as shares of one, durations in seconds, sizes in bytes. Bare text is refused."""
    match value:
        case Promql():
            return value
        case Ratio():
            return Promql(plain(value.value))
        case Duration():
            return Promql(plain(Decimal(value.milliseconds) / 1000))
        case Size():
            return Promql(value.bytes)
        case Decimal():
            return Promql(plain(value))
        case int():
            return Promql(value)
        case str():
            raise TypeError(f"text in an expression without a quoting helper: {value!r}")
        case _:
            assert_never(value)


def literal(text: str) -> str:
    """`text` for a label or annotation of a rule, which Prometheus expands as a Go template."""
    return text.replace("{{", '{{ "{{" }}')
