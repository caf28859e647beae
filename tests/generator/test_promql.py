"""Quoting into PromQL and templates."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.promql import Promql, also, example, literal, matcher, number, pattern, regex, string
from generator.values import Value
from watchspec.units import Duration, Ratio, Size


def test_a_string_escapes_quotes_and_backslashes() -> None:
    """Both would end the string or change its meaning."""
    assert string('a"b\\c') == '"a\\"b\\\\c"'


@pytest.mark.parametrize(
    "name", ["a.b", "a|b", "(x)", "a+b*c?", "[0-9]{3}", "^a$", "back\\slash", 'quo"te', "žurnal ✓"]
)
def test_a_regular_expression_matches_its_own_name_alone(name: str) -> None:
    """RE2's and Python's escapes agree on these."""
    assert re.fullmatch(regex(name), name)
    assert not re.fullmatch(regex(name), f"{name}x")
    assert not re.fullmatch(regex(name), name.replace(".", "x").replace("|", "x") + "?")


@given(st.text(min_size=1))
def test_every_text_is_matched_by_its_regular_expression(text: str) -> None:
    """Whatever the text, nothing in it is special afterwards."""
    assert re.fullmatch(regex(text), text)


def test_one_name_makes_an_equality_and_several_make_a_set() -> None:
    """A reader should see the simple form where there is one."""
    assert matcher("target", ["a.b"]) == 'target="a.b"'
    assert matcher("target", ["a.b", "c"]) == 'target=~"a\\\\.b|c"'


def test_one_more_matcher_is_nothing_for_an_empty_value() -> None:
    """An optional parameter that is not set leaves no trace."""
    assert also("handler", "/api") == ', handler="/api"'
    assert also("handler", "") == ""
    assert also(None, "/api") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Ratio(Decimal("0.0144")), "0.0144"),
        (Duration(300), "0.3"),
        (Duration(86_400_000), "86400"),
        (Size(1024**4), "1099511627776"),
        (Decimal("2.50"), "2.5"),
        (1000, "1000"),
        (Promql("x"), "x"),
    ],
)
def test_a_number_stands_in_base_units(value: Value, text: str) -> None:
    """Seconds, bytes, shares of one, and never an exponent."""
    assert number(value) == text


def test_bare_text_is_refused_in_an_expression() -> None:
    """Text has to pass a quoting helper first."""
    with pytest.raises(TypeError, match="without a quoting helper"):
        number('"} or vector(1)')


def test_a_template_action_in_a_name_stays_text() -> None:
    """Prometheus would expand it."""
    assert literal("a {{ b }}") == 'a {{ "{{" }} b }}'


@pytest.mark.parametrize(
    ("glob", "matcher_", "one"),
    [
        ("queue:default", 'key="queue:default"', "queue:default"),
        ("queue:*", 'key=~"queue:.*"', "queue:1"),
        ("q.?", 'key=~"q\\\\.."', "q.1"),
        ("q[ab]", 'key=~"q[ab]"', "qa"),
        ("q[^a]", 'key=~"q[^a]"', "qb"),
        (r"q\*", 'key="q*"', "q*"),
    ],
)
def test_a_pattern_of_redis_is_a_matcher_of_what_it_matches(glob: str, matcher_: str, one: str) -> None:
    """A rule on the pattern's own text would never fire."""
    assert pattern("key", glob) == matcher_
    assert example(glob) == one
