"""YAML 1.2 values, and the place of every one of them."""

import pytest

from watchspec.errors import SpecInvalid
from watchspec.problems import Path
from watchspec.source import Number, Source


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:30", "22:30"),
        ("on", "on"),
        ("NO", "NO"),
        ("off", "off"),
        ("2026-12-05", "2026-12-05"),
        ("2026-12-05T22:00", "2026-12-05T22:00"),
        ("1_000", "1_000"),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("-7", -7),
        ("1.5e3", 1500.0),
        ("true", True),
        ("~", None),
        ("", None),
        ('"5"', "5"),
        ("'null'", "null"),
        ("99.9%", "99.9%"),
        (".inf", float("inf")),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    """Times, dates and words stay text; PyYAML's own reading of 1.1 would change them."""
    found = Source(f"key: {text}", "x.yml").value

    assert found == {"key": value}
    assert type(found["key"]) is type(value) or isinstance(found["key"], Number)


def test_a_number_keeps_its_text() -> None:
    """Version 3.10 is not version 3.1."""
    value = Source("version: 3.10", "x.yml").value

    assert isinstance(value, dict)
    assert isinstance(value["version"], Number)
    assert value["version"].text == "3.10"


def test_every_duplicate_key_is_reported() -> None:
    """At any depth, with the line of the first."""
    with pytest.raises(SpecInvalid) as caught:
        Source("a: 1\nb:\n  c: 1\n  c: 2\na: 2\n", "x.yml")

    assert str(caught.value).splitlines() == [
        "x.yml:4:3: b.c: duplicate key; it stands first in line 3; remove one",
        "x.yml:5:1: a: duplicate key; it stands first in line 1; remove one",
    ]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("services", 1, "url"), (4, 12)),
        (("services", 1, "health"), (4, 5)),
        (("services", 0), (2, 5)),
        (("services", 7), (1, 1)),
        (("elsewhere", "deep"), (1, 1)),
    ],
)
def test_a_path_has_the_place_of_its_key_or_of_its_nearest_parent(path: Path, place: tuple[int, int]) -> None:
    """Lines and columns count from 1."""
    source = Source("services:\n  - name: a\n    url: b\n  - {x: 1, url: c}\n", "x.yml")
    problem = source.problem(path, "wrong")

    assert (problem.line, problem.column) == place


def test_anchors_and_merges_are_followed() -> None:
    """A key of the mapping itself wins over a merged one."""
    value = Source("base: &base {a: 1, b: 2}\nmine: {<<: *base, b: 3}\nlist: {<<: [*base, {c: 4}]}\n", "x.yml").value

    assert value == {"base": {"a": 1, "b": 2}, "mine": {"a": 1, "b": 3}, "list": {"a": 1, "b": 2, "c": 4}}


def test_a_control_character_is_named_with_its_line() -> None:
    """It cannot be seen in an editor."""
    with pytest.raises(SpecInvalid, match=r"x\.yml:2:1: .*not allowed in YAML"):
        Source("a: 1\nb: \x07\n", "x.yml")


def test_a_key_that_is_no_text_is_refused() -> None:
    """A list as a key is legal YAML and never meant."""
    with pytest.raises(SpecInvalid, match=r"x\.yml:1:3: a key must be plain text"):
        Source("? [a, b]\n: c\n", "x.yml")


def test_an_alias_that_contains_itself_is_refused() -> None:
    """It has no end."""
    with pytest.raises(SpecInvalid, match="contains itself"):
        Source("a: &x [*x]\n", "x.yml")
