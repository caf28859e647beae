"""The answer to INFO, whatever is in it."""

from hypothesis import given
from hypothesis import strategies as st

from exporter.redis.info import calls, errors, number, pairs, parse, percentiles, split

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
    assert "_" in text or not (calls(text) or percentiles(text) or errors(text))
    for value in parse(text).values():
        pairs(value)
        number(value)


@given(st.dictionaries(FIELDS, st.from_regex(r"[^,=\n]*", fullmatch=True), max_size=10))
def test_pairs_come_back(found: dict[str, str]) -> None:
    """As `cmdstat_*` and `db*` lines have them."""
    assert pairs(",".join(f"{key}={value}" for key, value in found.items())) == found


def test_lines_of_commands_are_read_whatever_the_version() -> None:
    """A subcommand keeps its bar; rejected and failed calls came with Redis 6.2."""
    text = "cmdstat_config|get:calls=2,usec=30,usec_per_call=15.00,rejected_calls=1,failed_calls=0\r\n"

    assert calls(text + "cmdstat_get:calls=1,usec=5,usec_per_call=5.00\r\n") == [
        ("config|get", "2", "30", "1", "0"), ("get", "1", "5", "", ""),
    ]  # fmt: skip
    assert percentiles("latency_percentiles_usec_get:p50=1.003,p99=2.007\r\n") == [("get", "p50=1.003,p99=2.007")]
    assert errors("errorstat_ERR:count=3\r\n") == [("ERR", "3")]


def test_the_sections_on_commands_are_told_from_the_rest() -> None:
    """Wherever they stand: modules' sections lie between them and the keyspace."""
    text = "# Server\r\na:1\r\n# Commandstats\r\nb:2\r\n# Latencystats\r\nc:3\r\n# Keyspace\r\nd:4\r\n"

    rest, statistics = split(text)

    assert (parse(rest), parse(statistics)) == ({"a": "1", "d": "4"}, {"b": "2", "c": "3"})
    assert split("# Server\r\na:1\r\n") == ("# Server\r\na:1\r\n", "")


@given(st.text())
def test_no_line_of_any_text_is_lost_between_the_two(text: str) -> None:
    """Splitting is only a matter of where."""
    rest, statistics = split(text)

    assert sorted(rest + statistics) == sorted(text)


def test_words_and_percentages_are_numbers() -> None:
    """Other text is none, and gives no sample."""
    assert [number(text) for text in ("ok", "err", "up", "down", "1.5%", "-1", "12")] == [1, 0, 1, 0, 1.5, -1, 12]
    assert number("jemalloc-5.2.1") is None
