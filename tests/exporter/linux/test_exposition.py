"""The text format, read: what is valid is read as others read it, what is not is refused with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from exporter.linux.exposition import ExpositionError, parse
from exporter.text import encode, merged

NAMES = st.from_regex(r"[a-z_:][a-z0-9_:]{0,8}", fullmatch=True)
LABELS = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), st.text(max_size=8), max_size=3)
VALUES = st.floats(allow_nan=False)
SPACE = st.sampled_from([" ", "\t", "  "])


def shown(value: str) -> str:
    """A label's value as the format writes it."""
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Valid text of gauges and counters."""
    lines = []
    for name in draw(st.lists(NAMES, max_size=5, unique=True)):
        if draw(st.booleans()):
            lines.append(f"# TYPE {name} gauge")
        for labels in draw(st.lists(LABELS, min_size=1, max_size=3)):
            inside = ",".join(f'{label}="{shown(value)}"' for label, value in labels.items())
            braces = f"{{{inside}{draw(st.sampled_from(['', ','])) if inside else ''}}}" if inside else ""
            lines.append(f"{name}{braces}{draw(SPACE)}{draw(VALUES)!r}")
    return "".join(f"{line}\n" for line in lines)


def read(text: str) -> set[tuple[str, tuple[tuple[str, str], ...], float]]:
    """Name, labels and value of each sample, as prometheus_client reads them."""
    return {
        (sample.name, tuple(sorted(sample.labels.items())), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@settings(max_examples=200, deadline=None)
@given(texts())
def test_valid_text_is_read_as_prometheus_client_reads_it(text: str) -> None:
    """Read and written again it says the same, but for series that come twice."""
    families = parse(text)

    written = encode(families).decode()

    assert read(written) == read(text)
    assert len(encode(merged(families)[0])) <= len(written.encode())


def test_types_help_and_parts_belong_to_their_family() -> None:
    """A histogram's buckets, sum and count are of one family; a counter keeps its name."""
    text = """\
# HELP jobs_seconds How long\\njobs took, in \\\\.
# TYPE jobs_seconds histogram
jobs_seconds_bucket{le="0.5"} 1
jobs_seconds_bucket{le="+Inf"} 2
jobs_seconds_sum 1.5
jobs_seconds_count 2
# any comment
# TYPE jobs counter
jobs{b="2", a="1",} 7
#EOF
loose_sum 3
"""
    found = {family.name: family for family in parse(text)}

    assert list(found) == ["jobs_seconds", "jobs", "loose_sum"]
    assert found["jobs_seconds"].type == "histogram"
    assert found["jobs_seconds"].help == "How long\njobs took, in \\."
    assert [series for series, _ in found["jobs_seconds"].samples][2:] == ["jobs_seconds_sum", "jobs_seconds_count"]
    assert found["jobs"].samples == [('jobs{a="1",b="2"}', 7)]
    assert found["loose_sum"].type == "untyped"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("good 1\nbad\n", "line 2: not a sample"),
        ("a 1 1700000000000\n", "line 1: samples must not have a timestamp"),
        ("a 1_000\n", "line 1: not a number"),
        ("a one\n", "line 1: not a number"),
        ('a{b="1",b="2"} 1\n', "line 1: label b comes twice"),
        ('a{__name__="x"} 1\n', "line 1: label __name__"),
        ('a{b="\\x"} 1\n', "line 1: labels are written"),
        ("a{b=1} 1\n", "line 1: labels are written"),
        ('a{b="1} 1\n', "line 1: not a sample"),
        ("# TYPE a thing\n", "line 1: unknown type"),
        ("# TYPE a gauge\n# TYPE a gauge\n", "line 2: the type of a comes twice"),
        ("a 1\n# TYPE a gauge\n", "line 2: the type of a comes twice, or after its samples"),
        ("a 1\nb 2", "the last line does not end"),
        ("a-b 1\n", "line 1: not a sample"),
        ("a٣ 1\n", "line 1: not a sample"),
        ("a ٣\n", "line 1: not a number"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, message: str) -> None:
    """The whole text is refused."""
    with pytest.raises(ExpositionError, match=f"^{message}"):
        parse(text)


def test_a_hostile_line_takes_no_time() -> None:
    """The patterns never go back: a line of a million characters is refused at once."""
    for text in ("a{" + 'b="' * 300_000 + "\n", 'a{b="' + "\\\\" * 300_000 + "\n", "a{" + "x" * 1_000_000 + "\n"):
        with pytest.raises(ExpositionError):
            parse(text)
