"""Texts that leave the process lose their secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.redact import is_card, mask, redact

SECRET = "S3cret!"


@pytest.mark.parametrize(
    "text",
    [
        f"cannot reach redis://user:{SECRET}@cache:6379/0",
        f"cannot reach redis://:{SECRET}@cache",
        f"cannot reach redis://user:a@b/{SECRET}@cache",
        f"connection to postgresql://watchspec:{SECRET}@db/app failed",
        f"postgresql://db/app?sslmode=require&password={SECRET}",
        f"host=db password={SECRET} dbname=app",
        f"host=db password='it\\'s {SECRET}' dbname=app",
        f"DB_PASSWORD={SECRET}",
        f"PASSWORD: '{SECRET}'",
        f'{{"password": "{SECRET}", "user": "bob"}}',
        f'Authorization: "{SECRET}"',
        f"Authorization: Bearer {SECRET}",
        f"Authorization: Basic {SECRET}",
        f"token = {SECRET}",
        f"X-Api-Key: {SECRET}",
        f"sent AUTH {SECRET} to the server",
        f"sent AUTH bob {SECRET}",
        f"requirepass: {SECRET}",
    ],
)
def test_what_looks_like_a_credential_is_masked(text: str) -> None:
    """Whether we know it or not."""
    assert SECRET not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "connection to postgresql://watchspec@db.internal:5432/app refused",
        'FATAL: password authentication failed for user "watchspec"',
        "http://api:8000/health: HTTP status 503",
        "took 1700000000 s, 123456789012 bytes",
        "NOAUTH Authentication required.",
    ],
)
def test_what_helps_to_find_the_fault_stays(text: str) -> None:
    """A text that says nothing any more helps nobody."""
    assert redact(text) == text


@given(st.text(), st.text("abcdefgh/@: %", min_size=4).filter(str.strip), st.text())
def test_a_known_secret_is_masked_anywhere(before: str, secret: str, after: str) -> None:
    """Without any word around it that gives it away."""
    assert secret not in mask(f"{before}{secret}{after}", [secret]).replace("***", "")


_WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)


_BEFORE, _AFTER = st.sampled_from(["", " ", "user ", "<", "mailto:", "'"]), st.sampled_from(["", ".", ">", " x"])


@given(_BEFORE, _WORD, _WORD, _WORD, _AFTER)
def test_no_mail_address_is_left(before: str, local: str, host: str, top: str, after: str) -> None:
    """Whatever stands around it."""
    assert f"{local}@{host}" not in mask(f"{before}{local}@{host}.{top}{after}")


def _checked(digits: str) -> str:
    """`digits` with the check digit that makes a card number of them."""
    return next(digits + last for last in "0123456789" if is_card(digits + last))


_CARDS = st.text("0123456789", min_size=12, max_size=18).map(_checked)


@given(st.lists(_CARDS, min_size=1, max_size=3), st.sampled_from([" ", "-", ", ", "\n"]))
def test_no_card_number_is_left(cards: list[str], between: str) -> None:
    """Nor one of several in a row."""
    text = mask(f"paid with {between.join(cards)} today")

    assert not any(card in text for card in cards)


@given(st.text("0123456789", min_size=15, max_size=15).map(_checked), st.sampled_from(" -"), st.integers(0, 99))
def test_a_card_number_in_groups_is_found(card: str, between: str, count: int) -> None:
    """As it is printed on the card, also behind another number."""
    shown = between.join(card[start : start + 4] for start in range(0, 16, 4))

    assert shown not in mask(f"order {count} {shown}")


@pytest.mark.parametrize("number", ["4111111111111111", "5500005555555559", "378282246310005", "6011000990139424"])
def test_published_test_numbers_are_cards(number: str) -> None:
    """And their neighbours are not."""
    assert is_card(number)
    assert not is_card(str(int(number) + 1))


@given(st.text())
def test_a_text_becomes_one_short_line(text: str) -> None:
    """The log has one line for each event."""
    found = redact(text * 20)

    assert len(found) <= 300
    assert "\n" not in found


def test_a_long_text_does_not_take_long() -> None:
    """A server may send what it likes; a wrong expression would take minutes here."""
    for piece in ("a", "1 ", "password", "x@", "://", "AUTH ", "1234567890123 ", "a:", "\\'"):
        redact(piece * 20_000)
