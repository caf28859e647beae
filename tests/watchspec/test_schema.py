"""The JSON Schema accepts what the loader accepts."""

from pathlib import Path

import jsonschema
import pytest

from tests.support.channels import CHANNELS
from watchspec.schema import schema
from watchspec.source import Source


def test_the_schema_names_every_section_as_yaml_does() -> None:
    """Aliases, not attribute names."""
    found = schema()

    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"services", "hosts", "redis", "postgres", "jobs", "alerts", "severities", "prometheus"} <= set(
        found["properties"]
    )
    assert "from" in found["$defs"]["Smtp"]["properties"]
    assert found["additionalProperties"] is False


def test_the_schema_accepts_the_bundled_spec(root: Path) -> None:
    """Shorthands included."""
    text = (root / "monitoring.yml").read_text(encoding="utf-8")

    jsonschema.validate(Source(text, "monitoring.yml").value, schema())


def test_the_schema_accepts_every_form_of_every_channel() -> None:
    """The short ones, which a validator turns into the long ones, too."""
    value = Source(f"version: 1\nname: x\n{CHANNELS}", "channels").value
    jsonschema.validate(value, schema())
    wrong = {"version": 1, "name": "x", "channels": {"a": {"pagerduty": "hunter2"}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


def test_the_schema_refuses_an_unknown_key() -> None:
    """An editor underlines it."""
    with pytest.raises(jsonschema.ValidationError, match="helth"):
        jsonschema.validate(
            {"version": 1, "name": "x", "services": [{"name": "a", "url": "http://a", "helth": "/"}]}, schema()
        )
