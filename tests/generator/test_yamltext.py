"""One way to write YAML."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.yamltext import BANNER, body, dump, peer
from watchspec.source import Source

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@given(
    st.dictionaries(_TEXT.filter(lambda key: key != "<<"), st.one_of(_TEXT, st.integers(), st.booleans()), max_size=5)
)
def test_what_is_written_is_read_back_by_both_versions_of_yaml(value: dict[str, object]) -> None:
    """YAML 1.1 (Prometheus's and Alertmanager's reader is near it) and our reader of 1.2 agree."""
    text = dump({"value": value})
    assert yaml.safe_load(text) == {"value": value}
    assert Source(text, "x.yml").value == {"value": value}


@pytest.mark.parametrize(
    "text", ["22:30", "on", "no", "1e3", "0x1F", "1_000", "2026-12-05", "~", "0o17", "09:00", "", " "]
)
def test_text_that_some_reader_takes_for_something_else_is_quoted(text: str) -> None:
    """A label value stays text."""
    assert dump({"a": text}).splitlines()[1] in {f"a: '{text}'", f'a: "{text}"'}


def test_several_lines_are_a_block() -> None:
    """A reviewer reads long expressions line by line."""
    assert dump({"expr": "a\n/\nb"}) == f"# {BANNER}\nexpr: |-\n  a\n  /\n  b\n"


def test_mappings_keep_their_order_and_equal_lists_are_written_out() -> None:
    """No aliases: a reviewer should not have to look them up."""
    shared = ["x"]
    assert dump({"b": shared, "a": shared}).splitlines()[1:] == ["b:", "  - x", "a:", "  - x"]


_ODD = st.text(alphabet="aB1 :#-'\"{}[],&*!|>%@`?\n\\yno.~=", max_size=12)
_FIGURES = st.from_regex(r"[0-9]{1,3}[%.:smhdw]{0,2}[ -]?[a-z0-9:]{0,4}(\n ?[a-z]{0,2} ?){0,3}", fullmatch=True)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT | _ODD | _FIGURES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT | _ODD, inner, max_size=3),
    max_leaves=12,
)


@given(_VALUES)
def test_the_text_is_pyyamls_own(value: object) -> None:
    """Ours is only faster."""
    assert body(value) == peer(value)
