"""Matchers on names from the spec that pass through Grafana, which reads a query before Prometheus does."""

from collections.abc import Iterable

from generator.promql import Promql, regex, string


def one_of(label: str, values: Iterable[str]) -> Promql:
    """Matcher of `label` having one of `values`, whatever they are made of."""
    return Promql(f"{label}=~{pattern(values)}")


def pattern(values: Iterable[str]) -> Promql:
    """Quoted regular expression for `values`; a dollar is `[$]`, as `$word` is a variable of Grafana's."""
    return string("|".join(regex(value).replace(r"\$", "[$]") for value in values))
