"""Names of metrics and labels by framework."""

from decimal import Decimal
from typing import get_args

import pytest

from generator.instrumentation import Http, names, presets
from watchspec.spec.service import Instrumentation, Preset


def _names(**chosen: str) -> Http:
    return names(Instrumentation.model_validate(chosen))


def test_every_preset_of_the_spec_is_known_and_no_other() -> None:
    """The spec's list and the data agree."""
    assert set(presets()) == set(get_args(Preset))


@pytest.mark.parametrize("name", sorted(set(get_args(Preset)) - {"phoenix"}))
def test_a_preset_counts_requests_errors_and_durations(name: str) -> None:
    """So that a service with it has both alerts."""
    found = _names(preset=name)
    assert found.requests
    assert found.errors
    assert found.duration


def test_statuses_that_are_grouped_are_errors_too() -> None:
    """FastAPI's instrumentator says 5xx."""
    assert _names(preset="fastapi").errors == 'status=~"5.."'


def test_failures_of_grpc_have_names() -> None:
    """It has no HTTP status."""
    assert "Unavailable" in str(_names(preset="grpc").errors)


def test_a_name_of_the_spec_replaces_the_presets() -> None:
    """The rest stays; nothing is known of the buckets of another histogram."""
    found = _names(preset="fastapi", duration="my_seconds", status="code")
    assert (found.requests, found.duration, found.by_route) == ("http_requests_total", "my_seconds", "my_seconds")
    assert found.errors == 'code=~"5.."'
    assert found.ceiling("") is None


def test_the_ceiling_is_in_seconds() -> None:
    """Whatever the histogram's unit."""
    assert _names(preset="otel-old").ceiling("") == Decimal(10)
    assert _names(preset="fastapi").ceiling("") == Decimal(60)
    assert _names(preset="fastapi").ceiling("/x") == Decimal(1)


def test_milliseconds_are_divided() -> None:
    """Thresholds are seconds."""
    assert _names(preset="phoenix", duration="d").per_second == " / 1000"
    assert _names(duration="d", unit="milliseconds").per_second == " / 1000"
    assert _names(duration="d").per_second == ""
