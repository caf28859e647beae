"""What a part says of its reload; real ones are reloaded in tests/stack."""

import math

import pytest

from watchspec.stack.reload import complaint, gauge


def test_a_gauge_is_found_by_its_whole_name() -> None:
    """A longer name is another family; one that is not there is no number."""
    page = "# TYPE a gauge\na_b 3\na 1\nc 1.79e+09\n"
    assert (gauge(page, "a"), gauge(page, "c")) == (1, 1.79e9)
    assert math.isnan(gauge(page, "b"))


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ('ts=1 level=info msg=ok\nts=2 level=error msg="loading groups failed" err="/r/zz.yml: yaml: bad"\n',
         "; its log says: /r/zz.yml: yaml: bad"),
        (r'time=1 level=ERROR msg=x err="a \"b\":\n  c"', r'; its log says: a \"b\": c'),
        ("time=1 level=info err=\"no\"\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_cause_is_what_the_log_says_of_the_first_error(log: str, expected: str) -> None:
    """On one line, whichever version wrote it."""
    assert complaint(log) == expected
