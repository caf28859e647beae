"""JSON held against the classes of Grafana's Foundation SDK: unknown keys, types and values of enumerations.

The SDK itself drops what it does not know and takes values of any type; its classes say what each should be.
"""

import enum
import types
import typing
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from generator.dashboards._sdk import model, queries, variants

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.cog import plugins, runtime

plugins.register_default_plugins()
_SIMPLE: typing.Final[dict[Any, tuple[type, ...]]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}


def faults(board: dict[str, Any]) -> list[str]:
    """What the SDK's classes have against a dashboard, as `place: what`."""
    return list(_of_class(board, model.Dashboard, "dashboard"))


def _faults(value: Any, hint: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    origin = typing.get_origin(hint)
    if hint in (Any, object):
        return
    if origin in (typing.Union, types.UnionType):
        yield from _of_union(value, typing.get_args(hint), place)
    elif origin in (list, dict):
        yield from _unless(isinstance(value, origin), value, hint, place)
        parts = value if isinstance(value, origin) else origin()
        for key, each in enumerate(parts) if origin is list else parts.items():
            yield from _faults(each, typing.get_args(hint)[-1], f"{place}[{key!r}]")
    elif hint is variants.Dataquery:
        yield from _faults(value, queries.Dataquery, place)
    elif isinstance(value, dict) and hasattr(hint, "to_json"):
        yield from _of_class(value, hint, place)
    else:
        yield from _unless(_is(value, hint), value, hint, place)


def _is(value: Any, hint: Any) -> bool:  # noqa: ANN401
    """Whether `value` is a simple one of the type `hint`."""
    if typing.get_origin(hint) is typing.Literal:
        return value in typing.get_args(hint)
    if hint in _SIMPLE:
        return isinstance(value, _SIMPLE[hint]) and isinstance(value, bool) == (hint is bool)
    return issubclass(hint, enum.Enum) and value in {member.value for member in hint}


def _unless(right: bool, value: Any, hint: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    if not right:
        yield f"{place}: {value!r} is no {getattr(hint, '__name__', hint)}"


def _of_union(value: Any, hints: tuple[Any, ...], place: str) -> Iterator[str]:  # noqa: ANN401
    """What the alternative that fits best has against it; of a panel and a heading, its `type` says which it is."""
    if value is None and types.NoneType in hints:
        return
    wrong = {types.NoneType, model.Panel if isinstance(value, dict) and value.get("type") == "row" else None}
    yield from min((list(_faults(value, hint, place)) for hint in hints if hint not in wrong), key=len)


def _of_class(value: dict[str, Any], of: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    hints = _keys(of)
    for key, each in value.items():
        if key in hints:
            yield from _faults(each, hints[key], f"{place}.{key}")
        else:
            yield f"{place}.{key}: unknown key"
    if of is model.Panel:
        yield from _of_panel(value, place)


def _of_panel(panel: dict[str, Any], place: str) -> Iterator[str]:
    """What depends on the panel's type: its options, and what it keeps for each field."""
    config = runtime.panelcfg_config(panel.get("type", ""))
    if config is None:
        yield f"{place}.type: {panel.get('type')!r} is no type of panels"
        return
    if config.options_from_json_hook:
        yield from _faults(panel.get("options", {}), _maker(config.options_from_json_hook), f"{place}.options")
    fields, custom = panel.get("fieldConfig", {}), {}
    if config.field_config_from_json_hook:
        own = _maker(config.field_config_from_json_hook)
        custom = {f"custom.{key}": hint for key, hint in _keys(own).items()}
        yield from _faults(fields.get("defaults", {}).get("custom", {}), own, f"{place}.custom")
    known = {**_keys(model.FieldConfig), **custom}
    for override in fields.get("overrides", ()):
        for found in override["properties"]:
            where = f"{place}.overrides[{override['matcher']['options']!r}].{found['id']}"
            if found["id"] in known:
                yield from _faults(found["value"], known[found["id"]], where)
            else:
                yield f"{where}: unknown property"


def _maker(hook: Any) -> Any:  # noqa: ANN401
    """The class whose `from_json` is `hook`."""
    return hook.__self__


@cache
def _keys(of: Any) -> dict[str, Any]:  # noqa: ANN401
    """Key in JSON → its type: each attribute is marked, and `to_json` says where the mark comes out."""
    hints = typing.get_type_hints(of)
    marked, marks = of(), {name: object() for name in hints}
    for name, mark in marks.items():
        setattr(marked, name, mark)
    names = {id(mark): name for name, mark in marks.items()}
    return {key: hints[names[id(mark)]] for key, mark in marked.to_json().items() if id(mark) in names}
