"""What is written is what a parser reads."""

import math
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from exporter.families import Families, Family, render
from exporter.text import encode, merged, number
from tests.support.need import program

NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
# No surrogates: they have no UTF-8. No other line breaks: the parser of the tests splits at them, Prometheus does not.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))


@given(TEXTS, TEXTS, st.floats())
def test_help_labels_and_values_come_back_as_they_were(help_: str, label: str, value: float) -> None:
    """Whatever text and number go in."""
    family = Family("a_metric", "gauge", f"<{help_}>")
    family.add(value, render(first=label, second="x"))

    (read,) = text_string_to_metric_families(encode([family]).decode())

    assert read.documentation == f"<{help_}>"
    assert read.samples[0].labels == {"first": label, "second": "x"}
    assert read.samples[0].value == value or (math.isnan(value) and math.isnan(read.samples[0].value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (1, "1"), (1.0, "1"), (-1.5, "-1.5"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
        (2**53 + 1, "9007199254740993"), (0.1, "0.1"), (1e-7, "1e-07"), (math.inf, "+Inf"), (-math.inf, "-Inf"),
        (math.nan, "NaN"), (True, "1"),
    ],
)  # fmt: skip
def test_numbers_are_written_in_full(value: float, text: str) -> None:
    """Integers without exponent below 1e21; the rest as short as it is exact."""
    assert number(value) == text


def test_families_of_two_targets_become_one() -> None:
    """One HELP, one TYPE, samples in the order of the targets."""
    pages = []
    for target in ("b", "a"):
        out = Families(render(target=target))
        out.gauge("up", "Help.", 1)
        pages += list(out)

    families, dropped = merged(pages)

    assert encode(families).decode() == '# HELP up Help.\n# TYPE up gauge\nup{target="b"} 1\nup{target="a"} 1\n'
    assert dropped == 0


def test_of_a_series_that_comes_twice_the_first_stays() -> None:
    """And the other one is counted."""
    family = Family("up", "gauge", "Help.")
    family.add(1, 'a="1"')
    family.add(2, 'a="2"')
    family.add(3, 'a="1"')

    families, dropped = merged([family])

    assert families[0].samples == [('up{a="1"}', 1), ('up{a="2"}', 2)]
    assert dropped == 1


def test_a_family_of_another_type_under_a_known_name_is_dropped() -> None:
    """A page with two types for one name would be refused as a whole."""
    first, second = Family("up", "gauge", "Help."), Family("up", "counter", "Help.")
    first.add(1)
    second.add(2, 'a="1"')

    families, dropped = merged([first, second])

    assert [(family.type, family.samples) for family in families] == [("gauge", [("up", 1)])]
    assert dropped == 1


@given(st.lists(st.tuples(NAMES, st.integers(0, 3), st.floats(allow_nan=False)), max_size=30))
def test_merging_keeps_each_series_once(samples: list[tuple[str, int, float]]) -> None:
    """What goes in is on the page or counted, and no series is there twice."""
    families = []
    for name, label, value in samples:
        family = Family(name, "gauge", "Help.")
        family.add(value, render(label=str(label)))
        families.append(family)

    joined, dropped = merged(families)

    series = [series for family in joined for series, _ in family.samples]
    assert len(series) == len(set(series)) == len(samples) - dropped
    assert [family.name for family in joined] == sorted({name for name, _, _ in samples})


def test_promtool_reads_a_histogram_and_a_summary() -> None:
    """The parts of both carry the suffixes that the format asks for."""
    promtool = program("promtool")
    out = Families()
    histogram = out.family("a_seconds", "histogram", "Help.")
    for suffix, labels, value in (
        ("_bucket", 'le="1"', 1),
        ("_bucket", 'le="+Inf"', 2),
        ("_sum", "", 3),
        ("_count", "", 2),
    ):
        histogram.add(value, labels, suffix)
    summary = out.family("b_seconds", "summary", "Help.")
    for suffix, labels, value in (("", 'quantile="0.5"', 1), ("_sum", "", 3), ("_count", "", 2)):
        summary.add(value, labels, suffix)

    checked = subprocess.run([promtool, "check", "metrics"], input=encode(out), capture_output=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, b"")
