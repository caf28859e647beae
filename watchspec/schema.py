"""The spec's JSON Schema (draft 2020-12), derived from the models."""

import warnings

from pydantic.json_schema import JsonSchemaValue, PydanticJsonSchemaWarning

from watchspec.spec import Spec


def schema() -> JsonSchemaValue:
    """The schema with keys as they stand in YAML."""
    with warnings.catch_warnings():
        # Durations and sizes are our own classes: their defaults have no JSON form, and the schema leaves them out.
        warnings.simplefilter("ignore", PydanticJsonSchemaWarning)
        found = Spec.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Watchspec monitoring.yml"}
