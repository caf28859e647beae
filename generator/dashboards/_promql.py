"""Matchers on names from the spec that pass through Grafana, which reads a query before Prometheus does."""

import re
from collections.abc import Iterable
from typing import Final

from generator.promql import Promql, glob_regex, regex, string

_DOLLAR: Final = re.compile(r"(?P<other>\\\\)|\\?\$")
"""A dollar of a regular expression, escaped or not; an escaped backslash before it does not escape it."""


def one_of(label: str, values: Iterable[str]) -> Promql:
    """Matcher of `label` having one of `values`, whatever they are made of."""
    return Promql(f"{label}=~{pattern(values)}")


def pattern(values: Iterable[str]) -> Promql:
    """Quoted regular expression for `values`; a dollar is `[$]`, as `$word` is a variable of Grafana's."""
    return string("|".join(regex(value).replace(r"\$", "[$]") for value in values))


def globs(label: str, patterns: Iterable[str]) -> Promql:
    """Matcher of `label` being like one of some Redis patterns."""
    expression = "|".join(map(glob_regex, patterns))
    without = _DOLLAR.sub(lambda found: found["other"] or r"\x24", expression)
    return Promql(f"{label}=~{string(without)}")
