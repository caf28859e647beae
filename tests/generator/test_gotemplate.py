"""Texts as Prometheus renders them."""

import pytest

from generator.gotemplate import expand, humanize, humanize_1024, humanize_duration, humanize_percentage
from generator.promql import literal


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (1.5, "1.5"),
        (999.96, "1000"),
        (1500, "1.5k"),
        (2.5e9, "2.5G"),
        (0.02, "20m"),
        (-1500, "-1.5k"),
    ],
)
def test_figures_have_four_digits_and_a_prefix(value: float, text: str) -> None:
    """As `humanize` of Prometheus writes them."""
    assert humanize(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0s"),
        (0.0204, "20.4ms"),
        (1.02, "1.02s"),
        (59.5, "59.5s"),
        (60, "1m 0s"),
        (3_661.9, "1h 1m 1s"),
        (90_000, "1d 1h 0m 0s"),
        (-61, "-1m 1s"),
    ],
)
def test_durations_have_units(value: float, text: str) -> None:
    """Whole seconds from a minute on, cut off."""
    assert humanize_duration(value) == text


def test_percentages_have_four_digits() -> None:
    """And no space."""
    assert humanize_percentage(0.918) == "91.8%"
    assert humanize_percentage(1 / 3) == "33.33%"


def test_labels_and_values_are_put_in() -> None:
    """Plain, for an address, and as a count."""
    labels = {"target": "a b&c"}
    assert expand("{{ $labels.target }}?{{ $labels.target | urlquery }}", labels, 0) == "a b&c?a+b%26c"
    assert expand('{{ printf "%.0f" $value }} of {{ $value | humanizePercentage }}', labels, 0.9999) == "1 of 99.99%"


@pytest.mark.parametrize("text", ["{{ 1 }}", "{{", "a {{ b }} {{ c", "{{/* x */}}"])
def test_what_was_text_stays_text(text: str) -> None:
    """A name with braces is no template."""
    assert expand(literal(text), {}, 0) == text


def test_a_form_that_nobody_knows_is_refused() -> None:
    """Rather than expected wrongly."""
    with pytest.raises(ValueError, match="cannot follow: range query"):
        expand("{{ range query }}", {}, 0)


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (1000, "1000"), (1536, "1.5ki"), (2**30, "1Gi")])
def test_bytes_have_binary_prefixes(value: float, text: str) -> None:
    """As `humanize1024` of Prometheus writes them."""
    assert humanize_1024(value) == text
