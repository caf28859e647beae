"""The spec's JSON Schema (draft 2020-12), derived from the models."""

from pydantic.json_schema import JsonSchemaValue

from watchspec.spec import Spec


def schema() -> JsonSchemaValue:
    """The schema with keys as they stand in YAML."""
    found = Spec.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Watchspec monitoring.yml"}
