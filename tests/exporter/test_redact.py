"""Texts of drivers lose their secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.redact import redact


@pytest.mark.parametrize(
    "text",
    [
        "cannot reach redis://user:S3cret@cache:6379/0",
        "connection to postgresql://watchspec:S3cret@db/app failed",
        "host=db password=S3cret dbname=app",
        "PASSWORD: 'S3cret'",
        'Authorization: "S3cret"',
        "token = S3cret",
    ],
)
def test_what_looks_like_a_password_is_masked(text: str) -> None:
    """Whether we know it or not."""
    assert "S3cret" not in redact(text)


@given(st.text(), st.text("abcdefgh", min_size=4), st.text())
def test_a_known_secret_is_masked_anywhere(before: str, secret: str, after: str) -> None:
    """Without any word around it that gives it away."""
    assert secret not in redact(f"{before}{secret}{after}", [secret])


def test_a_text_becomes_one_short_line() -> None:
    """The log has one line for each event."""
    assert redact("a\n\tb") == "a b"
    assert len(redact("x" * 10_000)) == 300
