"""Values on both sides of a threshold."""

from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.around import around, base
from generator.values import Unit, Value
from watchspec.units import Duration, Ratio, Size

Side = Literal["above", "below"]
THRESHOLDS = st.one_of(
    st.tuples(st.just("ratio"), st.decimals("0", "0.999", places=4).map(Ratio)),
    st.tuples(st.just("duration"), st.integers(1, 10**9).map(Duration)),
    st.tuples(st.just("size"), st.integers(0, 10**15).map(Size)),
    st.tuples(st.just("number"), st.decimals("0", "1000000", places=3)),
    st.tuples(st.just("count"), st.integers(0, 10**9)),
)


@given(THRESHOLDS)
def test_above_fires_above_and_is_silent_at_or_below(given_: tuple[Unit, Value]) -> None:
    """Whatever the threshold."""
    unit, threshold = given_
    found, limit = around(threshold, unit, "above"), base(threshold)
    assert found.fires > limit >= found.silent >= found.calm >= 0


@given(THRESHOLDS)
def test_below_fires_below_and_is_silent_above(given_: tuple[Unit, Value]) -> None:
    """Whatever the threshold."""
    unit, threshold = given_
    found, limit = around(threshold, unit, "below"), base(threshold)
    if unit != "count":
        assert found.fires < limit < found.silent <= max(found.calm, found.silent)


def test_a_ratio_stays_below_one() -> None:
    """More than all cannot be."""
    assert around(Ratio(Decimal("0.99")), "ratio", "above").fires < 1


@pytest.mark.parametrize("side", ["above", "below"])
def test_a_long_duration_keeps_away_from_the_edge_of_a_second(side: Side) -> None:
    """Messages cut off at whole seconds; a rounding error must not show."""
    assert around(Duration(600_000), "duration", side).fires % 1 == Decimal("0.5")


def test_text_is_no_threshold() -> None:
    """It has no two sides."""
    with pytest.raises(TypeError, match="no number"):
        around("x", "text", "above")
