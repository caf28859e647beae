"""`docs/spec.md` is what the models say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchspec import docstrings
from watchspec.reference import anchor, reference
from watchspec.reference_examples import EXAMPLES, INTRODUCTION
from watchspec.reference_types import models
from watchspec.source import Source
from watchspec.spec import Spec
from watchspec.spec.base import Model


def every_model(model: type[Model] = Spec, seen: frozenset[type[Model]] = frozenset()) -> Iterator[type[Model]]:
    """`model` and all that it is made of, each at least once."""
    yield model
    for _, inner in models(model):
        if inner not in seen:
            yield from every_model(inner, seen | {model})


def test_the_page_is_what_the_models_say(root: Path, *, update_golden: bool) -> None:
    """Mend it with `pytest tests/watchspec/test_reference.py --update-golden`."""
    page = root / "docs" / "spec.md"
    if update_golden:
        page.write_text(reference(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == reference()


def test_every_key_has_a_meaning() -> None:
    """A key nobody explains is a key nobody uses."""
    assert {
        f"{model.__name__}.{name}"
        for model in every_model()
        for name in model.model_fields
        if name not in docstrings.of(model)
    } == set()


def test_every_key_of_every_section_is_told() -> None:
    """Under the name that it has in YAML."""
    rows = set(re.findall(r"^\| `(\w+)` \|", reference(), flags=re.MULTILINE))
    assert rows == {field.alias for model in every_model() for field in model.model_fields.values()}


def test_links_lead_to_sections_of_the_page() -> None:
    """None leads nowhere."""
    text = reference()
    anchors = {anchor(title) for title in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}
    linked = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert linked
    assert linked <= anchors


def test_values_are_told_in_plain_words() -> None:
    """Units, addresses, choices, lists and shorthands."""
    text = reference()
    for row in (
        "| `below` | duration | **required** |",
        "| `availability` | percentage |  |",
        "| `scrape_interval` | duration | `15s` |",
        "| `host` | `host:port` | **required** |",
        "| `type` | `gauge`, `counter` | `gauge` |",
        "| `email` | mail address, or a list of them |  |",
        "| `alerts` | text → `off` or [Alert setting](#alert-setting) |  |",
        "| `url` | URL, or a list of them | **required** |",
    ):
        assert row in text


@pytest.mark.parametrize(
    "example", [*EXAMPLES.values(), *re.findall(r"```yaml\n(.*?)```", INTRODUCTION, flags=re.DOTALL)]
)
def test_examples_are_valid(example: str) -> None:
    """What people copy works."""
    value = Source(example, "example").value
    assert isinstance(value, dict)
    Spec.model_validate({"version": 1, "name": "shop"} | value)


def test_examples_stand_under_their_sections() -> None:
    """None is left over from a section that is gone."""
    titles = set(re.findall(r"^## `?([^`\n]+)`?$", reference(), flags=re.MULTILINE))
    assert set(EXAMPLES) <= titles
