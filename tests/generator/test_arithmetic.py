"""Arithmetic of the catalogue, beside Jinja's."""

from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace

import pytest
from jinja2 import Environment, StrictUndefined

from generator.arithmetic import computed, parsed
from generator.catalogue import alerts

_NAMES: Mapping[str, object] = {
    "at": Decimal("0.75"), "window": 300, "http": SimpleNamespace(units=1000), "double": lambda value: 2 * value,
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["at", " 1000 * (at - 2) ", "-at", "-at * -window", "window / 7 + 1", "1 - at / 3", "double(http.units) * 2", "7"],
)
def test_what_is_computed_is_what_jinja_computes(text: str) -> None:
    """To the last digit."""
    node = parsed(text)

    assert node is not None
    assert computed(node, _NAMES) == Environment(undefined=StrictUndefined).compile_expression(text)(**_NAMES)  # noqa: S701  # no HTML


@pytest.mark.parametrize(
    "text",
    ["at | round(9)", "at or 1", "1 if at else 2", "window // 7", "true", "none", "'text'", "double(x=1)", "a b"],
)
def test_what_needs_jinja_is_left_to_it(text: str) -> None:
    """Filters, conditions, text, and what the two read differently."""
    assert parsed(text) is None


def test_an_unknown_name_is_an_error() -> None:
    """Never an empty text."""
    node = parsed("at + nothing")
    assert node is not None

    with pytest.raises(KeyError, match="nothing"):
        computed(node, _NAMES)


def test_most_of_what_the_tests_of_alerts_compute_needs_no_template() -> None:
    """Else `generate` would compile a template for each."""
    texts = [str(text) for alert in alerts().values() for text in alert.tests.series.values() if "<<" in str(text)]
    inside = [part.partition(">>")[0] for text in texts for part in text.split("<<")[1:]]

    assert sum(parsed(part) is None for part in inside) < len(inside) / 10
