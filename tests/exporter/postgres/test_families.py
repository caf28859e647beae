"""Rows → samples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.families import Families
from exporter.postgres.families import choice, fill, regular_expression
from exporter.postgres.query import NAN, Column, Query, counter, gauge
from exporter.postgres.session import Rows
from watchspec.spec.base import Patterns


def samples(query: Query, found: Rows, server: str = "") -> dict[str, float]:
    """What the rows became."""
    out = Families()
    fill(out, query, found, server, choice(Patterns()))
    return dict(sample for family in out for sample in family.samples)


def test_null_is_what_the_column_says() -> None:
    """No sample, 0 or NaN."""
    columns = (gauge("a", "a", "A."), gauge("a", "b", "B.", 0), gauge("a", "c", "C.", NAN))
    found = samples(Query("x", "", columns), Rows(("a",), [(None,)]))

    assert found["b"] == 0
    assert math.isnan(found["c"])
    assert "a" not in found


def test_a_column_that_the_version_lacks_costs_only_its_own_family() -> None:
    """The others are there."""
    query = Query("x", "", (counter("old", "old", "Old."), counter("new", "new", "New.")))

    assert samples(query, Rows(("new",), [(b"5",)])) == {"new": 5}


def test_labels_are_escaped_and_joined() -> None:
    """NULL is the empty text; the server's label comes last."""
    query = Query("x", "", (Column("v", "m", "M.", divisor=1000),), ("name", "state"), server=True)
    found = samples(query, Rows(("v", "name", "state"), [(b"1500", b'a"b', None)]), 'server="h:1"')

    assert found == {'m{name="a\\"b",state="",server="h:1"}': 1.5}


@pytest.mark.parametrize(
    ("patterns", "name", "expected"),
    [
        (("public.*",), "public.orders", True),
        (("public.*",), "private.orders", False),
        (("*.log_?",), "public.log_1", True),
        (("*.log_?",), "public.log_12", False),
        (("*.t[ab]",), "public.tb", True),
        (("*.t[!ab]",), "public.tb", False),
        (("a.b", "c.d"), "c.d", True),
        (("a.b",), "aXb", False),
        (("a.(b)+",), "a.(b)+", True),
    ],
)
def test_shell_patterns_become_one_expression(patterns: tuple[str, ...], name: str, expected: bool) -> None:
    """Everything but `*`, `?` and `[…]` stands for itself."""
    import re

    assert bool(re.search(regular_expression(patterns), name)) is expected


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="*?[]"), min_size=1), min_size=1))
def test_plain_names_match_themselves(names: list[str]) -> None:
    """Whatever signs they hold."""
    import re

    assert all(re.search(regular_expression(tuple(names)), name) for name in names if "\n" not in name)
