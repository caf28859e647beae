"""Every fault that the models can find has a sentence of ours."""

from pydantic import BaseModel, ValidationError

from watchspec.explain import explain, suggestion, unknown_key
from watchspec.spec import Spec


def said(value: object) -> list[str]:
    """The sentences for a wrong spec."""
    try:
        Spec.model_validate(value)
    except ValidationError as error:
        return [explain(fault, Spec) for fault in error.errors(include_url=False)]
    return []


def test_no_sentence_is_pydantics_own() -> None:
    """Each kind of wrong value at each kind of field: nothing says "Input should be"."""
    tops: list[object] = [0, 5000, "many", 1.5, None, []]
    fields: dict[str, list[object]] = {
        "version": [2, "1", None, [], {}],
        "name": [None, 5, 5.5, True, [], {}],
        "labels": [None, 5, "x", [], {"a": 5}],
        "hosts": [None, 5, "x", {}, [5], [None], [[]]],
        "redis": [[{"name": "r", "url": 5}], [{"name": "r", "url": []}]],
        "smtp": [5, [], "x", {"host": "h:1", "from": "a@b", "require_tls": "maybe"}, {"host": 5, "from": "a@b"}],
        "postgres": [[{"name": "p", "url": "postgresql://h", "statements": {"top": top}}] for top in tops],
        "severities": [None, 5, [], {"a": None}, {"a": {"notify": 5}}, {"a": {"as": "x"}}],
        "prometheus": [None, 5, [], {"scrape_interval": None}, {"scrape_interval": True}, {"retention": {}}],
    }
    for key, values in fields.items():
        for value in values:
            sentences = said({"version": 1, "name": "x", key: value})
            for sentence in sentences:
                assert not sentence.startswith(("Input ", "Field ", "Extra ", "Value error", "Unable")), (
                    f"{key}: {value!r}: {sentence}"
                )


def test_the_nearest_known_word_is_offered() -> None:
    """And all of them where nothing is near."""
    assert suggestion("helth", ["health", "metrics"]) == 'did you mean "health"?'
    assert unknown_key("colour", ["from", "host"]) == "unknown key; known are from, host"


def test_known_keys_are_those_of_the_place() -> None:
    """Also below lists, mappings, optional sections and settings of alerts."""
    assert said({"version": 1, "name": "x", "channels": {"a": {"emial": "a@b", "slack": "#x"}}}) == [
        'unknown key; did you mean "email"?'
    ]
    assert said(
        {"version": 1, "name": "x", "services": [{"name": "s", "url": "http://h", "slo": {"wndow": "1d"}}]}
    ) == ['unknown key; did you mean "window"?']
    assert said({"version": 1, "name": "x", "alerts": {"X": {"critical": {"abov": 1}}}}) == [
        'unknown key; did you mean "above"?'
    ]


def test_the_models_are_frozen_and_closed() -> None:
    """Every section, so that a typo never passes; settings of alerts alone take any severity's name."""
    seen: set[type[BaseModel]] = set()
    todo: list[type[BaseModel]] = [Spec]
    while todo:
        model = todo.pop()
        if model in seen:
            continue
        seen.add(model)
        assert model.model_config.get("frozen") is True, model
        assert model.model_config.get("extra") == ("allow" if model.__name__ == "AlertSetting" else "forbid"), model
        todo += _models(model)
    assert len(seen) > 20


def _models(model: type[BaseModel]) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    todo: list[object] = [field.annotation for field in model.model_fields.values()]
    while todo:
        annotation = todo.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.append(annotation)
        todo += list(getattr(annotation, "__args__", ()))
    return found
