"""JSON health bodies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.probe.health import Health, read

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
        (
            {"components": {"db": {"status": "UP", "components": {"primary": {"status": "DOWN"}}}}},
            {"db": True, "db/primary": False},
        ),
    ],
)
def test_known_shapes_are_understood(body: object, expected: dict[str, bool]) -> None:
    """Each as the documentation names it; what says nothing gives no series."""
    assert said(body).components == expected


@pytest.mark.parametrize(
    ("body", "well"),
    [
        ({"status": "UP"}, True),
        ({"status": True}, True),
        ({"status": "degraded"}, False),
        ({"status": "unknown"}, None),
        ({"status": 200}, None),
        ({"state": "UP"}, None),
    ],
)
def test_the_whole_is_well_or_not_or_silent(body: object, well: bool | None) -> None:
    """By the status at the top."""
    assert said(body).well is well


def said(body: object) -> Health:
    """What a page says that is of a known shape."""
    found = read(json.dumps(body).encode())
    assert found is not None
    return found


@pytest.mark.parametrize("body", [b"", b"OK", b"<html>", b"\xff\xfe", b"[1]", b"{", b'{"a":' * 100_000])
def test_other_bodies_have_no_components(body: bytes) -> None:
    """Even such as would exhaust the stack."""
    assert read(body) is None


@given(JSON)
def test_no_json_is_too_strange(body: object) -> None:
    """Whatever a service answers."""
    read(json.dumps(body).encode())


def test_components_are_capped_in_number_and_length() -> None:
    """Each is a series: a service must not be able to make thousands."""
    found = said({"checks": {f"{n:04}" + "x" * 1000: True for n in range(1000)}}).components

    assert (len(found), {len(name) for name in found}) == (50, {100})


def test_components_within_components_end_somewhere() -> None:
    """However deep a page goes."""
    page: dict[str, object] = {"status": "up"}
    for _ in range(100):
        page = {"status": "up", "components": {"x": page}}

    assert list(said(page).components) == ["x", "x/x", "x/x/x", "x/x/x/x"]
