"""Which metrics an expression reads."""

import pytest

from generator.reads import ANY, names
from tests.support.expressions import reads

READ = {
    "up": {"up"},
    "1 + 0x1F - 1e-3 + .5 + Inf": set(),
    "vector(time()) unless on () up": {"up"},
    'sum by (job) (rate(a_total{code=~"5..|b{}"}[5m] offset 1h)) / on (job) group_left (c) d': {"a_total", "d"},
    "sum(a) by (b)": {"a"},
    "SUM BY (b) (a)": {"a"},
    "topk without (b) (3, a)": {"a"},
    "max_over_time((a > bool 1)[1h:5m] @ end()) and ignoring (x) b": {"a", "b"},
    "a atan2 b or c # and d\nunless e": {"a", "b", "c", "e"},
    "histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m])))": {"h_bucket"},
    "slo:errors:rate5m / job:x": {"slo:errors:rate5m", "job:x"},
    "info(a, {version=~'1.*'})": {"a", "target_info", ANY},
    '{__name__=~"a|b_.*", job="x"}': {"a|b_.*"},
    '{job="x", __name__="a"}': {"a"},
    r"""{__name__=~'a\\.b' , x='y'}""": {r"a\.b"},
    r'{__name__=~"\x61\u00e9\142"}': {"aéb"},
    r"{__name__=~`a\.b`}": {r"a\.b"},
    '{"a.b", job="x"}': {r"a\.b"},
    '{job="x", "a.b"}': {r"a\.b"},
    '{"a label"="x", __name__="a"}': {"a"},
    '{job="x"}': {ANY},
    '{__name__!="a"}': {ANY},
    '{__name__!~"a", job="__name__"}': {ANY},
    'a{__name__=~"b"}': {"a"},
    "sum(a": {"a"},
    'a{b="': {"a"},
    "": set(),
}


@pytest.mark.parametrize("expr", READ)
def test_every_name_is_found_and_nothing_else(expr: str) -> None:
    """Functions, labels, keywords, comments and texts are none; what is broken is promtool's business."""
    assert names(expr) == READ[expr]


def test_the_grammar_of_prometheus_finds_the_same() -> None:
    """Its parser, where it knows the syntax and every selector has a name."""
    newer = ("info(", '{"', 'x", "a.b"')
    known = [one for one in READ if one and not any(text in one for text in newer) and ANY not in READ[one]]
    plain = [one for one in known if not any("*" in name or "\\" in name for name in READ[one]) and ")" in one]
    assert len(plain) > 6
    for expr in plain:
        assert names(expr) == {read.name for read in reads(expr)}
