"""The schemas that the Prometheus Operator and Kubernetes publish, as strict as a user would wish them to be.

They are not kept here. `WATCHSPEC_SCHEMAS` names a folder that holds them: the operator's custom resource definitions
(`example/prometheus-operator-crd/*.yaml` of its repository) and Kubernetes' `api/openapi-spec/swagger.json`.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft4Validator

Schema = Mapping[str, Any]

FOLDER: Final = "WATCHSPEC_SCHEMAS"
_OPEN: Final = "x-kubernetes-preserve-unknown-fields"


def faults(document: Mapping[str, Any]) -> list[str]:
    """What the published schema has against `document`, each with its place; without schemas the test is skipped."""
    return against(_validator(document["apiVersion"], document["kind"]), document)


def against(validator: Any, document: Mapping[str, Any]) -> list[str]:  # noqa: ANN401  # jsonschema's own are untyped
    """What `validator` has against `document`."""
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(document)]


def read(text: str) -> Any:  # noqa: ANN401  # YAML
    """The document in `text`, by the loader that is written in C."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506


def strict(schema: Any) -> Any:  # noqa: ANN401  # JSON
    """`schema`, but refusing what it does not name: Kubernetes prunes such a field and says nothing."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    if isinstance(closed.get("properties"), dict) and "additionalProperties" not in closed and not closed.get(_OPEN):
        closed["additionalProperties"] = False
    return _either(closed)


def _either(schema: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI and Go say in their own ways: numbers that may be text, patterns that ignore the case of a part."""
    if isinstance(schema.get("pattern"), str) and "(?i)" in schema["pattern"]:
        return {**schema, "pattern": f"(?i){schema['pattern'].replace('(?i)', '')}"}
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        return {"type": ["integer", "string"]}
    return schema


@cache
def _validator(api: str, kind: str) -> Any:  # noqa: ANN401  # jsonschema's own are untyped
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"{FOLDER} names no folder of published schemas; CONTRIBUTING.md says what belongs there")
    group, _, version = api.rpartition("/")
    found = _custom(Path(folder), group, version, kind) if group.endswith(".coreos.com") else None
    return Draft4Validator(found or _native(Path(folder), group, version, kind))


def _custom(folder: Path, group: str, version: str, kind: str) -> Schema:
    """The schema of a custom resource, with the metadata that Kubernetes itself checks."""
    for path in sorted(folder.glob(f"{group}_*.yaml")):
        text = path.read_text(encoding="utf-8")
        if f"\n    kind: {kind}\n" not in text:
            continue
        versions = {each["name"]: each for each in read(text)["spec"]["versions"]}
        assert versions[version]["served"], f"{path.name} serves no {version}"
        schema = strict(versions[version]["schema"]["openAPIV3Schema"])
        schema["properties"]["metadata"] = {"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
        return {**schema, "definitions": _definitions(folder)}
    raise AssertionError(f"no {kind} of {group} among the schemas in {folder}")


def _native(folder: Path, group: str, version: str, kind: str) -> Schema:
    wanted = {"group": group, "version": version, "kind": kind}
    for name, definition in _definitions(folder).items():
        if wanted in definition.get("x-kubernetes-group-version-kind", []):
            return {"$ref": f"#/definitions/{name}", "definitions": _definitions(folder)}
    raise AssertionError(f"no {kind} of {group}/{version} in swagger.json")


@cache
def _definitions(folder: Path) -> Mapping[str, Any]:
    definitions = strict(json.loads((folder / "swagger.json").read_text(encoding="utf-8"))["definitions"])
    # A number of theirs may be text: 100m, 64Mi.
    definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] = {"type": ["string", "number"]}
    return dict(definitions)


class _Loader(yaml.CSafeLoader):
    """With the plain `=` that stands among the definitions, which YAML 1.1 has a type of its own for."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _loader, node: node.value)
