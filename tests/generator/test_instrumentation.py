"""Names of metrics and labels by framework."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import get_args

import pytest

from generator.instrumentation import Http, bound, names, presets
from generator.layout import COMPOSE
from generator.scrapes import configs
from watchspec.spec import Spec
from watchspec.spec.service import Instrumentation, Preset

Make = Callable[[str], Spec]


def _names(**chosen: object) -> Http:
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


def test_names_of_live_connections_are_the_specs_own() -> None:
    """No preset knows any; what has only these has something to show."""
    found = _names(connections="open", messages="m_total", disconnects="d_total")
    assert (found.connections, found.messages, found.disconnects) == ("open", "m_total", "d_total")
    assert not found.nothing
    assert not any(_names(preset=name).connections for name in presets())
    assert _names().nothing


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


def test_buckets_of_the_spec_are_in_the_histograms_unit() -> None:
    """As the label says them; what is asked of them is seconds."""
    assert _names(preset="otel-old", buckets=[100, 2500]).buckets == (Decimal("0.1"), Decimal("2.5"))
    assert _names(duration="d", buckets=[0.3, 1]).bounds("") == (Decimal("0.3"), Decimal(1))
    assert _names(duration="d").bounds("") is None


def test_buckets_make_no_other_names() -> None:
    """Services that differ in them alone share their rules."""
    assert _names(duration="d", buckets=[1]) == _names(duration="d")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.3", "0.3"),
        ("1", "1.0"),
        ("2500", "2500.0"),
        ("1000000", "1e+06"),
        ("2500000", "2.5e+06"),
        ("0.00005", "5e-05"),
    ],
)
def test_a_bound_is_written_as_prometheus_keeps_it(value: str, text: str) -> None:
    """Version 3 writes every one as a float, whatever the client wrote."""
    assert bound(Decimal(value)) == text


@pytest.mark.parametrize(
    ("preset", "seconds", "forms"), [("go", "1", ["1", "1.0"]), ("otel-old", "0.25", ["250", "250.0"])]
)
def test_a_bucket_is_found_however_it_is_written(preset: str, seconds: str, forms: list[str]) -> None:
    """By Prometheus 2, as the client wrote it, and by 3."""
    http = _names(preset=preset)
    found = re.fullmatch('le=~"(.*)"', http.within(Decimal(seconds)).replace("\\\\", "\\"))
    assert found
    assert all(re.fullmatch(found[1], form) for form in forms)
    assert not re.fullmatch(found[1], "10")
    assert http.le(Decimal(seconds)) == forms[1]
    assert _names(preset="go").within(Decimal("0.25")) == 'le="0.25"'


def test_a_histogram_is_known_to_lack_the_status() -> None:
    """An own one is taken to have it: to leave out failures is harmless where there are none."""
    assert [name for name in presets() if not _names(preset=name).slow_status] == ["fastapi", "django", "grpc"]
    assert _names(duration="d", status="code").slow_status
    assert _names(preset="go").unfailed == 'code!~"5.."'


def test_whoever_writes_a_name_need_not_be_told_of_it() -> None:
    """A quirk is settled by what it asks for."""
    assert _names(preset="spring").quirks.histogram
    assert _names(preset="spring", buckets=[1]).quirks.histogram is None
    assert _names(preset="express").quirks.route
    assert _names(preset="express", route="path").quirks.route is None


def test_buckets_rise_in_every_preset() -> None:
    """As those of the spec must."""
    for name in presets():
        for bounds in (_names(preset=name).bounds(route) or () for route in ("", "/x")):
            assert list(bounds) == sorted(set(bounds))


def test_a_metric_that_hides_prometheuss_own_is_left_out(spec_of: Make) -> None:
    """A service that says `up` itself would never seem to be down."""
    text = "services:\n" + "".join(
        f"  - {{name: {name}, url: 'http://{name}:1', metrics: /m, instrumentation: {name}}}\n"
        for name in ("express", "go")
    )
    jobs = {str(job["job_name"]): job for job in configs(spec_of(text), COMPOSE)}
    drop = {"source_labels": ["__name__"], "regex": "up", "action": "drop"}
    assert jobs["express"]["metric_relabel_configs"] == [drop]
    assert "metric_relabel_configs" not in jobs["go"]
