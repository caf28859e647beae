"""JSON health bodies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.probe.health import components

KEYS = ["components", "checks", "status", "name", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.sampled_from(KEYS), children),
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "ok", "components": {"db": {"status": "up"}, "mq": {"status": "DOWN"}}}, {"db": True, "mq": False}),
        ({"checks": {"db": True, "cache": "error", "disk": "ok"}}, {"db": True, "cache": False, "disk": True}),
        ({"checks": {"db:time": [{"status": "pass"}, {"status": "fail"}]}}, {"db:time": False}),
        ({"checks": [{"name": "db", "status": "UP"}]}, {"db": True}),
        ({"status": "Healthy", "entries": {"db": {"status": "Healthy"}}}, {"db": True}),
        ({"components": {"db": {"status": "unknown"}, "x": {"latency": 3}}}, {}),
        (["not", "a", "mapping"], {}),
    ],
)
def test_known_shapes_are_understood(body: object, expected: dict[str, bool]) -> None:
    """Each as the documentation names it; what says nothing gives no series."""
    assert components(json.dumps(body).encode()) == expected


@pytest.mark.parametrize("body", [b"", b"OK", b"<html>", b"\xff\xfe", b"[" * 100_000])
def test_other_bodies_have_no_components(body: bytes) -> None:
    """Even such as would exhaust the stack."""
    assert components(body) == {}


@given(JSON)
def test_no_json_is_too_strange(body: object) -> None:
    """Whatever a service answers."""
    components(json.dumps(body).encode())


def test_components_are_capped_in_number_and_length() -> None:
    """Each is a series: a service must not be able to make thousands."""
    found = components(json.dumps({"checks": {f"{n:04}" + "x" * 1000: True for n in range(1000)}}).encode())

    assert (len(found), {len(name) for name in found}) == (50, {100})
