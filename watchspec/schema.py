"""The spec's JSON Schema (draft 2020-12), derived from the models and their docstrings."""

from collections.abc import Iterator

from pydantic.json_schema import JsonSchemaValue

from watchspec import docstrings
from watchspec.reference_types import models
from watchspec.spec import Spec
from watchspec.spec.base import Model


def schema() -> JsonSchemaValue:
    """The schema with keys as they stand in YAML, each with its sentence for the editor."""
    found = Spec.model_json_schema(by_alias=True)
    parts = {"Spec": found, **found["$defs"]}
    for model in _all(Spec):
        properties = parts[model.__name__].get("properties", {})
        for name, text in docstrings.of(model).items():
            properties[model.model_fields[name].alias or name]["description"] = text
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Watchspec monitoring.yml"}


def _all(root: type[Model]) -> Iterator[type[Model]]:
    """`root` and every model below it, once."""
    seen, waiting = set[type[Model]](), [root]
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            yield model
            waiting += [inner for _, inner in models(model)]
