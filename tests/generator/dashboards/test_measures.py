"""What a metric's name says."""

import pytest

from generator.dashboards._measures import Measure, measure
from generator.dashboards._sdk import units


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shop_orders", Measure("Shop orders", units.Short)),
        ("shop_orders_total", Measure("Shop orders", units.Short)),
        ("shop_wait_seconds", Measure("Shop wait", units.Seconds)),
        ("shop_wait_seconds_total", Measure("Shop wait", units.Seconds)),
        ("upload_bytes_total", Measure("Upload", units.BytesIEC)),
        ("refund_ratio", Measure("Refund", units.PercentUnit)),
        ("revenue_eur_total", Measure("Revenue", units.Euro)),
        ("last_import_timestamp_seconds", Measure("Last import", units.Seconds, moment=True)),
        ("seconds", Measure("Seconds", units.Short)),
        ("milliseconds_left", Measure("Milliseconds left", units.Short)),
        ("A_b__c", Measure("A b c", units.Short)),
        ("_", Measure("_", units.Short)),
    ],
)
def test_the_last_word_of_a_name_is_its_unit(name: str, expected: Measure) -> None:
    """Behind `_total`, and only as a whole word after others."""
    assert measure(name) == expected
