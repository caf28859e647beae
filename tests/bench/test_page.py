"""Families, types and labels of a page."""

import pytest

from bench.page import Shape, series, shapes

PAGE = """\
# HELP a_total With a { and a "quote".
# TYPE a_total counter
a_total{path="/a,b}\\"c",code="200"} 1
a_total{code="404"} 2.5e+06 1700000000000
# TYPE h histogram
h_bucket{cmd="get",le="+Inf"} 3
h_sum{cmd="get"} 1
h_count{cmd="get"} 3
# TYPE s summary
s{quantile="0.5"} NaN
s_sum 1
# TYPE empty gauge
bare 4
"""


def test_a_family_has_its_type_and_the_labels_of_all_its_series() -> None:
    """Parts of a histogram and a summary belong to it; `le` and `quantile` are no labels of their own."""
    assert shapes(PAGE) == {
        "a_total": Shape("counter", frozenset({"path", "code"})),
        "h": Shape("histogram", frozenset({"cmd"})),
        "s": Shape("summary", frozenset()),
        "bare": Shape("untyped", frozenset()),
    }


def test_values_and_labels_of_a_series_are_read() -> None:
    """With commas, braces and escaped quotes in a label, and with a timestamp."""
    first, second, *_ = series(PAGE)

    assert first.labels == {"path": '/a,b}\\"c', "code": "200"}
    assert (first.value, second.value) == (1.0, 2_500_000.0)


@pytest.mark.parametrize("line", ["{} 1", 'a{b="c" 1', "a one"])
def test_what_is_no_series_is_refused(line: str) -> None:
    """A page that is cut off is not taken for a whole one."""
    with pytest.raises(ValueError, match=r"not|without|could"):
        list(series(line))
