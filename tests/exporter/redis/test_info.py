"""The answer to INFO, whatever is in it."""

from hypothesis import given
from hypothesis import strategies as st

from exporter.redis.info import number, pairs, parse, starting

FIELDS = st.from_regex(r"[a-z][a-z0-9_|-]{0,20}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30)


@given(st.dictionaries(FIELDS, VALUES, max_size=30), st.sampled_from(["\n", "\r\n"]))
def test_every_field_comes_back_with_its_value(fields: dict[str, str], newline: str) -> None:
    """Values may hold colons, commas and equals signs; headings are no fields."""
    text = newline.join(["# Server", "", *(f"{field}:{value}" for field, value in fields.items()), ""])

    assert parse(text) == fields


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    """A server that lies costs no exception."""
    for value in parse(text).values():
        pairs(value)
        number(value)


@given(st.dictionaries(FIELDS, st.from_regex(r"[^,=\n]*", fullmatch=True), max_size=10))
def test_pairs_come_back(found: dict[str, str]) -> None:
    """As `cmdstat_*` and `db*` lines have them."""
    assert pairs(",".join(f"{key}={value}" for key, value in found.items())) == found


def test_lines_of_commands_are_found_by_their_prefix() -> None:
    """A command with a subcommand keeps its bar."""
    info = parse("cmdstat_config|get:calls=2,usec=30\r\ndb0:keys=1,expires=0\r\n")

    assert dict(starting(info, "cmdstat_")) == {"config|get": {"calls": "2", "usec": "30"}}


def test_words_and_percentages_are_numbers() -> None:
    """Other text is none, and gives no sample."""
    assert [number(text) for text in ("ok", "err", "up", "down", "1.5%", "-1", "12")] == [1, 0, 1, 0, 1.5, -1, 12]
    assert number("jemalloc-5.2.1") is None
